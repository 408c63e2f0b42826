#include <catch2/catch.hpp>
#include <set>

#include "tests/fakes/mysql/mysql_world.h"

namespace shardlab::fakes::mysql {
namespace {

const std::vector<std::string> wide_schema{
    "CREATE DATABASE ks", "CREATE TABLE ks.t (id BIGINT UNSIGNED PRIMARY KEY, s VARCHAR(3000))"};

/// Counts events of one kind.
int& count_of(sim::World& world, std::string kind, int& count) {
  world.trace().observe([kind = std::move(kind), &count](const sim::TraceEvent& event) {
    count += event.kind == kind;
  });
  return count;
}

/// A client that inserts ids from `first` on until an insert fails; gives those acknowledged.
struct Writer {
  std::vector<std::string> acknowledged;
  int error = 0;

  void start(MysqlWorld& world, MysqlHost& host, int first, int most, std::string text = "x") {
    world.spawn([this, &world, &host, first, most, text]() -> Task<> {
      auto connection = co_await capture(world.client->connect(host.address(), "app"));
      if (!connection) {
        error = connection.error().sql_errno();
        co_return;
      }
      for (int i = 0; i < most; ++i) {
        const std::string id = std::to_string(first + i);
        std::string sql = "INSERT INTO ks.t VALUES (" + id + ", '" + text + "')";
        auto result = co_await capture((*connection)->query(std::move(sql)));
        if (!result) {
          error = result.error().sql_errno();
          co_return;
        }
        acknowledged.push_back(id);
      }
    });
  }
};

std::set<std::string> ids(MysqlWorld& world, MysqlHost& host) {
  std::string rows = world.rows(host, "SELECT id FROM ks.t") + "|";
  std::set<std::string> all;
  for (std::size_t at; (at = rows.find('|')) != rows.npos; rows.erase(0, at + 1)) {
    if (at > 0) all.insert(rows.substr(0, at));
  }
  return all;
}

/// Acknowledged rows that are not there.
int lost(MysqlWorld& world, MysqlHost& host, const Writer& writer) {
  const std::set<std::string> found = ids(world, host);
  int count = 0;
  for (const std::string& id : writer.acknowledged) count += !found.contains(id);
  return count;
}

TEST_CASE("mysqld on a slow disk: commits take as long as their syncs, and are all there") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, wide_schema));
  const auto slow = world.one.disk.slow({.sync = 300ms});
  const TimePoint start = world.world.now();
  Writer writer;
  writer.start(world, world.one, 1, 10);
  REQUIRE(world.finish());
  CHECK(world.world.now() - start > 3s);
  CHECK(world.world.now() - start < 4s);
  CHECK(slow->effects() == 10);
  CHECK(writer.acknowledged.size() == 10);
  CHECK(lost(world, world.one, writer) == 0);
}

TEST_CASE("mysqld on a slow disk: a replica falls behind and catches up") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, wide_schema));
  REQUIRE(world.follow(world.two, world.one));
  world.run_for(5s);
  auto slow = world.two.disk.slow({.sync = 1s});
  Writer writer;
  writer.start(world, world.one, 1, 30);
  REQUIRE(world.finish());
  world.run_for(10s);
  CHECK(std::stoi(world.slave_status(world.two, "Seconds_Behind_Master")) >= 9);
  CHECK(lost(world, world.two, writer) > 15);
  slow.reset();
  world.run_for(5s);
  CHECK(lost(world, world.two, writer) == 0);
}

TEST_CASE("mysqld on a full disk: a commit fails with 1114 and undoes itself, nothing else") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, wide_schema));
  int aborted = 0;
  count_of(world.world, "ServerAborted", aborted);
  const auto full = world.one.disk.full_at(world.one.disk.content().used_bytes() + 200'000);
  Writer writer;
  writer.start(world, world.one, 1, 1000, std::string(2000, 'x'));
  REQUIRE(world.finish());
  CHECK(writer.error == 1114);
  CHECK(writer.acknowledged.size() > 5);
  CHECK(full->effects() > 0);
  CHECK(aborted == 0);
  CHECK(ids(world, world.one).size() == writer.acknowledged.size());
  CHECK(lost(world, world.one, writer) == 0);
  world.one.lose_power(sim::CrashMode::torn);
  world.one.process.start();
  world.rows(world.one, "SELECT 1");  // nobody has told the client that its connection is gone
  CHECK(ids(world, world.one).size() == writer.acknowledged.size());
}

TEST_CASE("mysqld on a full disk: a client that tries again goes on once space is freed") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, wide_schema));
  std::unique_ptr<sim::Fault> full = world.one.disk.full_at(0);
  int refused = 0;
  world.spawn([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.one.address(), "app");
    co_await connection->query("BEGIN");
    co_await connection->query("INSERT INTO ks.t VALUES (1, 'a')");
    for (int i = 0; i < 60; ++i) {
      auto result = co_await capture(connection->query("INSERT INTO ks.t VALUES (2, 'b')"));
      if (result) result = co_await capture(connection->query("COMMIT"));
      if (result) co_return;
      ++refused;
      CHECK(result.error().sql_errno() == 1114);
      co_await sleep_until(world.world.now() + 1s);
      co_await connection->query("BEGIN");
      co_await connection->query("INSERT INTO ks.t VALUES (1, 'a')");
    }
  });
  world.run_for(5s);
  full.reset();
  REQUIRE(world.finish());
  CHECK(refused >= 4);
  CHECK(refused <= 6);
  CHECK(world.rows(world.one, "SELECT * FROM ks.t") == "1,a|2,b");
}

TEST_CASE("mysqld: a failed sync ends it; a restart has every acknowledged row") {
  const bool drops = GENERATE(false, true);
  int aborted_in_all = 0;
  for (std::uint64_t nth = 1; nth <= 40; nth += 3) {
    MysqlWorld world(nth);
    REQUIRE(world.run_sql(world.one, wide_schema));
    int aborted = 0;
    count_of(world.world, "ServerAborted", aborted);
    auto fault = world.one.disk.fail_nth(
        {.operation = sim::DiskOperation::sync, .nth = nth, .drops_unsynced = drops});
    Writer writer;
    writer.start(world, world.one, 1, 40);
    REQUIRE(world.finish());
    CHECK(fault->effects() == 1);
    CHECK(aborted == 1);
    CHECK_FALSE(world.one.process.is_running());
    CHECK(writer.error == 2013);
    CHECK(writer.acknowledged.size() == nth - 1);
    aborted_in_all += aborted;
    if (nth % 2 == 0) {
      world.one.lose_power(sim::CrashMode::torn);
      world.one.process.start();
    } else {
      world.one.restart();
    }
    CHECK(lost(world, world.one, writer) == 0);
    CHECK(ids(world, world.one).size() <= writer.acknowledged.size() + 1);
  }
  CHECK(aborted_in_all == 14);
}

TEST_CASE(
    "mysqld: whichever operation fails, it ends, and a power loss takes nothing acknowledged") {
  int aborted_in_all = 0;
  for (std::uint64_t nth = 1; nth <= 60; ++nth) {
    MysqlWorld world(nth);
    REQUIRE(world.run_sql(world.one, wide_schema));
    int aborted = 0;
    count_of(world.world, "ServerAborted", aborted);
    auto fault = world.one.disk.fail_nth({.nth = nth, .stays = nth % 3 != 0});
    Writer writer;
    writer.start(world, world.one, 1, 25, std::string(3000, 'y'));
    REQUIRE(world.finish());
    REQUIRE(aborted == (fault->effects() > 0 ? 1 : 0));
    aborted_in_all += aborted;
    fault.reset();
    world.one.lose_power(sim::CrashMode::torn);
    if (!world.one.process.is_running()) world.one.process.start();
    REQUIRE(lost(world, world.one, writer) == 0);
  }
  CHECK(aborted_in_all > 50);
}

TEST_CASE("mysqld: a server whose disk fails at the start ends at once, and starts on a good one") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, wide_schema));
  int aborted = 0;
  count_of(world.world, "ServerAborted", aborted);
  auto fault = world.one.disk.fail_nth({.operation = sim::DiskOperation::read, .stays = true});
  world.one.restart();
  world.run_for(1s);
  CHECK(aborted == 1);
  CHECK_FALSE(world.one.process.is_running());
  fault.reset();
  world.one.process.start();
  CHECK(world.rows(world.one, "SELECT COUNT(*) FROM ks.t") == "0");
}

TEST_CASE("mysqld: a sync that lies costs acknowledged rows at a power loss, and no bug is seen") {
  int worlds_with_losses = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    MysqlWorld world(seed);
    REQUIRE(world.run_sql(world.one, wide_schema));
    auto lie = world.one.disk.lie_about_syncs();
    Writer writer;
    writer.start(world, world.one, 1, 30, std::string(1500, 'z'));
    REQUIRE(world.finish());
    REQUIRE(writer.acknowledged.size() == 30);
    world.one.lose_power(sim::CrashMode::torn);
    world.one.process.start();
    world.run_for(1s);
    worlds_with_losses += !world.one.process.is_running() || lost(world, world.one, writer) > 0;
  }
  CHECK(worlds_with_losses >= 34);
}

TEST_CASE("mysqld: a flipped byte is an error and the end of the server, never undefined") {
  int aborted_in_all = 0;
  int survived = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    MysqlWorld world(seed);
    REQUIRE(world.run_sql(world.one, wide_schema));
    Writer writer;
    writer.start(world, world.one, 1, 20, std::string(400, 'w'));
    REQUIRE(world.finish());
    world.one.server().engine().checkpoint();
    int aborted = 0;
    count_of(world.world, "ServerAborted", aborted);
    world.one.restart();
    const std::uint64_t size = world.one.disk.content().open("mysql.db", false)->size();
    auto rot = world.one.disk.rot(
        {.file = "mysql.db",
         .offset = seed % 3 == 0 ? seed / 3 : world.world.choices().draw("test.rot", size),
         .mask = static_cast<std::uint8_t>(1 + world.world.choices().draw("test.mask", 255)),
         .on_read = seed % 2});
    world.one.restart();
    world.run_for(1s);
    world.rows(world.one, "SELECT * FROM ks.t");
    Writer second;
    second.start(world, world.one, 100, 5);
    world.rows(world.one, "DELETE FROM ks.t WHERE id < 10");
    world.run_for(1s);
    CHECK(aborted == (world.one.process.is_running() ? 0 : 1));
    aborted_in_all += aborted;
    survived += aborted == 0;
  }
  CHECK(aborted_in_all > 10);
  CHECK(survived > 10);
}

}  // namespace
}  // namespace shardlab::fakes::mysql

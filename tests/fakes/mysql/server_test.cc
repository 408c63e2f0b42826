#include "fakes/mysql/server.h"

#include <catch2/catch.hpp>

#include "tests/fakes/mysql/mysql_world.h"

namespace shardlab::fakes::mysql {
namespace {

const std::vector<std::string> schema{
    "CREATE DATABASE ks", "CREATE TABLE ks.t (id BIGINT UNSIGNED PRIMARY KEY, s VARCHAR(20))"};

TEST_CASE("mysqld: statements run over the network, errors keep their number") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, schema));
  CHECK(world.rows(world.one, "INSERT INTO ks.t VALUES (18446744073709551615, 'x'), (2, NULL)") ==
        "");
  CHECK(world.rows(world.one, "SELECT * FROM ks.t") == "2,NULL|18446744073709551615,x");
  CHECK(world.rows(world.one, "INSERT INTO ks.t VALUES (2, 'y')") == "1062");
  CHECK(world.rows(world.one, "SELECT * FROM ks.nope") == "1146");
}

TEST_CASE("mysqld: nobody listening is 2002, a lost server 2013, then 2006") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, schema));
  std::vector<int> errors;
  world.spawn([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.one.address(), "app");
    auto waiting = co_await capture(connection->query("SELECT MASTER_GTID_WAIT('0-9-99', 60)"));
    errors.push_back(waiting.error().sql_errno());
    auto after = co_await capture(connection->query("SELECT 1"));
    errors.push_back(after.error().sql_errno());
    auto refused = co_await capture(world.client->connect(world.one.address(), "app"));
    errors.push_back(refused.error().sql_errno());
  });
  world.run_for(1s);
  world.one.process.crash();
  REQUIRE(world.finish());
  CHECK(errors == std::vector<int>{2013, 2006, 2002});
}

TEST_CASE("mysqld: a connection that breaks undoes what is not committed, and nothing else") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, schema));
  const bool is_behind = GENERATE(false, true);
  const auto cut = world.one.disturbances->add(
      is_behind ? Disturbance::cut_after_commit : Disturbance::cut_before_commit, 1);
  int error = 0;
  REQUIRE(world.run([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.one.address(), "app");
    co_await connection->query("BEGIN");
    co_await connection->query("INSERT INTO ks.t VALUES (1, 'a')");
    auto committed = co_await capture(connection->query("COMMIT"));
    error = committed.error().sql_errno();
  }));
  CHECK(error == 2013);
  CHECK(cut->effects() == 1);
  CHECK(world.rows(world.one, "SELECT * FROM ks.t") == (is_behind ? "1,a" : ""));
}

TEST_CASE("mysqld: a statement that is killed leaves its transaction open") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, schema));
  std::unique_ptr<sim::Fault> kill;
  int error = 0;
  REQUIRE(world.run([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.one.address(), "app");
    co_await connection->query("BEGIN");
    co_await connection->query("INSERT INTO ks.t VALUES (1, 'a')");
    kill = world.one.disturbances->add(Disturbance::kill_query, 1);
    auto killed = co_await capture(connection->query("INSERT INTO ks.t VALUES (2, 'b')"));
    error = killed.error().sql_errno();
    co_await connection->query("COMMIT");
  }));
  CHECK(error == 1317);
  CHECK(kill->effects() == 1);
  CHECK(world.rows(world.one, "SELECT * FROM ks.t") == "1,a");
}

TEST_CASE("mysqld: a connection of an earlier incarnation is no connection of this one") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, schema));
  int error = 0;
  world.spawn([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.one.address(), "app");
    co_await sleep_until(world.world.now() + 2s);
    auto result = co_await capture(connection->query("SELECT 1"));
    error = result.error().sql_errno();
  });
  world.run_for(1s);
  world.one.process.crash();
  world.one.process.start();
  REQUIRE(world.finish());
  CHECK(error == 2006);
}

TEST_CASE("mysqld: closing a connection rolls back, and so does the client's death") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, schema));
  const bool closes = GENERATE(true, false);
  world.spawn([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.one.address(), "app");
    co_await connection->query("BEGIN");
    co_await connection->query("INSERT INTO ks.t VALUES (1, 'gone')");
    if (!closes) co_await sleep_until(world.world.now() + 1h);
  });
  world.run_for(1s);
  if (!closes) {
    world.client_process.crash();
    world.client_process.start();
    world.running = 0;
    world.run_for(1s);
  }
  CHECK(world.rows(world.one, "INSERT INTO ks.t VALUES (1, 'kept')") == "");
  CHECK(world.rows(world.one, "SELECT s FROM ks.t") == "kept");
  world.run_for(1s);
  CHECK(world.one.server().engine().open_sessions() == 0);
}

TEST_CASE("mysqld: a statement waits for a row lock, and at most the wait timeout") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, schema));
  REQUIRE(world.run_sql(world.one, {"INSERT INTO ks.t VALUES (1, 'a'), (2, 'b')"}));
  std::vector<std::string> order;
  const TimePoint start = world.world.now();
  world.spawn([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.one.address(), "app");
    co_await connection->query("BEGIN");
    co_await connection->query("UPDATE ks.t SET s = 'first' WHERE id = 1");
    co_await connection->query("UPDATE ks.t SET s = 'first' WHERE id = 2");
    co_await sleep_until(start + 10s);
    order.push_back("first");
    co_await connection->query("ROLLBACK");
    co_await connection->query("BEGIN");
    co_await connection->query("UPDATE ks.t SET s = 'again' WHERE id = 2");
    co_await sleep_until(start + 100s);
  });
  world.spawn([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.one.address(), "app");
    co_await sleep_until(start + 5s);
    co_await connection->query("UPDATE ks.t SET s = 'second' WHERE id = 1");
    order.push_back("second");
    co_await sleep_until(start + 20s);
    auto result = co_await capture(connection->query("UPDATE ks.t SET s = 'no' WHERE id = 2"));
    order.push_back(std::to_string(result.error().sql_errno()));
    CHECK(world.world.now() - start > 70s);
    CHECK(world.world.now() - start < 71s);
  });
  REQUIRE(world.finish());
  CHECK(order == std::vector<std::string>{"first", "second", "1205"});
}

TEST_CASE("mysqld: a stream delivers one snapshot in order while others write") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, schema));
  std::string values;
  for (int i = 0; i < 10'000; ++i) {
    values += (i == 0 ? "(" : ",(") + std::to_string(i) + ",'x')";
  }
  REQUIRE(world.run_sql(world.one, {"INSERT INTO ks.t VALUES " + values}));
  std::size_t count = 0;
  bool in_order = true;
  REQUIRE(world.run([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.one.address(), "app");
    auto other = co_await world.client->connect(world.one.address(), "app");
    auto rows = co_await connection->stream("SELECT id FROM ks.t ORDER BY id");
    CHECK(rows->fields() == std::vector<Field>{Field("id", Type::uint64)});
    co_await other->query("DELETE FROM ks.t");
    for (;;) {
      auto some = co_await rows->next();
      if (some.empty()) break;
      for (const Row& row : some) in_order = in_order && row[0].text() == std::to_string(count++);
    }
    auto failed = co_await capture(connection->stream("SELECT nope FROM ks.t"));
    CHECK(failed.error().sql_errno() == 1054);
  }));
  CHECK(count == 10'000);
  CHECK(in_order);
}

TEST_CASE("mysqld: the binary log is read from a position and waits at its end") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, schema));
  std::vector<std::string> seen;
  world.spawn([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.one.address(), "repl");
    auto log = co_await connection->read_binlog("0-1-1");
    for (int i = 0; i < 3; ++i) {
      auto transaction = co_await log->next();
      seen.push_back(transaction.gtid + (transaction.ddl.empty() ? " rows" : " ddl"));
    }
    auto bad = co_await connection->read_binlog("0-7-2");
    auto error = co_await capture(bad->next());
    seen.push_back(std::to_string(error.error().sql_errno()));
  });
  world.run_for(5min);
  CHECK(seen == std::vector<std::string>{"0-1-2 ddl"});
  REQUIRE(world.run_sql(world.one, {"INSERT INTO ks.t VALUES (1, 'a')", "DELETE FROM ks.t"}));
  REQUIRE(world.finish());
  CHECK(seen == std::vector<std::string>{"0-1-2 ddl", "0-1-3 rows", "0-1-4 rows", "1236"});
}

TEST_CASE("mysqld: what was acknowledged survives a power loss") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, schema));
  std::vector<std::string> acknowledged;
  world.spawn([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.one.address(), "app");
    for (int i = 0;; ++i) {
      const std::string id = std::to_string(1000 + i);
      std::string sql = "INSERT INTO ks.t VALUES (" + id + ", 'x')";
      auto result = co_await capture(connection->query(std::move(sql)));
      if (!result) co_return;
      acknowledged.push_back(id);
    }
  });
  world.run_for(200ms);
  world.one.lose_power();
  world.one.process.start();
  REQUIRE(world.finish());
  REQUIRE(acknowledged.size() > 10);
  const std::string rows = world.rows(world.one, "SELECT id FROM ks.t ORDER BY id");
  std::string expected;
  for (const std::string& id : acknowledged) expected += (expected.empty() ? "" : "|") + id;
  CHECK(rows.starts_with(expected));
  CHECK(rows.size() <= expected.size() + 5);  // at most the one that was not answered
}

}  // namespace
}  // namespace shardlab::fakes::mysql

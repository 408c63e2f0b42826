#include <catch2/catch.hpp>

#include "tests/fakes/mysql/mysql_world.h"

namespace shardlab::fakes::mysql {
namespace {

std::string status(MysqlWorld& world, MysqlHost& host, const std::string& name) {
  const std::string row = world.rows(host, "SHOW STATUS LIKE 'Rpl_semi_sync_" + name + "'");
  return row.substr(row.find(',') + 1);
}

/// How long an insert takes.
Duration insert(MysqlWorld& world, MysqlHost& host, int id) {
  const TimePoint begin = world.world.now();
  REQUIRE(world.run_sql(host, {"INSERT INTO ks.t VALUES (" + std::to_string(id) + ")"}));
  return world.world.now() - begin;
}

/// Server one with replica two, which acknowledges.
struct SemiSyncPair {
  SemiSyncPair() {
    REQUIRE(world.run_sql(world.one, key_schema));
    REQUIRE(world.run_sql(world.two, {"SET GLOBAL rpl_semi_sync_slave_enabled = 1"}));
    REQUIRE(world.follow(world.two, world.one));
    world.run_for(2s);
    REQUIRE(world.run_sql(world.one, {"SET GLOBAL rpl_semi_sync_master_enabled = ON",
                                      "SET GLOBAL rpl_semi_sync_master_timeout = 3000"}));
  }
  MysqlWorld world;
};

}  // namespace

TEST_CASE("semi-sync: a commit is told when a replica has got it, not when it has applied it") {
  SemiSyncPair pair;
  MysqlWorld& world = pair.world;
  auto late = world.two.disturbances->add(Disturbance::late_apply, Duration(10s).count());
  CHECK(insert(world, world.one, 1) < 100ms);
  CHECK(status(world, world.one, "master_status") == "ON");
  CHECK(status(world, world.one, "master_clients") == "1");
  CHECK(status(world, world.one, "master_yes_tx") == "1");
  CHECK(world.rows(world.two, "SELECT COUNT(*) FROM ks.t") == "0");
  late.reset();
}

TEST_CASE("semi-sync: without an answer a commit waits for the timeout, the next ones not at all") {
  SemiSyncPair pair;
  MysqlWorld& world = pair.world;
  REQUIRE(world.run_sql(world.two, {"STOP SLAVE"}));
  const Duration waited = insert(world, world.one, 1);
  CHECK(waited > 3s);
  CHECK(waited < 3100ms);
  CHECK(status(world, world.one, "master_status") == "OFF");
  CHECK(insert(world, world.one, 2) < 100ms);
  CHECK(status(world, world.one, "master_no_tx") == "2");
  REQUIRE(world.run_sql(world.two, {"START SLAVE"}));
  world.run_for(1s);
  CHECK(status(world, world.one, "master_status") == "ON");
  CHECK(insert(world, world.one, 3) < 100ms);
  CHECK(status(world, world.one, "master_yes_tx") == "1");
}

TEST_CASE("semi-sync: others see the row while its writer waits") {
  SemiSyncPair pair;
  MysqlWorld& world = pair.world;
  REQUIRE(world.run_sql(world.two, {"STOP SLAVE"}));
  bool told = false;
  world.spawn([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.one.address(), "app");
    co_await connection->query("INSERT INTO ks.t VALUES (1)");
    told = true;
  });
  world.run_for(1s);
  std::string seen;
  world.spawn([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.one.address(), "app");
    auto rows = co_await connection->query("SELECT * FROM ks.t");
    seen = TestSession::text_of(rows.rows);
  });
  world.run_for(1s);
  CHECK(seen == "1");
  CHECK_FALSE(told);
  REQUIRE(world.finish());
  CHECK(told);
}

TEST_CASE("semi-sync: a replica that was not asked to does not acknowledge") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, key_schema));
  REQUIRE(world.follow(world.two, world.one));
  world.run_for(2s);
  REQUIRE(world.run_sql(world.one, {"SET GLOBAL rpl_semi_sync_master_enabled = 1"}));
  CHECK(insert(world, world.one, 1) > 10s);
  CHECK(status(world, world.one, "master_clients") == "0");
}

TEST_CASE("MASTER_DELAY: a replica applies what is old enough, and says how long it will take") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, key_schema));
  REQUIRE(world.run_sql(world.two, {"CHANGE MASTER TO MASTER_DELAY = 20"}));
  REQUIRE(world.follow(world.two, world.one));
  world.run_for(30s);
  insert(world, world.one, 1);
  world.run_for(5s);
  CHECK(world.slave_status(world.two, "SQL_Delay") == "20");
  CHECK(world.slave_status(world.two, "SQL_Remaining_Delay") == "15");
  CHECK(world.rows(world.two, "SELECT COUNT(*) FROM ks.t") == "0");
  world.run_for(16s);
  CHECK(world.rows(world.two, "SELECT COUNT(*) FROM ks.t") == "1");
  CHECK(world.slave_status(world.two, "SQL_Remaining_Delay") == "NULL");
  world.two.restart();
  world.rows(world.two, "SELECT 1");
  CHECK(world.slave_status(world.two, "SQL_Delay") == "20");
}

TEST_CASE("MASTER_DELAY: taken away, what waits is applied at once") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, key_schema));
  REQUIRE(world.run_sql(world.two, {"CHANGE MASTER TO MASTER_DELAY = 300"}));
  REQUIRE(world.follow(world.two, world.one));
  insert(world, world.one, 1);
  world.run_for(10s);
  CHECK(world.rows(world.two, "SHOW DATABASES LIKE 'ks'") == "");
  world.two.server().replication().set_delay(0);
  world.run_for(1s);
  CHECK(world.rows(world.two, "SELECT COUNT(*) FROM ks.t") == "1");
}

}  // namespace shardlab::fakes::mysql

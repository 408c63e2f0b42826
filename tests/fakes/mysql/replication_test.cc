#include "fakes/mysql/replication.h"

#include <catch2/catch.hpp>

#include "tests/fakes/mysql/mysql_world.h"

namespace shardlab::fakes::mysql {
namespace {

const std::vector<std::string> replicated_schema{
    "CREATE DATABASE ks", "CREATE TABLE ks.t (id INT PRIMARY KEY, s VARCHAR(20))"};

std::string insert(int id) { return "INSERT INTO ks.t VALUES (" + std::to_string(id) + ", 'x')"; }

TEST_CASE("replication: a replica follows, and reports no lag") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, replicated_schema));
  CHECK(world.slave_status(world.two, "Slave_IO_Running") == "(none)");
  REQUIRE(world.follow(world.two, world.one));
  REQUIRE(world.run_sql(world.one, {insert(1), "UPDATE ks.t SET s = 'y'"}));
  CHECK(world.rows(world.two, "SELECT MASTER_GTID_WAIT('0-1-4', 5.000)") == "0");
  CHECK(world.rows(world.two, "SELECT * FROM ks.t") == "1,y");
  CHECK(world.slave_status(world.two, "Slave_IO_Running") == "Yes");
  CHECK(world.slave_status(world.two, "Slave_SQL_Running") == "Yes");
  CHECK(world.slave_status(world.two, "Seconds_Behind_Master") == "0");
  CHECK(world.slave_status(world.two, "Master_Host") == "10.64.1.1");
  CHECK(world.slave_status(world.two, "Gtid_IO_Pos") == "0-1-4");
  CHECK(world.rows(world.two, "SELECT MASTER_GTID_WAIT('0-1-5', 0.5)") == "-1");
}

TEST_CASE("replication: stopped it stands still, started it catches up") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, replicated_schema));
  REQUIRE(world.follow(world.two, world.one));
  REQUIRE(world.run_sql(world.one, {insert(1)}));
  CHECK(world.rows(world.two, "SELECT MASTER_GTID_WAIT('0-1-3', 5)") == "0");
  CHECK(world.rows(world.two, "CHANGE MASTER TO MASTER_PORT = 1") == "1198");
  REQUIRE(world.run_sql(world.two, {"STOP SLAVE", "STOP SLAVE"}));
  REQUIRE(world.run_sql(world.one, {insert(2)}));
  world.run_for(10s);
  CHECK(world.rows(world.two, "SELECT id FROM ks.t") == "1");
  CHECK(world.slave_status(world.two, "Slave_IO_Running") == "No");
  CHECK(world.slave_status(world.two, "Seconds_Behind_Master") == "NULL");
  REQUIRE(world.run_sql(world.two, {"START SLAVE", "START SLAVE"}));
  CHECK(world.rows(world.two, "SELECT MASTER_GTID_WAIT('0-1-4', 5)") == "0");
  CHECK(world.rows(world.two, "SELECT id FROM ks.t") == "1|2");
}

TEST_CASE("replication: UNTIL stops exactly at the position") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, replicated_schema));
  REQUIRE(world.run_sql(world.one, {insert(1), insert(2), insert(3)}));
  REQUIRE(
      world.run_sql(world.two, {"CHANGE MASTER TO MASTER_HOST = '10.64.1.1', MASTER_PORT = 3306, "
                                "MASTER_USER = 'repl', MASTER_USE_GTID = slave_pos",
                                "START SLAVE UNTIL MASTER_GTID_POS = '0-1-4'"}));
  world.run_for(5s);
  CHECK(world.rows(world.two, "SELECT id FROM ks.t") == "1|2");
  CHECK(world.slave_status(world.two, "Slave_SQL_Running") == "No");
  CHECK(world.rows(world.two, "SELECT @@global.gtid_slave_pos") == "0-1-4");
}

TEST_CASE("replication: the source's restart is survived, the replica's needs a start") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, replicated_schema));
  REQUIRE(world.follow(world.two, world.one));
  world.one.lose_power();
  world.run_for(5s);
  CHECK(world.slave_status(world.two, "Slave_IO_Running") == "Connecting");
  world.one.process.start();
  REQUIRE(world.run_sql(world.one, {insert(1)}));
  CHECK(world.rows(world.two, "SELECT MASTER_GTID_WAIT('0-1-3', 10)") == "0");
  world.two.lose_power();
  world.two.process.start();
  REQUIRE(world.run_sql(world.one, {insert(2)}));
  CHECK(world.rows(world.two, "SELECT id FROM ks.t") == "1");
  CHECK(world.slave_status(world.two, "Master_Host") == "10.64.1.1");
  REQUIRE(world.run_sql(world.two, {"START SLAVE"}));
  CHECK(world.rows(world.two, "SELECT MASTER_GTID_WAIT('0-1-4', 10)") == "0");
}

TEST_CASE("replication: a row that is not there stops the applier with error 1032") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, replicated_schema));
  REQUIRE(world.follow(world.two, world.one));
  REQUIRE(world.run_sql(world.one, {insert(1)}));
  CHECK(world.rows(world.two, "SELECT MASTER_GTID_WAIT('0-1-3', 10)") == "0");
  REQUIRE(world.run_sql(world.two, {"SET sql_log_bin = 0", "DELETE FROM ks.t"}));
  REQUIRE(world.run_sql(world.one, {"UPDATE ks.t SET s = 'y' WHERE id = 1"}));
  world.run_for(5s);
  CHECK(world.slave_status(world.two, "Slave_SQL_Running") == "No");
  CHECK(world.slave_status(world.two, "Slave_IO_Running") == "Yes");
  CHECK(world.slave_status(world.two, "Last_SQL_Errno") == "1032");
  REQUIRE(world.run_sql(
      world.two, {"SET sql_log_bin = 0", "INSERT INTO ks.t VALUES (1, 'x')", "START SLAVE"}));
  CHECK(world.rows(world.two, "SELECT MASTER_GTID_WAIT('0-1-4', 10)") == "0");
}

TEST_CASE("replication: a source without the position ends the reading thread with 1236") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, replicated_schema));
  REQUIRE(world.run_sql(world.two, {"SET GLOBAL gtid_slave_pos = '0-9-50'"}));
  REQUIRE(world.follow(world.two, world.one));
  world.run_for(5s);
  CHECK(world.slave_status(world.two, "Slave_IO_Running") == "No");
  CHECK(world.slave_status(world.two, "Last_IO_Errno") == "1236");
  CHECK(world.rows(world.three, "START SLAVE") == "1200");
}

TEST_CASE("replication: the applier waits for row locks of a client") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, replicated_schema));
  REQUIRE(world.follow(world.two, world.one));
  REQUIRE(world.run_sql(world.one, {insert(1)}));
  CHECK(world.rows(world.two, "SELECT MASTER_GTID_WAIT('0-1-3', 10)") == "0");
  const TimePoint start = world.world.now();
  world.spawn([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.two.address(), "dba");
    co_await connection->query("BEGIN");
    co_await connection->query("SELECT * FROM ks.t WHERE id = 1 FOR UPDATE");
    co_await sleep_until(start + 20s);
  });
  world.run_for(1s);
  world.spawn([&]() -> Task<> {
    auto connection = co_await world.client->connect(world.one.address(), "dba");
    co_await connection->query("UPDATE ks.t SET s = 'late' WHERE id = 1");
  });
  world.run_for(10s);
  CHECK(world.two.server().engine().slave_position()->sequence == 3);
  REQUIRE(world.finish());
  CHECK(world.rows(world.two, "SELECT MASTER_GTID_WAIT('0-1-4', 1)") == "0");
}

TEST_CASE("replication: roles change, and the old source follows the new one") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, replicated_schema));
  REQUIRE(world.follow(world.two, world.one));
  REQUIRE(world.follow(world.three, world.one));
  REQUIRE(world.run_sql(world.one, {insert(1), "SET GLOBAL read_only = ON"}));
  CHECK(world.rows(world.two, "SELECT MASTER_GTID_WAIT('0-1-3', 10)") == "0");
  CHECK(world.rows(world.three, "SELECT MASTER_GTID_WAIT('0-1-3', 10)") == "0");
  REQUIRE(world.run_sql(world.two, {"STOP SLAVE", "RESET SLAVE ALL", insert(2)}));
  REQUIRE(world.follow(world.one, world.two));
  REQUIRE(world.run_sql(world.three, {"STOP SLAVE"}));
  REQUIRE(world.follow(world.three, world.two));
  CHECK(world.rows(world.one, "SELECT MASTER_GTID_WAIT('0-2-4', 10)") == "0");
  CHECK(world.rows(world.three, "SELECT MASTER_GTID_WAIT('0-2-4', 10)") == "0");
  for (MysqlHost* host : {&world.one, &world.two, &world.three}) {
    CHECK(world.rows(*host, "SELECT id FROM ks.t") == "1|2");
    CHECK(world.rows(*host, "SELECT @@global.gtid_current_pos") == "0-2-4");
  }
}

std::string digest_of(std::uint64_t seed) {
  reset_sqlite_randomness();
  MysqlWorld world(seed);
  world.run_sql(world.one, replicated_schema);
  world.follow(world.two, world.one);
  for (int i = 0; i < 20; ++i) world.run_sql(world.one, {insert(i)});
  world.two.lose_power();
  world.two.process.start();
  world.run_sql(world.two, {"START SLAVE"});
  world.rows(world.two, "SELECT MASTER_GTID_WAIT('0-1-22', 10)");
  return world.rows(world.two, "SELECT COUNT(*) FROM ks.t") + " at " +
         std::to_string(to_ns(world.world.now()));
}

TEST_CASE("replication: a seed decides everything") {
  const std::string first = digest_of(7);
  CHECK(first.starts_with("20 at "));
  CHECK(digest_of(7) == first);
  CHECK(digest_of(8) != first);
}

}  // namespace
}  // namespace shardlab::fakes::mysql

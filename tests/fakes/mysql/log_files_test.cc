#include <catch2/catch.hpp>

#include "tests/fakes/mysql/mysql_world.h"

namespace shardlab::fakes::mysql {

TEST_CASE("binary log: FLUSH begins a new file, PURGE drops old ones, a restart knows them") {
  TestServer server({"CREATE TABLE t (id INT PRIMARY KEY)"});
  TestSession dba = server.session("dba");
  CHECK(dba.rows("SHOW MASTER STATUS") == "bin.000001,2,,");
  dba.run("FLUSH BINARY LOGS");
  dba.run("INSERT INTO t VALUES (1)");
  dba.run("FLUSH LOGS");
  CHECK(dba.rows("SHOW BINARY LOGS") == "bin.000001,2|bin.000002,1|bin.000003,0");
  CHECK(dba.status("PURGE BINARY LOGS TO 'bin.000009'") ==
        "1373 Target log not found in binlog index");
  CHECK(dba.status("PURGE BINARY LOGS TO 'bin.000002'") == "ok 0");
  server.lose_power();
  TestSession again = server.session("dba");
  CHECK(again.rows("SHOW BINARY LOGS") == "bin.000002,1|bin.000003,0");
  CHECK(server.engine->entries_after(parse_position("0-1-2"), 10).size() == 1);
  CHECK_THROWS_WITH(server.engine->entries_after(parse_position("0-1-1"), 10),
                    Catch::Contains("purged"));
  CHECK(again.status("PURGE MASTER LOGS TO 'bin.000003'") == "ok 0");
  CHECK(again.rows("SELECT @@gtid_binlog_pos") == "0-1-3");
  again.run("INSERT INTO t VALUES (2)");
  CHECK(again.rows("SELECT @@gtid_binlog_pos") == "0-1-4");
  CHECK(again.status("RESET MASTER") == "ok 0");
  CHECK(again.rows("SHOW BINARY LOGS") == "bin.000001,0");
  CHECK(server.session("app").status("FLUSH BINARY LOGS").starts_with("1227"));
}

TEST_CASE("replication: a replica that needs purged transactions is told so and stays stopped") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, key_schema));
  REQUIRE(world.follow(world.two, world.one));
  world.run_for(2s);
  REQUIRE(world.run_sql(world.two, {"STOP SLAVE"}));
  REQUIRE(world.run_sql(world.one,
                        {"INSERT INTO ks.t VALUES (1)", "FLUSH BINARY LOGS",
                         "PURGE BINARY LOGS TO 'bin.000002'", "INSERT INTO ks.t VALUES (2)"}));
  REQUIRE(world.run_sql(world.two, {"START SLAVE"}));
  world.run_for(100s);
  CHECK(world.slave_status(world.two, "Slave_IO_Running") == "No");
  CHECK(world.slave_status(world.two, "Slave_SQL_Running") == "Yes");
  CHECK(world.slave_status(world.two, "Last_IO_Errno") == "1236");
  CHECK(world.rows(world.two, "SELECT COUNT(*) FROM ks.t") == "0");
}

TEST_CASE("replication: a source that lost unsynced commits is behind its replica, which says so") {
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, key_schema));
  REQUIRE(world.follow(world.two, world.one));
  world.run_for(2s);
  world.one.server().sync_commits(false);
  REQUIRE(world.run_sql(world.one, {"INSERT INTO ks.t VALUES (1)"}));
  world.run_for(200ms);
  CHECK(world.one.server().engine().unsynced_commits() == 1);
  world.one.lose_power();
  world.one.process.start();
  world.rows(world.one, "SELECT 1");  // nobody has told the client that its connection is gone
  CHECK(world.rows(world.one, "SELECT COUNT(*) FROM ks.t") == "0");
  CHECK(world.rows(world.two, "SELECT COUNT(*) FROM ks.t") == "1");
  world.run_for(200s);
  CHECK(world.slave_status(world.two, "Last_IO_Errno") == "1236");
}

TEST_CASE("without a sync at each commit: what is old enough is on the disk all the same") {
  const std::string variable =
      GENERATE(as<std::string>(), "sync_binlog", "innodb_flush_log_at_trx_commit");
  const Duration period = variable == "sync_binlog" ? 30s : 1s;
  MysqlWorld world;
  REQUIRE(world.run_sql(world.one, key_schema));
  REQUIRE(world.run_sql(world.one, {"SET GLOBAL " + variable + " = 0"}));
  REQUIRE(world.run_sql(world.one, {"INSERT INTO ks.t VALUES (1)"}));
  world.run_for(period + 100ms);
  REQUIRE(world.run_sql(world.one, {"INSERT INTO ks.t VALUES (2)"}));
  world.one.lose_power();
  world.one.process.start();
  world.rows(world.one, "SELECT 1");  // nobody has told the client that its connection is gone
  CHECK(world.rows(world.one, "SELECT * FROM ks.t") == "1");
  REQUIRE(world.run_sql(world.one, {"INSERT INTO ks.t VALUES (3)"}));
  world.one.lose_power();
  world.one.process.start();
  world.rows(world.one, "SELECT 1");
  CHECK(world.rows(world.one, "SELECT * FROM ks.t") == "1|3");  // the setting went with the power
}

}  // namespace shardlab::fakes::mysql

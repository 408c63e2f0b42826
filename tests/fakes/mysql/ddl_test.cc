#include <catch2/catch.hpp>

#include "tests/fakes/mysql/test_server.h"

namespace shardlab::fakes::mysql {
namespace {

TEST_CASE("ddl: SHOW CREATE TABLE prints MariaDB's text, which makes the same table again") {
  TestServer server(
      {"CREATE TABLE t (b VARCHAR(10) NOT NULL DEFAULT 'it''s', "
       "a BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, c DATETIME DEFAULT CURRENT_TIMESTAMP, "
       "d DECIMAL(10,2), e TINYINT(1) DEFAULT 0, f MEDIUMTEXT, PRIMARY KEY (a, b), "
       "UNIQUE KEY by_c (c, d), KEY (e)) ENGINE=InnoDB DEFAULT CHARSET=utf8 COLLATE=utf8_bin"});
  auto app = server.session();
  const std::string text = app.rows("SHOW CREATE TABLE t").substr(2);
  CHECK(text ==
        "CREATE TABLE `t` (\n"
        "  `b` varchar(10) NOT NULL DEFAULT 'it\\'s',\n"
        "  `a` bigint(20) unsigned NOT NULL AUTO_INCREMENT,\n"
        "  `c` datetime DEFAULT current_timestamp(),\n"
        "  `d` decimal(10,2) DEFAULT NULL,\n"
        "  `e` tinyint(1) DEFAULT 0,\n"
        "  `f` mediumtext DEFAULT NULL,\n"
        "  PRIMARY KEY (`a`,`b`),\n"
        "  UNIQUE KEY `by_c` (`c`,`d`),\n"
        "  KEY `e` (`e`)\n"
        ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin");
  auto dba = server.session("dba");
  dba.run("DROP TABLE t");
  CHECK(dba.status(text) == "ok 0");
  CHECK(app.rows("SHOW CREATE TABLE t") == "t," + text);
}

TEST_CASE("ddl: databases and tables come and go") {
  TestServer server;
  auto dba = server.session("dba");
  CHECK(dba.status("CREATE DATABASE ks") == "1007 Can't create database 'ks'; database exists");
  CHECK(dba.status("CREATE DATABASE IF NOT EXISTS `_vt`") == "ok 1");
  CHECK(dba.status("CREATE TABLE `_vt`.a (id INT PRIMARY KEY)") == "ok 0");
  CHECK(dba.status("CREATE TABLE _vt.a (id INT PRIMARY KEY)") == "1050 Table 'a' already exists");
  CHECK(dba.status("CREATE TABLE IF NOT EXISTS _vt.a (id INT)") == "ok 0");
  CHECK(dba.rows("SHOW DATABASES") == "_vt|ks");
  CHECK(dba.rows("SHOW TABLES FROM _vt") == "a");
  CHECK(dba.rows("SHOW FULL TABLES FROM _vt LIKE 'a%'") == "a,BASE TABLE");
  CHECK(dba.status("INSERT INTO _vt.a VALUES (1)") == "ok 1");
  CHECK(dba.status("DROP TABLE nope") == "1051 Unknown table 'ks.nope'");
  CHECK(dba.status("DROP TABLE IF EXISTS nope, _vt.a") == "ok 0");
  CHECK(dba.rows("SELECT * FROM _vt.a") == "1146 Table '_vt.a' doesn't exist");
  CHECK(dba.status("DROP DATABASE _vt") == "ok 0");
  CHECK(dba.status("DROP DATABASE _vt") ==
        "1008 Can't drop database '_vt'; database doesn't exist");
  CHECK(dba.status("CREATE TABLE _vt.b (id INT)") == "1049 Unknown database '_vt'");
}

TEST_CASE("ddl: columns and keys are shown, the primary key in key order") {
  TestServer server({"CREATE TABLE t (a INT, b INT, c INT, PRIMARY KEY (c, a), KEY by_b (b))"});
  auto app = server.session();
  CHECK(app.rows("SHOW COLUMNS FROM t") ==
        "a,int(11),NO,PRI,NULL,|b,int(11),YES,MUL,NULL,|c,int(11),NO,PRI,NULL,");
  const auto result = app.run("SHOW INDEX FROM t").result;
  std::string keys;
  for (const Row& row : result.rows) {
    keys += row[2].text() + "/" + row[3].text() + "=" + row[4].text() + " ";
  }
  CHECK(keys == "PRIMARY/1=c PRIMARY/2=a by_b/1=b ");
  CHECK(result.fields[4].name == "Column_name");
}

TEST_CASE("ddl: TRUNCATE empties a table and restarts its numbers") {
  TestServer server({"CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a INT)"});
  auto app = server.session();
  app.run("INSERT INTO t(a) VALUES (1), (2)");
  CHECK(app.status("TRUNCATE TABLE t") == "ok 0");
  CHECK(app.run("INSERT INTO t(a) VALUES (9)").insert_id == 1);
  CHECK(app.rows("SHOW TABLE STATUS LIKE 't'").starts_with("t,InnoDB,10,Dynamic,1,"));
}

TEST_CASE("ddl: ALTER TABLE keeps the rows") {
  TestServer server({"CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(5))"});
  auto app = server.session();
  app.run("INSERT INTO t VALUES (1, 10, 'x'), (2, NULL, 'y')");
  CHECK(app.status("ALTER TABLE t ADD COLUMN c INT NOT NULL DEFAULT 7 AFTER id, DROP a, "
                   "MODIFY b VARCHAR(50), ADD UNIQUE KEY by_b (b)") == "ok 0");
  CHECK(app.rows("SELECT * FROM t") == "1,7,x|2,7,y");
  CHECK(app.status("INSERT INTO t VALUES (3, 1, 'y')") ==
        "1062 Duplicate entry 'y' for key 'by_b'");
  CHECK(app.status("ALTER TABLE t DROP KEY by_b") == "ok 0");
  CHECK(app.status("ALTER TABLE t MODIFY b VARCHAR(1), ADD x INT NOT NULL FIRST") == "ok 0");
  CHECK(app.rows("SELECT * FROM t") == "0,1,7,x|0,2,7,y");
  CHECK(app.status("RENAME TABLE t TO u") == "ok 0");
  CHECK(app.rows("SELECT id FROM u") == "1|2");
}

TEST_CASE("ddl: a failed statement leaves everything as it was") {
  TestServer server({"CREATE TABLE t (id INT PRIMARY KEY, a INT)"});
  auto app = server.session();
  app.run("INSERT INTO t VALUES (1, 5), (2, 5)");
  const Position before = server.engine->binlog_position();
  CHECK(app.status("ALTER TABLE t ADD UNIQUE KEY (a)") == "1062 Duplicate entry '5' for key 'a'");
  CHECK(app.rows("SELECT * FROM t") == "1,5|2,5");
  CHECK(app.status("CREATE TABLE u (a INT, PRIMARY KEY (b))") ==
        "1072 Key column 'b' doesn't exist in table");
  CHECK(app.rows("SHOW TABLES") == "t");
  CHECK(server.engine->binlog_position() == before);
}

TEST_CASE("ddl: a changed schema survives a restart") {
  TestServer server({"CREATE TABLE t (id INT, `odd name` INT, PRIMARY KEY (id))"});
  server.session().run("INSERT INTO t VALUES (1, 2)");
  server.lose_power();
  auto app = server.session();
  CHECK(app.rows("SELECT `odd name` FROM t") == "2");
}

}  // namespace
}  // namespace shardlab::fakes::mysql

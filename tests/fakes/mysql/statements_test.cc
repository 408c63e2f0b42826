#include <catch2/catch.hpp>

#include "tests/fakes/mysql/test_server.h"

namespace shardlab::fakes::mysql {
namespace {

TEST_CASE("statements: the guestbook writes and reads") {
  TestServer server({guestbook_table});
  auto app = server.session();
  CHECK(app.status("INSERT INTO messages (page, time_created_ns, message) VALUES (7, 2, 'b'), "
                   "(7, 1, 'a'), (8, 1, NULL)") == "ok 3");
  const Outcome outcome = app.run(
      "SELECT message, time_created_ns AS t FROM messages WHERE page = 7 "
      "ORDER BY time_created_ns");
  CHECK(TestSession::text_of(outcome.result.rows) == "a,1|b,2");
  CHECK(outcome.result.fields ==
        std::vector<Field>{Field("message", Type::varchar), Field("t", Type::uint64)});
  CHECK(app.rows("SELECT * FROM ks.messages WHERE message IS NULL") == "8,1,NULL");
  CHECK(app.rows("SELECT message FROM messages ORDER BY page DESC, time_created_ns LIMIT 1, 2") ==
        "a|b");
}

TEST_CASE("statements: rows affected counts what changed") {
  TestServer server({guestbook_table});
  auto app = server.session();
  app.run("INSERT INTO messages VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c')");
  CHECK(app.status("UPDATE messages SET message = 'a' WHERE page = 1") == "ok 1");
  CHECK(app.status("UPDATE messages SET page = 5 WHERE page = 2 AND time_created_ns = 1") ==
        "ok 1");
  CHECK(app.status("DELETE FROM messages WHERE (page=1 AND time_created_ns=1) OR "
                   "(page=5 AND time_created_ns=1) OR (page=9 AND time_created_ns=9)") == "ok 2");
  CHECK(app.rows("SELECT * FROM messages") == "1,2,a");
}

TEST_CASE("statements: an update sees its own earlier assignments, and numbers are checked") {
  TestServer server({"CREATE TABLE t (id INT PRIMARY KEY, a BIGINT UNSIGNED, b BIGINT)"});
  auto app = server.session();
  app.run("INSERT INTO t VALUES (1, 18446744073709551614, 5)");
  CHECK(app.status("UPDATE t SET a = a + 1, b = b - 10 WHERE id = 1") == "ok 1");
  CHECK(app.rows("SELECT a, b FROM t") == "18446744073709551615,-5");
  CHECK(app.status("UPDATE t SET a = a + 1") == "1690 BIGINT UNSIGNED value is out of range");
  CHECK(app.status("UPDATE t SET b = 3, a = b + 1") == "ok 1");
  CHECK(app.rows("SELECT a, b FROM t") == "4,3");
}

TEST_CASE("statements: duplicates name the entry and the key") {
  TestServer server(
      {guestbook_table,
       "CREATE TABLE u (id INT PRIMARY KEY, name VARCHAR(20), UNIQUE KEY by_name (name))"});
  auto app = server.session();
  app.run("INSERT INTO messages VALUES (1, 2, 'a')");
  CHECK(app.status("INSERT INTO messages VALUES (0, 0, 'x'), (1, 2, 'b')") ==
        "1062 Duplicate entry '1-2' for key 'PRIMARY'");
  CHECK(app.rows("SELECT COUNT(*) FROM messages") == "1");
  CHECK(app.status("INSERT IGNORE INTO messages VALUES (0, 0, 'x'), (1, 2, 'b')") == "ok 1");
  app.run("INSERT INTO u VALUES (1, 'ann'), (2, NULL), (3, NULL)");
  CHECK(app.status("INSERT INTO u VALUES (4, 'ann')") ==
        "1062 Duplicate entry 'ann' for key 'by_name'");
  CHECK(app.status("UPDATE u SET name = 'ann' WHERE id = 2") ==
        "1062 Duplicate entry 'ann' for key 'by_name'");
  CHECK(app.status("UPDATE u SET id = 3 WHERE id = 1") ==
        "1062 Duplicate entry '3' for key 'PRIMARY'");
}

TEST_CASE("statements: REPLACE removes every row in its way") {
  TestServer server(
      {"CREATE TABLE u (id INT PRIMARY KEY, a INT, b INT, UNIQUE KEY (a), UNIQUE KEY (b))"});
  auto app = server.session();
  app.run("INSERT INTO u VALUES (1, 10, 100), (2, 20, 200), (3, 30, 300)");
  CHECK(app.status("REPLACE INTO u VALUES (1, 20, 300)") == "ok 4");
  CHECK(app.rows("SELECT * FROM u") == "1,20,300");
}

TEST_CASE("statements: NULL, defaults and missing values follow strict mode") {
  TestServer server(
      {"CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, a INT NOT NULL, "
       "b VARCHAR(5) DEFAULT 'x', c INT NOT NULL DEFAULT 3)"});
  auto app = server.session();
  CHECK(app.status("INSERT INTO t(b) VALUES ('y')") ==
        "1364 Field 'a' doesn't have a default value");
  CHECK(app.status("INSERT INTO t(a) VALUES (NULL)") == "1048 Column 'a' cannot be null");
  CHECK(app.status("INSERT INTO t SET a = 1") == "ok 1");
  CHECK(app.status("INSERT INTO t(a, b, c) VALUES (2, DEFAULT, DEFAULT)") == "ok 1");
  CHECK(app.rows("SELECT a, b, c FROM t ORDER BY a") == "1,x,3|2,x,3");
  CHECK(app.status("INSERT INTO t(a, nope) VALUES (1, 2)") ==
        "1054 Unknown column 'nope' in 'field list'");
  CHECK(app.status("INSERT INTO t(a) VALUES (1, 2)") ==
        "1136 Column count doesn't match value count at row 1");
}

TEST_CASE("statements: AUTO_INCREMENT counts on after explicit values and restarts") {
  TestServer server({"CREATE TABLE t (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, a INT)"});
  {
    auto app = server.session();
    CHECK(app.run("INSERT INTO t(a) VALUES (1), (2)").insert_id == 1);
    CHECK(app.run("INSERT INTO t(id, a) VALUES (10, 3)").insert_id == 0);
    CHECK(app.run("INSERT INTO t VALUES (NULL, 4)").insert_id == 11);
    CHECK(app.rows("SELECT LAST_INSERT_ID()") == "11");
  }
  server.restart_on(server.disk->clone());
  auto app = server.session();
  CHECK(app.run("INSERT INTO t(a) VALUES (5)").insert_id == 12);
  CHECK(app.rows("SELECT id FROM t ORDER BY a") == "1|2|10|11|12");
}

TEST_CASE("statements: a table without primary key keeps equal rows apart") {
  TestServer server({"CREATE TABLE log (line VARCHAR(10), n INT)"});
  auto app = server.session();
  app.run("INSERT INTO log VALUES ('a', 1), ('a', 1), ('b', NULL)");
  CHECK(app.status("DELETE FROM log WHERE line = 'a' LIMIT 1") == "ok 1");
  CHECK(app.status("UPDATE log SET n = 7 WHERE line = 'b'") == "ok 1");
  CHECK(app.rows("SELECT * FROM log ORDER BY line") == "a,1|b,7");
}

TEST_CASE("statements: a WHERE of thousands of alternatives works") {
  TestServer server({"CREATE TABLE t (id INT PRIMARY KEY, a INT)"});
  auto app = server.session();
  std::string values;
  std::string keys;
  std::string others;
  for (int i = 0; i < 3000; ++i) {
    values += (i == 0 ? "(" : ",(") + std::to_string(i) + ",0)";
    if (i % 3 == 0) keys += (keys.empty() ? "(`id`=" : " OR (`id`=") + std::to_string(i) + ")";
    others += (others.empty() ? "a=" : " OR a=") + std::to_string(i + 5);
  }
  CHECK(app.status("INSERT INTO t VALUES " + values) == "ok 3000");
  CHECK(app.status("DELETE FROM t WHERE " + keys) == "ok 1000");
  CHECK(app.status("UPDATE t SET a = 1 WHERE " + others) == "ok 0");
  CHECK(app.rows("SELECT COUNT(*) FROM t WHERE " + keys) == "0");
}

TEST_CASE("statements: errors have MySQL's numbers and texts") {
  TestServer server({guestbook_table});
  auto app = server.session();
  CHECK(app.status("SELECT * FROM nope") == "1146 Table 'ks.nope' doesn't exist");
  CHECK(app.status("SELECT nope FROM messages") == "1054 Unknown column 'nope' in 'field list'");
  CHECK(app.status("SELECT page FROM messages WHERE nope = 1") ==
        "1054 Unknown column 'nope' in 'where clause'");
  CHECK(app.status("USE nope") == "1049 Unknown database 'nope'");
  CHECK(app.status("SELEC 1").starts_with("1064 "));
  CHECK(app.status("CALL p()").starts_with("1235 "));
  CHECK(
      app.status("SELECT FROM messages").starts_with("1064 You have an error in your SQL syntax"));
  CHECK(app.status("SELECT page FROM messages GROUP BY page").starts_with("1235 "));
  CHECK(app.status("SELECT page, COUNT(*) FROM messages").starts_with("1140 "));
  CHECK(app.status("SELECT nope()") == "1305 FUNCTION nope does not exist");
  CHECK(app.status("SET nope = 1") == "1193 Unknown system variable 'nope'");
  CHECK(TestSession(*server.engine, "app", "").status("SELECT * FROM messages") ==
        "1046 No database selected");
}

TEST_CASE("statements: read-only refuses all but the privileged, also at commit") {
  TestServer server({guestbook_table});
  auto app = server.session();
  auto dba = server.session("dba");
  const std::string refused =
      "1290 The MariaDB server is running with the --read-only option so it cannot execute this "
      "statement";
  app.run("BEGIN");
  CHECK(app.status("INSERT INTO messages VALUES (1, 1, 'late')") == "ok 1");
  CHECK(dba.status("SET GLOBAL read_only = ON") == "ok 0");
  CHECK(app.status("COMMIT") == refused);
  CHECK(app.status("INSERT INTO messages VALUES (2, 1, 'x')") == refused);
  CHECK(app.status("CREATE TABLE t (a INT)") == refused);
  CHECK(app.rows("SELECT COUNT(*) FROM messages") == "0");
  CHECK(dba.status("INSERT INTO messages VALUES (3, 1, 'dba')") == "ok 1");
  CHECK(app.status("SET GLOBAL read_only = OFF").starts_with("1227 "));
  CHECK(dba.rows("SELECT @@global.read_only, @@read_only") == "1,1");
  dba.run("SET @@global.read_only = 0");
  CHECK(app.status("INSERT INTO messages VALUES (4, 1, 'y')") == "ok 1");
}

TEST_CASE("statements: variables, functions and literals without a table") {
  TestServer server;
  auto app = server.session();
  CHECK(app.rows("SELECT 1, 'x', NULL, 2+3, @@server_id, DATABASE()") == "1,x,NULL,5,1,ks");
  app.run("SET @a = 5, @b = 'text'");
  CHECK(app.rows("SELECT @a, @b, @c") == "5,text,NULL");
  app.run("SET SESSION wait_timeout = 7");
  CHECK(app.rows("SELECT @@wait_timeout, @@global.wait_timeout") == "7,28800");
  CHECK(app.status("SET NAMES utf8mb4") == "ok 0");
  CHECK(app.rows("SELECT NOW(), UNIX_TIMESTAMP()") == "2026-01-01 00:00:00,1767225600");
  CHECK(app.rows("SHOW VARIABLES LIKE 'read\\_only'") == "read_only,0");
}

}  // namespace
}  // namespace shardlab::fakes::mysql

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "tests/fakes/mysql/test_server.h"

namespace shardlab::fakes::mysql {
namespace {

TEST_CASE("types: unsigned 64-bit numbers keep value and order up to the largest") {
  TestServer server({guestbook_table});
  auto app = server.session();
  CHECK(app.status("INSERT INTO messages VALUES (18446744073709551615, 1, 'max'), (0, 1, 'min'), "
                   "(9223372036854775808, 1, 'half'), (9223372036854775807, 1, 'below')") ==
        "ok 4");
  CHECK(app.rows("SELECT page, message FROM messages ORDER BY page") ==
        "0,min|9223372036854775807,below|9223372036854775808,half|18446744073709551615,max");
  CHECK(app.rows("SELECT message FROM messages WHERE page >= 9223372036854775808 "
                 "ORDER BY page DESC") == "max|half");
  CHECK(app.rows("SELECT MIN(page), MAX(page), COUNT(*) FROM messages") ==
        "0,18446744073709551615,4");
  CHECK(app.rows("SELECT SUM(page) FROM messages") == "36893488147419103230");
  CHECK(app.rows("SELECT message FROM messages WHERE page = 18446744073709551615") == "max");
}

TEST_CASE("types: comparing with a number the column cannot hold decides without it") {
  TestServer server({guestbook_table});
  auto app = server.session();
  app.run("INSERT INTO messages VALUES (0, 1, 'a'), (5, 1, 'b')");
  CHECK(app.rows("SELECT COUNT(*) FROM messages WHERE page > -1") == "2");
  CHECK(app.rows("SELECT COUNT(*) FROM messages WHERE page = -1") == "0");
  CHECK(app.rows("SELECT COUNT(*) FROM messages WHERE page <> -1") == "2");
  CHECK(app.rows("SELECT COUNT(*) FROM messages WHERE page < 99999999999999999999") == "2");
  CHECK(app.rows("SELECT COUNT(*) FROM messages WHERE page IN (-1, 5)") == "1");
  CHECK(app.rows("SELECT COUNT(*) FROM messages WHERE page > 4.5 AND page < 5.5") == "1");
  CHECK(app.rows("SELECT COUNT(*) FROM messages WHERE page = '5'") == "1");
  CHECK(app.rows("SELECT COUNT(*) FROM messages WHERE (page, time_created_ns) > (-1, 9)") == "2");
  CHECK(app.rows("SELECT COUNT(*) FROM messages WHERE (page, time_created_ns) > (0, 1)") == "1");
}

TEST_CASE("types: values outside a column's range are refused") {
  TestServer server(
      {"CREATE TABLE t (id INT PRIMARY KEY, a TINYINT UNSIGNED, b SMALLINT, "
       "c VARCHAR(3), d VARBINARY(2), e DECIMAL(5,2), f BIGINT UNSIGNED)"});
  auto app = server.session();
  const auto insert = [&](const std::string& column, const std::string& value) {
    return app.status("INSERT INTO t(id, " + column + ") VALUES (1, " + value + ")");
  };
  CHECK(insert("a", "256") == "1264 Out of range value for column 'a' at row 1");
  CHECK(insert("a", "-1") == "1264 Out of range value for column 'a' at row 1");
  CHECK(insert("b", "32768") == "1264 Out of range value for column 'b' at row 1");
  CHECK(insert("f", "18446744073709551616") == "1264 Out of range value for column 'f' at row 1");
  CHECK(insert("c", "'abcd'") == "1406 Data too long for column 'c' at row 1");
  CHECK(insert("d", "'abc'") == "1406 Data too long for column 'd' at row 1");
  CHECK(insert("e", "1000") == "1264 Out of range value for column 'e' at row 1");
  CHECK(insert("a", "'x'") == "1366 Incorrect integer value: 'x' for column 'a' at row 1");
  CHECK(app.rows("SELECT COUNT(*) FROM t") == "0");
  CHECK(insert("c", "'äöü'") == "ok 1");  // characters count, not bytes
}

TEST_CASE("types: decimals are exact and ordered, and rounded half away from zero") {
  TestServer server({"CREATE TABLE t (d DECIMAL(6,2) PRIMARY KEY)"});
  auto app = server.session();
  CHECK(app.status("INSERT INTO t VALUES (10.5), (9.995), (-1.005), (-1.004), ('0.1')") == "ok 5");
  CHECK(app.rows("SELECT d FROM t ORDER BY d") == "-1.01|-1.00|0.10|10.00|10.50");
  CHECK(app.rows("SELECT SUM(d) FROM t") == "18.59");
}

TEST_CASE("types: texts compare by code points") {
  TestServer server({"CREATE TABLE t (s VARCHAR(20) PRIMARY KEY)"});
  auto app = server.session();
  CHECK(app.status("INSERT INTO t VALUES ('b'), ('B'), ('a'), (''), ('aa')") == "ok 5");
  CHECK(app.rows("SELECT s, 1 FROM t ORDER BY s") == ",1|B,1|a,1|aa,1|b,1");
  CHECK(app.rows("SELECT COUNT(*) FROM t WHERE s >= 'a' AND s < 'b'") == "2");
}

TEST_CASE("types: datetimes are normalised and checked") {
  TestServer server(
      {"CREATE TABLE t (id INT PRIMARY KEY, at DATETIME, "
       "made DATETIME DEFAULT CURRENT_TIMESTAMP)"});
  auto app = server.session();
  CHECK(app.status("INSERT INTO t(id, at) VALUES (1, '2026-01-02')") == "ok 1");
  CHECK(app.rows("SELECT * FROM t") == "1,2026-01-02 00:00:00,2026-01-01 00:00:00");
  CHECK(app.rows("SELECT id FROM t WHERE at = '2026-01-02 00:00:00'") == "1");
  CHECK(app.status("INSERT INTO t(id, at) VALUES (2, 'soon')") ==
        "1292 Incorrect datetime value: 'soon' for column 'at' at row 1");
}

TEST_CASE("types: bytes survive a round trip through literals") {
  rc::prop("bytes", [] {
    TestServer server({"CREATE TABLE t (id INT PRIMARY KEY, b BLOB, s VARBINARY(1000))"});
    auto app = server.session();
    const auto bytes = *rc::gen::arbitrary<std::string>();
    const std::string literal = Value::of_text(bytes).sql_literal();
    RC_ASSERT(app.status("INSERT INTO t VALUES (1, " + literal + ", " + literal + ")") == "ok 1");
    const Outcome outcome = app.run("SELECT b, s FROM t WHERE b = " + literal);
    RC_ASSERT(outcome.result.rows.size() == 1U);
    RC_ASSERT(outcome.result.rows[0][0] == Value(Type::blob, bytes));
    RC_ASSERT(outcome.result.rows[0][1] == Value(Type::varbinary, bytes));
  });
}

TEST_CASE("types: any unsigned numbers come back sorted as numbers") {
  rc::prop("order", [] {
    TestServer server({"CREATE TABLE t (n BIGINT UNSIGNED PRIMARY KEY)"});
    auto app = server.session();
    const auto numbers = *rc::gen::arbitrary<std::set<std::uint64_t>>();
    std::string expected;
    for (const std::uint64_t number : numbers) {
      RC_ASSERT(app.status("INSERT INTO t VALUES (" + std::to_string(number) + ")") == "ok 1");
      expected += (expected.empty() ? "" : "|") + std::to_string(number);
    }
    RC_ASSERT(app.rows("SELECT n FROM t ORDER BY n") == expected);
  });
}

}  // namespace
}  // namespace shardlab::fakes::mysql

#include "core/binlog/position.h"

#include <catch2/catch.hpp>

#include "core/key/error_of.h"

using namespace shardlab;
using namespace shardlab::binlog;

namespace {

Position position(const char* text) { return parse_position(text).value(); }

}  // namespace

TEST_CASE("Position: a text reads back, domains in ascending order", "[unit]") {
  CHECK(to_string(position("MariaDB/0-41983-1")) == "MariaDB/0-41983-1");
  CHECK(to_string(position("MariaDB/5-456-892,3-1-7")) == "MariaDB/3-1-7,5-456-892");
  CHECK(position("MariaDB/0-41983-1").flavor() == "MariaDB");
}

TEST_CASE("Position: the empty text is the zero position", "[unit]") {
  CHECK(position("").is_zero());
  CHECK(to_string(Position()) == "");
  CHECK(Position().display() == "<nil>");
  CHECK(Position(MariadbGtidSet()) == Position());
}

TEST_CASE("Position: only zero is at least zero, and zero is at least nothing else", "[unit]") {
  CHECK(Position().at_least(Position()));
  CHECK_FALSE(position("MariaDB/0-1-1").at_least(Position()));
  CHECK_FALSE(Position().at_least(position("MariaDB/0-1-1")));
}

TEST_CASE("Position: at least ignores the server, equality does not", "[unit]") {
  const auto left = position("MariaDB/3-5555-1235");
  CHECK(left.at_least(position("MariaDB/3-4444-1235")));
  CHECK_FALSE(left == position("MariaDB/3-4444-1235"));
  CHECK_FALSE(left.at_least(position("MariaDB/4-5555-1")));
  CHECK_FALSE(left.at_least(position("MariaDB/3-5555-1236")));
}

TEST_CASE("Position: a transaction advances it, also from zero", "[unit]") {
  const Gtid gtid = parse_gtid("MariaDB/3-5555-1235").value();
  CHECK(Position().with(gtid) == position("MariaDB/3-5555-1235"));
  CHECK(position("MariaDB/3-5555-1234").with(gtid) == position("MariaDB/3-5555-1235"));
  CHECK(position("MariaDB/3-5555-1236").with(gtid) == position("MariaDB/3-5555-1236"));
  CHECK(to_string(gtid) == "MariaDB/3-5555-1235");
}

TEST_CASE("Position: it contains the transactions up to its own", "[unit]") {
  const Gtid gtid = parse_gtid("MariaDB/3-1-5").value();
  CHECK(position("MariaDB/3-2-5").contains(gtid));
  CHECK_FALSE(position("MariaDB/3-2-4").contains(gtid));
  CHECK_FALSE(Position().contains(gtid));
}

TEST_CASE("Position: flavours are not mixed", "[unit]") {
  const auto mysql = position("MySQL56/00010203-0405-0607-0809-0a0b0c0d0e0f:1-5");
  const auto mariadb = position("MariaDB/0-1-5");
  CHECK_FALSE(mysql.at_least(mariadb));
  CHECK_FALSE(mariadb.at_least(mysql));
  CHECK_FALSE(mariadb.contains(parse_gtid("FilePos/a:1").value()));
  CHECK(mariadb.with(parse_gtid("FilePos/a:1").value()) == mariadb);
  CHECK(to_string(position("FilePos/b:4").with(parse_gtid("FilePos/a:1").value())) ==
        "FilePos/a:1");
}

TEST_CASE("Position: an empty set of MySQL is not the zero position", "[unit]") {
  CHECK_FALSE(position("MySQL56/").is_zero());
  CHECK(position("MySQL56/").display() == "");
  CHECK_FALSE(position("MySQL56/").at_least(Position()));
  const auto gtid = parse_gtid("MySQL56/00010203-0405-0607-0809-0a0b0c0d0e0f:1").value();
  CHECK(position("MySQL56/").with(gtid) == Position().with(gtid));
}

TEST_CASE("Position: an unknown flavour is refused", "[unit]") {
  CHECK(error_of(parse_position("12345")).message() == "parse error: unknown GTIDSet flavor \"\"");
  CHECK(error_of(parse_position("GoogleMysql/41983-1")).message() ==
        "parse error: unknown GTIDSet flavor \"GoogleMysql\"");
  CHECK(error_of(parse_gtid("X/1")).message() == "parse error: unknown GTID flavor \"X\"");
  CHECK(parse_position("MariaDB/").has_error());
}

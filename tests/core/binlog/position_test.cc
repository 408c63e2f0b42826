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

TEST_CASE("Position: an unknown flavour is refused, one that is not built in unsupported",
          "[unit]") {
  CHECK(error_of(parse_position("12345")).message() ==
        "parse error: unknown GTIDSet flavor \"\"");
  CHECK(error_of(parse_position("GoogleMysql/41983-1")).message() ==
        "parse error: unknown GTIDSet flavor \"GoogleMysql\"");
  CHECK(error_of(parse_position("FilePos/x:1")).code() == Errc::unsupported);
  CHECK(parse_position("MariaDB/").has_error());
}

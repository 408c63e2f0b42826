#include "core/binlog/mariadb_gtid.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace shardlab;
using namespace shardlab::binlog;

namespace {

MariadbGtid drawn_gtid() {
  return MariadbGtid(*rc::gen::inRange<std::uint32_t>(0, 3), *rc::gen::inRange<std::uint32_t>(1, 4),
                     *rc::gen::inRange<std::uint64_t>(1, 10));
}

MariadbGtidSet drawn_set() {
  MariadbGtidSet set;
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) set.add(drawn_gtid());
  return set;
}

}  // namespace

TEST_CASE("MariadbGtidSet: the text of a set reads back as the set", "[property]") {
  rc::prop("round trip", [] {
    const auto set = drawn_set();
    RC_PRE(!set.empty());
    RC_ASSERT(parse_mariadb_gtid_set(to_string(set)).value() == set);
  });
}

TEST_CASE("MariadbGtidSet: after adding a transaction the set contains it and all before",
          "[property]") {
  rc::prop("add then contains", [] {
    const auto before = drawn_set();
    const auto gtid = drawn_gtid();
    auto after = before;
    after.add(gtid);
    RC_ASSERT(after.contains(gtid));
    RC_ASSERT(after.contains(before));
    RC_ASSERT((after == before) == before.contains(gtid));
  });
}

TEST_CASE("MariadbGtidSet: a union contains both and nothing beyond them", "[property]") {
  rc::prop("least upper bound", [] {
    const auto a = drawn_set();
    const auto b = drawn_set();
    auto united = a;
    united.unite(b);
    const auto gtid = drawn_gtid();
    RC_ASSERT(united.contains(gtid) == (a.contains(gtid) || b.contains(gtid)));
  });
}

TEST_CASE("MariadbGtidSet: an empty text is no set", "[unit]") {
  CHECK(parse_mariadb_gtid_set("").has_error());
  CHECK(parse_mariadb_gtid_set("0-1-1,").has_error());
}

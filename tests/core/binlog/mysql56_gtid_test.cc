#include "core/binlog/mysql56_gtid.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>
#include <set>

using namespace shardlab::binlog;

namespace {

/// Transactions of one server below 24, and the same as a set of numbers.
struct Drawn {
  Mysql56GtidSet set;
  std::set<std::int64_t> numbers;
};

Mysql56Gtid gtid(std::int64_t sequence) { return {ServerUuid{7}, sequence}; }

Drawn drawn() {
  Drawn drawn;
  for (const int number : *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 24))) {
    drawn.set.add(gtid(number));
    drawn.numbers.insert(number);
  }
  return drawn;
}

std::set<std::int64_t> numbers_of(const Mysql56GtidSet& set) {
  std::set<std::int64_t> numbers;
  for (const auto& [server, intervals] : set.by_server()) {
    for (const auto& one : intervals) {
      for (std::int64_t i = one.start; i <= one.end; ++i) numbers.insert(i);
    }
  }
  return numbers;
}

}  // namespace

TEST_CASE("MySQL GTIDs: sets of transactions are sets of numbers", "[property]") {
  rc::prop("contains, unite, without, equal, text", [] {
    const Drawn a = drawn(), b = drawn();
    RC_ASSERT(numbers_of(a.set) == a.numbers);
    RC_ASSERT(parse_mysql56_gtid_set(to_string(a.set)).value() == a.set);
    RC_ASSERT((a.set == b.set) == (a.numbers == b.numbers));
    RC_ASSERT(a.set.contains(b.set) == std::ranges::includes(a.numbers, b.numbers));
    std::set<std::int64_t> both = a.numbers, left = a.numbers;
    both.insert(b.numbers.begin(), b.numbers.end());
    for (const std::int64_t number : b.numbers) left.erase(number);
    Mysql56GtidSet united = a.set;
    united.unite(b.set);
    RC_ASSERT(numbers_of(united) == both);
    RC_ASSERT(united.contains(a.set) && united.contains(b.set));
    const Mysql56GtidSet rest = a.set.without(b.set);
    RC_ASSERT(numbers_of(rest) == left);
    for (std::int64_t i = 1; i < 25; ++i) {
      RC_ASSERT(a.set.contains(gtid(i)) == (a.numbers.count(i) == 1));
    }
  });
}

TEST_CASE("MySQL GTIDs: two sets may be incomparable", "[unit]") {
  const auto set = [](const char* text) { return parse_mysql56_gtid_set(text).value(); };
  const auto left = set("00010203-0405-0607-0809-0a0b0c0d0e0f:1-5");
  const auto right = set("00010203-0405-0607-0809-0a0b0c0d0e0f:1-4:6");
  CHECK_FALSE(left.contains(right));
  CHECK_FALSE(right.contains(left));
  CHECK(to_string(right.without(left)) == "00010203-0405-0607-0809-0a0b0c0d0e0f:6");
}

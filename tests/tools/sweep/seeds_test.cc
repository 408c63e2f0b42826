#include "tools/sweep/seeds.h"

#include <catch2/catch.hpp>
#include <limits>
#include <set>

using namespace shardlab::tools;

namespace {

std::vector<std::uint64_t> all(const Seeds& seeds) {
  std::vector<std::uint64_t> list;
  for (std::uint64_t i = 0; i < seeds.count(); ++i) list.push_back(seeds.at(i));
  return list;
}

}  // namespace

TEST_CASE("seeds: without a partition it is the whole range") {
  CHECK(all({{3, 6}}) == std::vector<std::uint64_t>{3, 4, 5, 6});
  CHECK(all({{7, 7}}) == std::vector<std::uint64_t>{7});
}

TEST_CASE("seeds: a part is every so many-th seed") {
  CHECK(all({{3, 12}, {1, 4}}) == std::vector<std::uint64_t>{3, 7, 11});
  CHECK(all({{3, 12}, {4, 4}}) == std::vector<std::uint64_t>{6, 10});
  CHECK(all({{3, 4}, {3, 4}}).empty());
}

TEST_CASE("seeds: the parts are the whole, and no seed is in two") {
  for (std::uint64_t parts = 1; parts <= 9; ++parts) {
    std::multiset<std::uint64_t> seen;
    for (std::uint64_t number = 1; number <= parts; ++number) {
      for (const std::uint64_t seed : all({{5, 11}, {number, parts}})) seen.insert(seed);
    }
    CAPTURE(parts);
    CHECK(seen == std::multiset<std::uint64_t>{5, 6, 7, 8, 9, 10, 11});
  }
}

TEST_CASE("seeds: the largest numbers are no trouble") {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  CHECK(all({{most - 1, most}}) == std::vector<std::uint64_t>{most - 1, most});
  CHECK(all({{most, most}, {most, most}}).empty());
}

TEST_CASE("seeds: a partition is M/N, and nothing else") {
  REQUIRE(parse_partition("2/5"));
  CHECK(parse_partition("2/5")->number == 2);
  CHECK(parse_partition("2/5")->parts == 5);
  CHECK(parse_partition("1/1"));
  for (const char* nonsense : {"", "/", "2", "2/", "/5", "0/5", "6/5", "0/0", "a/5", "2/b", "-1/5",
                               "2/5/6", "2 /5", "1/99999999999999999999999"}) {
    CAPTURE(nonsense);
    CHECK_FALSE(parse_partition(nonsense));
  }
}

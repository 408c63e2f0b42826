#include "scenarios/checks/placement.h"

#include <catch2/catch.hpp>

using namespace shardlab::scenarios;

TEST_CASE("Placement: the keyspace ids of pages are those Vitess documents") {
  CHECK(keyspace_id_of(1) == "\x16\x6b\x40\xb4\x4a\xba\x4b\xd6");
  CHECK(keyspace_id_of(2) == "\x06\xe7\xea\x22\xce\x92\x70\x8f");
  CHECK(keyspace_id_of(3) == "\x4e\xb1\x90\xc9\xa2\xfa\x16\x9c");
}

TEST_CASE("placement: a page is found by its keyspace id") {
  for (const std::uint64_t page : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
    CHECK(page_of(keyspace_id_of(page)) == page);
  }
  CHECK(keyspace_id_of(page_of(std::string("\x80\0\0\0\0\0\0\0", 8))) ==
        std::string("\x80\0\0\0\0\0\0\0", 8));
}

TEST_CASE("Placement: pages 1, 2, 3, 5 and 9 of the guide are on -80, the other five on 80-") {
  const ShardRange left("-80"), right("80-");
  for (const std::uint64_t page : {1, 2, 3, 5, 9}) {
    CHECK(left.contains_page(page));
    CHECK_FALSE(right.contains_page(page));
  }
  for (const std::uint64_t page : {0, 4, 6, 7, 8}) {
    CHECK_FALSE(left.contains_page(page));
    CHECK(right.contains_page(page));
  }
}

TEST_CASE("Placement: a range has its start and not its end") {
  const ShardRange range("40-80");
  CHECK(range.contains("\x40"));
  CHECK(range.contains("\x7f\xff"));
  CHECK_FALSE(range.contains("\x80"));
  CHECK_FALSE(range.contains("\x3f\xff"));
}

TEST_CASE("Placement: shard 0 has everything, touching ranges do not intersect") {
  CHECK(ShardRange("0").contains("\xff\xff"));
  CHECK(ShardRange("0").intersects(ShardRange("80-")));
  CHECK(ShardRange("-80").intersects(ShardRange("40-c0")));
  CHECK_FALSE(ShardRange("-80").intersects(ShardRange("80-")));
}

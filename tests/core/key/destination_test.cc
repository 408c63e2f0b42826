#include "core/key/destination.h"

#include <catch2/catch.hpp>

using namespace shardlab;
using namespace shardlab::key;

namespace {

const std::vector<ShardReference> two_shards{validate_shard_name("-80").value(),
                                             validate_shard_name("80-").value()};

std::size_t pick_last(std::size_t count) { return count - 1; }

}  // namespace

TEST_CASE("Destination: named shards are not checked against the partition", "[unit]") {
  const auto found = resolve(DestinationShards{{"x", "-80"}}, two_shards, pick_last);
  CHECK(found.shards == std::vector<std::string>{"x", "-80"});
  CHECK_FALSE(found.error);
}

TEST_CASE("Destination: any shard is the one the picker chooses", "[unit]") {
  CHECK(resolve(DestinationAnyShard{}, two_shards, pick_last).shards ==
        std::vector<std::string>{"80-"});
}

TEST_CASE("Destination: any shard of none is an error that may pass", "[unit]") {
  const auto found = resolve(DestinationAnyShard{}, {}, pick_last);
  REQUIRE(found.error);
  CHECK(found.error->code() == Errc::unavailable);
  CHECK(found.error->message() == "no shard in keyspace");
}

TEST_CASE("Destination: all shards come in the order of the partition", "[unit]") {
  CHECK(resolve(DestinationAllShards{}, two_shards, pick_last).shards ==
        std::vector<std::string>{"-80", "80-"});
  CHECK(resolve(DestinationNone{}, two_shards, pick_last).shards.empty());
}

TEST_CASE("Destination: an exact range does not depend on the order of the partition", "[unit]") {
  const std::vector<ShardReference> reversed{two_shards[1], two_shards[0]};
  CHECK(resolve(DestinationExactKeyRanges{{KeyRange()}}, reversed, pick_last).shards ==
        std::vector<std::string>{"-80", "80-"});
}

TEST_CASE("Destination: of two shards with the full range an exact range takes the first",
          "[unit]") {
  const std::vector<ShardReference> custom{{"0", KeyRange()}, {"1", KeyRange()}};
  CHECK(resolve(DestinationExactKeyRanges{{KeyRange()}}, custom, pick_last).shards ==
        std::vector<std::string>{"0"});
}

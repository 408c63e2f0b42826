#include "core/topo/overlapping_shards.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <rapidcheck/catch.h>

#include "core/key/sharding_spec.h"

using namespace shardlab;
using namespace shardlab::topo;
using key::ShardReference;

namespace {

std::vector<ShardReference> shards(const std::vector<std::string>& names) {
  std::vector<ShardReference> list;
  for (const auto& name : names) list.push_back(key::validate_shard_name(name).value());
  return list;
}

// Cuts `-80` or `80-` in the middle and at some of the limits around it.
std::vector<ShardReference> drawn_cut(bool upper) {
  std::string spec = upper ? "80" : "";
  for (int limit = 0x10; limit < 0x80; limit += 0x10) {
    if (limit == 0x40 || *rc::gen::arbitrary<bool>()) {
      spec += fmt::format("-{:02x}", limit + (upper ? 0x80 : 0));
    }
  }
  spec += upper ? "-" : "-80";
  std::vector<ShardReference> list;
  for (const auto& range : key::parse_sharding_spec(spec).value()) {
    list.emplace_back(to_string(range), range);
  }
  return list;
}

}  // namespace

TEST_CASE("OverlappingShards: the result does not depend on the order of the shards",
          "[property]") {
  rc::prop("any order", [] {
    const auto names = shards({"-80", "80-", "-40", "40-80", "80-c0", "c0-"});
    auto shuffled = names;
    for (std::size_t i = shuffled.size(); i > 1; --i) {
      std::swap(shuffled[i - 1], shuffled[*rc::gen::inRange<std::size_t>(0, i)]);
    }
    RC_ASSERT(find_overlapping_shards(shuffled).value() == find_overlapping_shards(names).value());
  });
}

TEST_CASE("OverlappingShards: a fully created split passes the check for resharding",
          "[property]") {
  rc::prop("found groups are valid", [] {
    const bool upper = *rc::gen::arbitrary<bool>();
    auto all = drawn_cut(upper);
    all.push_back(key::validate_shard_name(upper ? "80-" : "-80").value());
    const auto groups = find_overlapping_shards(all).value();
    RC_ASSERT(groups.size() == 1u);
    RC_ASSERT(groups[0].left.size() + groups[0].right.size() == all.size());
    validate_for_reshard(groups[0].left, groups[0].right);
  });
}

TEST_CASE("OverlappingShards: the left side holds the first shard by name", "[unit]") {
  const auto groups = find_overlapping_shards(shards({"80-c0", "c0-", "80-"})).value();
  REQUIRE(groups.size() == 1);
  CHECK(groups[0].left == shards({"80-"}));
  CHECK(groups[0].right == shards({"80-c0", "c0-"}));
}

TEST_CASE("OverlappingShards: a shard is asked for its own group", "[unit]") {
  const auto all = shards({"-80", "80-", "80-c0", "c0-"});
  CHECK(find_overlapping_shards_of("c0-", all)->left == shards({"80-"}));
  CHECK(find_overlapping_shards_of("-80", all).has_error());
}

TEST_CASE("ValidateForReshard: a range on both sides is refused first", "[unit]") {
  try {
    validate_for_reshard(shards({"-80"}), shards({"-80", "c0-"}));
    FAIL("the same range was accepted on both sides");
  } catch (const Error& error) {
    CHECK(error.message() == "same keyrange is present in source and target: -80");
  }
}

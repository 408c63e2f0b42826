#include "core/topo/overlapping_shards.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "core/key/error_of.h"

namespace shardlab::topo {
namespace {

using key::ShardReference;
using Shards = std::vector<ShardReference>;

bool intersects_any(const ShardReference& shard, const Shards& side) {
  return std::any_of(side.begin(), side.end(), [&](const ShardReference& other) {
    return key::intersects(shard.key_range, other.key_range);
  });
}

std::optional<ShardReference> take_intersecting(Shards& remaining, const Shards& side) {
  const auto found = std::find_if(remaining.begin(), remaining.end(),
                                  [&](const auto& shard) { return intersects_any(shard, side); });
  if (found == remaining.end()) return std::nullopt;
  ShardReference shard = std::move(*found);
  remaining.erase(found);
  return shard;
}

enum class Growth { none, grown, ambiguous };

// Moves one shard that intersects `from` to the side `to`; remembers it when it cannot be placed.
Growth grow(Shards& remaining, const Shards& from, Shards& to, std::string& ambiguous) {
  auto shard = take_intersecting(remaining, from);
  if (!shard) return Growth::none;
  if (intersects_any(*shard, to)) {
    ambiguous = shard->name;
    return Growth::ambiguous;
  }
  to.push_back(*std::move(shard));
  return Growth::grown;
}

void sort_by_start(Shards& side) {
  std::stable_sort(side.begin(), side.end(), [](const auto& a, const auto& b) {
    return key::start_smaller(a.key_range, b.key_range);
  });
}

bool has_hole(const Shards& side) {
  for (std::size_t i = 1; i < side.size(); ++i) {
    // A side of several shards has ranges only: one without intersects its neighbours.
    if (side[i - 1].key_range->end != side[i].key_range->start) return true;
  }
  return false;
}

bool covers_same_range(const OverlappingShards& group) {
  return key::start_equal(group.left.front().key_range, group.right.front().key_range) &&
         key::end_equal(group.left.back().key_range, group.right.back().key_range);
}

std::optional<key::KeyRange> combine(const Shards& shards) {
  if (shards.empty()) {
    throw Error(Errc::failed_precondition, "there are no shards to combine");
  }
  Shards sorted = shards;
  sort_by_start(sorted);
  auto combined = sorted.front().key_range;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    combined = key::add(combined, sorted[i].key_range);
    if (!combined) {
      throw Error(Errc::failed_precondition, "shards don't form a contiguous keyrange");
    }
  }
  return combined;
}

}  // namespace

Result<std::vector<OverlappingShards>> find_overlapping_shards(Shards shards) {
  std::stable_sort(shards.begin(), shards.end(),
                   [](const auto& a, const auto& b) { return a.name < b.name; });
  std::vector<OverlappingShards> groups;
  while (!shards.empty()) {
    OverlappingShards group;
    group.left.push_back(std::move(shards.front()));
    shards.erase(shards.begin());
    Growth right = Growth::grown;
    Growth left = Growth::grown;
    while (right != Growth::none || left != Growth::none) {
      std::string ambiguous;
      right = grow(shards, group.left, group.right, ambiguous);
      left = right == Growth::ambiguous ? right : grow(shards, group.right, group.left, ambiguous);
      if (left != Growth::ambiguous) continue;
      return Error(
          Errc::failed_precondition,
          fmt::format("shard {} intersects with more than one shard, this is not supported",
                      ambiguous));
    }
    if (group.right.empty()) continue;
    sort_by_start(group.left);
    sort_by_start(group.right);
    if (has_hole(group.left) || has_hole(group.right) || !covers_same_range(group)) continue;
    groups.push_back(std::move(group));
  }
  return groups;
}

Result<OverlappingShards> find_overlapping_shards_of(const std::string& shard, Shards shards) {
  auto groups = find_overlapping_shards(std::move(shards));
  if (!groups) return error_of(groups);
  const auto named = [&](const ShardReference& candidate) { return candidate.name == shard; };
  for (const auto& group : *groups) {
    if (std::any_of(group.left.begin(), group.left.end(), named) ||
        std::any_of(group.right.begin(), group.right.end(), named)) {
      return group;
    }
  }
  return Error(Errc::failed_precondition,
               fmt::format("shard {} has no shards that cover the same key range", shard));
}

void validate_for_reshard(const Shards& sources, const Shards& targets) {
  for (const auto& source : sources) {
    for (const auto& target : targets) {
      if (!key::equal(source.key_range, target.key_range)) continue;
      throw Error(Errc::failed_precondition,
                  fmt::format("same keyrange is present in source and target: {}",
                              to_string(source.key_range)));
    }
  }
  const auto source_range = combine(sources);
  const auto target_range = combine(targets);
  if (key::equal(source_range, target_range)) return;
  throw Error(Errc::failed_precondition,
              fmt::format("source and target keyranges don't match: {} vs {}",
                          to_string(source_range), to_string(target_range)));
}

}  // namespace shardlab::topo

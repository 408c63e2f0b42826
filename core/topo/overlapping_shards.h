#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/key/shard_name.h"

namespace shardlab::topo {

/// Two lists of shards that cover the same part of the key space, each without holes and in order:
/// `{-80}` and `{-40, 40-80}`. Which side is the source is decided elsewhere.
struct OverlappingShards {
  std::vector<key::ShardReference> left;
  std::vector<key::ShardReference> right;
  friend bool operator==(const OverlappingShards&, const OverlappingShards&) = default;
};

/// Finds what can be resharded into what among all shards of a keyspace. A group with a hole or
/// with unequal ends is left out silently, so half-created targets give no group. A shard without
/// a range overlaps everything. The left side holds the first shard by name of each group.
/// Errors: failed_precondition `shard X intersects with more than one shard, ...`.
/// Source: Vitess go/vt/topotools/split.go `FindOverlappingShards`.
Result<std::vector<OverlappingShards>> find_overlapping_shards(
    std::vector<key::ShardReference> shards);

/// The group one shard belongs to. Errors: as above; failed_precondition when there is none.
Result<OverlappingShards> find_overlapping_shards_of(const std::string& shard,
                                                     std::vector<key::ShardReference> shards);

/// Checks explicit sources and targets of a resharding: no range on both sides, each side joins to
/// one range, and the two are equal. Throws Error: failed_precondition.
/// Source: Vitess go/vt/topotools/split.go `ValidateForReshard`.
void validate_for_reshard(const std::vector<key::ShardReference>& sources,
                          const std::vector<key::ShardReference>& targets);

}  // namespace shardlab::topo

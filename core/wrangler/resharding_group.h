#pragma once

#include "core/wrangler/wrangler.h"

namespace shardlab::wrangler {

/// The shards of one resharding: rows go from the sources to the targets.
struct ReshardingGroup {
  ReshardingGroup() = default;
  std::vector<topo::ShardInfo> sources;
  std::vector<topo::ShardInfo> targets;
};

/// Decides which side of an overlap is the source: the one whose master is frozen, else the one
/// that no target names as its source.
/// Throws Error: failed_precondition when neither side has source shards.
/// Source: Vitess go/vt/wrangler/keyspace.go `findSourceDest`.
ReshardingGroup decide_direction(std::vector<topo::ShardInfo> left,
                                 std::vector<topo::ShardInfo> right);

/// The resharding a shard takes part in. Throws Error: failed_precondition
/// `Shard S is not involved in any overlapping shards`, not_found when there is no such shard.
Task<ReshardingGroup> find_resharding_group(topo::Server& topo, std::string keyspace,
                                            std::string shard);

}  // namespace shardlab::wrangler

#pragma once

#include <string>
#include <vector>

#include "core/topo/server.h"

namespace shardlab::topo {

/// Both sides of the overlap a shard takes part in, in key range order.
struct OverlappingRecords {
  OverlappingRecords() = default;
  std::vector<ShardInfo> left;
  std::vector<ShardInfo> right;
};

/// Finds them among all shards of the keyspace. Throws Error: not_found when there is no such
/// shard, failed_precondition with `not_involved` as text when it overlaps nothing.
Task<OverlappingRecords> find_overlapping_records(Server& topo, std::string keyspace,
                                                  std::string shard, std::string not_involved);

/// The record of a shard's primary. Throws Error: failed_precondition
/// `no master in shard record KS/SHARD. Consider to run 'vtctl InitShardMaster' ...`.
Task<topodata::Tablet> get_master(Server& topo, ShardInfo shard);

}  // namespace shardlab::topo

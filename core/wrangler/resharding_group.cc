#include "core/wrangler/resharding_group.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/topo/overlapping_records.h"
#include "core/topo/serving_graph.h"

namespace shardlab::wrangler {
namespace {

bool any_frozen(const std::vector<topo::ShardInfo>& shards) {
  return std::any_of(shards.begin(), shards.end(), [](const topo::ShardInfo& shard) {
    return topo::is_master_frozen(shard.record);
  });
}

bool any_has_sources(const std::vector<topo::ShardInfo>& shards) {
  return std::any_of(shards.begin(), shards.end(), [](const topo::ShardInfo& shard) {
    return shard.record.source_shards_size() > 0;
  });
}

}  // namespace

ReshardingGroup decide_direction(std::vector<topo::ShardInfo> left,
                                 std::vector<topo::ShardInfo> right) {
  ReshardingGroup group;
  const bool left_is_source = any_frozen(left) || (!any_frozen(right) && any_has_sources(right));
  const bool right_is_source = any_frozen(right) || (!any_frozen(left) && any_has_sources(left));
  if (left_is_source == right_is_source) {
    throw Error(
        Errc::failed_precondition,
        fmt::format("neither Shard '{}' nor Shard '{}' have a 'SourceShards' entry. Did you "
                    "successfully run vtworker SplitClone before? Or did you already migrate "
                    "the MASTER type?",
                    left.front().path(), right.front().path()));
  }
  group.sources = left_is_source ? std::move(left) : std::move(right);
  group.targets = left_is_source ? std::move(right) : std::move(left);
  return group;
}

Task<ReshardingGroup> find_resharding_group(topo::Server& topo, std::string keyspace,
                                            std::string shard) {
  std::string not_involved =
      fmt::format("Shard {} is not involved in any overlapping shards", shard);
  auto found = co_await topo::find_overlapping_records(topo, std::move(keyspace), std::move(shard),
                                                       std::move(not_involved));
  co_return decide_direction(std::move(found.left), std::move(found.right));
}

}  // namespace shardlab::wrangler

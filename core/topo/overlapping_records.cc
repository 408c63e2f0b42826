#include "core/topo/overlapping_records.h"

#include <fmt/format.h>

#include "core/topo/overlapping_shards.h"
#include "core/topo/records.h"

namespace shardlab::topo {
namespace {

std::vector<ShardInfo> records_of(const std::vector<key::ShardReference>& side,
                                  const std::map<std::string, ShardInfo>& shards) {
  std::vector<ShardInfo> records;
  for (const auto& reference : side) records.push_back(shards.at(reference.name));
  return records;
}

bool has_shard(const std::vector<ShardInfo>& side, const std::string& name) {
  for (const ShardInfo& shard : side) {
    if (shard.name == name) return true;
  }
  return false;
}

}  // namespace

Task<OverlappingRecords> find_overlapping_records(Server& topo, std::string keyspace,
                                                  std::string shard, std::string not_involved) {
  co_await topo.get_shard(keyspace, shard);
  auto shards = co_await topo.find_all_shards(keyspace);
  std::vector<key::ShardReference> references;
  for (const auto& [name, info] : shards) {
    references.push_back(key::ShardReference(name, key_range_of(info.record)));
  }
  auto groups = find_overlapping_shards(std::move(references));
  if (!groups) throw groups.error().within("cannot FindOverlappingShards in " + keyspace);
  for (const auto& group : *groups) {
    OverlappingRecords found;
    found.left = records_of(group.left, shards);
    found.right = records_of(group.right, shards);
    if (has_shard(found.left, shard) || has_shard(found.right, shard)) co_return found;
  }
  throw Error(Errc::failed_precondition, not_involved);
}

Task<topodata::Tablet> get_master(Server& topo, ShardInfo shard) {
  if (is_zero(shard.record.master_alias())) {
    throw Error(Errc::failed_precondition,
                fmt::format("no master in shard record {}. Consider to run 'vtctl InitShardMaster' "
                            "in case of a new shard or to reparent the shard to fix the topology "
                            "data",
                            shard.path()));
  }
  auto info = co_await topo.get_tablet(shard.record.master_alias());
  co_return info.record;
}

}  // namespace shardlab::topo

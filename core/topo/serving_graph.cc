#include "core/topo/serving_graph.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/children.h"
#include "core/key/hex.h"
#include "core/topo/records.h"

namespace shardlab::topo {
namespace {

using Partition = topodata::SrvKeyspace::KeyspacePartition;

Partition& partition_of(topodata::SrvKeyspace& graph, topodata::TabletType type) {
  for (auto& partition : *graph.mutable_partitions()) {
    if (partition.served_type() == type) return partition;
  }
  Partition& added = *graph.add_partitions();
  added.set_served_type(type);
  return added;
}

bool is_one_of(const std::optional<key::KeyRange>& range, const std::vector<ShardInfo>& shards) {
  return std::any_of(shards.begin(), shards.end(), [&](const ShardInfo& shard) {
    return key::equal(range, key_range_of(shard.record));
  });
}

template <class Records>
void erase_ranges(Records& records, const std::vector<ShardInfo>& shards) {
  for (int i = records.size() - 1; i >= 0; --i) {
    if (is_one_of(key_range_of(records[i]), shards)) records.DeleteSubrange(i, 1);
  }
}

void add_reference(Partition& partition, const ShardInfo& shard) {
  auto& reference = *partition.add_shard_references();
  reference.set_name(shard.name);
  if (shard.record.has_key_range()) *reference.mutable_key_range() = shard.record.key_range();
}

void check_partition(const Partition& partition, const std::string& cell) {
  const auto& shards = partition.shard_references();
  const std::string type = type_name(partition.served_type());
  const auto fail = [](std::string text) {
    throw Error(Errc::failed_precondition, std::move(text));
  };
  if (shards.empty() || !shards[0].key_range().start().empty()) {
    fail(fmt::format("keyspace partition for {} in cell {} does not start with min key", type,
                     cell));
  }
  if (!shards[shards.size() - 1].key_range().end().empty()) {
    fail(fmt::format("keyspace partition for {} in cell {} does not end with max key", type, cell));
  }
  for (int i = 0; i + 1 < shards.size(); ++i) {
    if (shards[i].has_key_range() != shards[i + 1].has_key_range()) {
      fail(fmt::format("shards with inconsistent KeyRanges for {} in cell {}. shards: {}, {}", type,
                       cell, shards[i].name(), shards[i + 1].name()));
    }
    if (!shards[i].has_key_range()) continue;  // several shards without a range: custom sharding
    const std::string& end = shards[i].key_range().end();
    const std::string& start = shards[i + 1].key_range().start();
    if (end != start) {
      fail(fmt::format(
          "non-contiguous KeyRange values for {} in cell {} at shard {} to {}: {} != {}", type,
          cell, i, i + 1, key::to_hex(end), key::to_hex(start)));
    }
  }
}

void refuse_during_migration(const topodata::SrvKeyspace& graph) {
  for (const auto& partition : graph.partitions()) {
    for (const auto& control : partition.shard_tablet_controls()) {
      if (!control.query_service_disabled()) continue;
      throw Error(Errc::failed_precondition,
                  fmt::format("can't rebuild serving keyspace while a migration is on going. "
                              "TabletControls is set for partition {}",
                              type_name(partition.served_type())));
    }
  }
}

}  // namespace

const Partition* find_partition(const topodata::SrvKeyspace& graph, topodata::TabletType type) {
  for (const auto& partition : graph.partitions()) {
    if (partition.served_type() == type) return &partition;
  }
  return nullptr;
}

bool is_master_frozen(const topodata::Shard& shard) {
  const auto& controls = shard.tablet_controls();
  return std::any_of(controls.begin(), controls.end(), [](const topodata::TabletControl& control) {
    return control.tablet_type() == topodata::MASTER && control.frozen();
  });
}

bool serves(const topodata::SrvKeyspace& graph, topodata::TabletType type, const ShardInfo& shard) {
  const Partition* partition = find_partition(graph, type);
  if (!partition) return false;
  for (const auto& reference : partition->shard_references()) {
    if (key::equal(key_range_of(reference), key_range_of(shard.record))) return true;
  }
  return false;
}

bool is_query_service_disabled(const topodata::SrvKeyspace& graph, topodata::TabletType type,
                               const std::optional<key::KeyRange>& key_range) {
  const Partition* partition = find_partition(graph, type);
  if (!partition) return false;
  for (const auto& control : partition->shard_tablet_controls()) {
    if (key::equal(key_range_of(control), key_range)) return control.query_service_disabled();
  }
  return false;
}

void set_query_service_disabled(topodata::SrvKeyspace& graph, topodata::TabletType type,
                                const std::vector<ShardInfo>& shards, bool disabled) {
  Partition& partition = partition_of(graph, type);
  erase_ranges(*partition.mutable_shard_tablet_controls(), shards);
  for (const ShardInfo& shard : shards) {
    auto& control = *partition.add_shard_tablet_controls();
    control.set_name(shard.name);
    if (shard.record.has_key_range()) *control.mutable_key_range() = shard.record.key_range();
    control.set_query_service_disabled(disabled);
  }
}

void migrate_partition(topodata::SrvKeyspace& graph, topodata::TabletType type,
                       const std::vector<ShardInfo>& from, const std::vector<ShardInfo>& to) {
  Partition& partition = partition_of(graph, type);
  erase_ranges(*partition.mutable_shard_references(), from);
  erase_ranges(*partition.mutable_shard_references(), to);
  for (const ShardInfo& shard : to) add_reference(partition, shard);
}

void clear_controls(topodata::SrvKeyspace& graph, const std::vector<ShardInfo>& shards) {
  for (auto& partition : *graph.mutable_partitions()) {
    erase_ranges(*partition.mutable_shard_tablet_controls(), shards);
  }
}

void order_and_check(topodata::SrvKeyspace& graph, const std::string& cell) {
  for (auto& partition : *graph.mutable_partitions()) {
    auto& shards = *partition.mutable_shard_references();
    std::stable_sort(shards.begin(), shards.end(), [](const auto& a, const auto& b) {
      return a.key_range().start() < b.key_range().start();
    });
    check_partition(partition, cell);
  }
}

Task<> rebuild_keyspace_graph(Server& server, Lock& lock, std::string keyspace,
                              std::vector<std::string> cells) {
  auto shards = co_await server.find_all_shards(keyspace);
  std::map<std::string, SrvKeyspaceInfo> graphs;
  for (const std::string& cell : cells) {
    auto graph = co_await server.find_srv_keyspace(cell, keyspace);
    refuse_during_migration(graph.record);
    graph.record.Clear();
    for (topodata::TabletType type : served_types) {
      for (const auto& [name, shard] : shards) {
        if (shard.record.is_master_serving())
          add_reference(partition_of(graph.record, type), shard);
      }
    }
    order_and_check(graph.record, cell);
    graphs.emplace(cell, std::move(graph));
  }
  for (const auto& [cell, graph] : graphs) {
    co_await server.update_srv_keyspace(lock, cell, keyspace, graph);
  }
}

}  // namespace shardlab::topo

#pragma once

#include <string>
#include <vector>

#include "core/key/key_range.h"
#include "core/topo/server.h"

namespace shardlab::topo {

// Pure edits of a cell's SrvKeyspace record. Source: Vitess go/vt/topo/srv_keyspace.go,
// go/vt/topotools/rebuild_keyspace.go (March 2021).

inline constexpr topodata::TabletType served_types[] = {topodata::MASTER, topodata::REPLICA,
                                                        topodata::RDONLY};

/// The partition of a served type, or null.
const topodata::SrvKeyspace::KeyspacePartition* find_partition(const topodata::SrvKeyspace& graph,
                                                               topodata::TabletType type);

/// Is the MASTER type of the shard frozen: its migration is past the point of no return.
bool is_master_frozen(const topodata::Shard& shard);

/// Does the partition of the type name a shard with this key range.
bool serves(const topodata::SrvKeyspace& graph, topodata::TabletType type, const ShardInfo& shard);
/// Is the query service of the type switched off for shards with this key range.
bool is_query_service_disabled(const topodata::SrvKeyspace& graph, topodata::TabletType type,
                               const std::optional<key::KeyRange>& key_range);
void set_query_service_disabled(topodata::SrvKeyspace& graph, topodata::TabletType type,
                                const std::vector<ShardInfo>& shards, bool disabled);
/// Replaces the references of `from` by those of `to` in the partition of the type.
void migrate_partition(topodata::SrvKeyspace& graph, topodata::TabletType type,
                       const std::vector<ShardInfo>& from, const std::vector<ShardInfo>& to);
/// Forgets the query service controls of these shards, in all partitions.
void clear_controls(topodata::SrvKeyspace& graph, const std::vector<ShardInfo>& shards);

/// Sorts every partition by key range and requires it to cover the key space exactly once.
/// Throws Error: failed_precondition `keyspace partition for MASTER in cell test does not start
/// with min key`, `... does not end with max key`, `non-contiguous KeyRange values for ...`,
/// `shards with inconsistent KeyRanges for ...`.
void order_and_check(topodata::SrvKeyspace& graph, const std::string& cell);

/// Computes the graph from the shards that serve and writes it in all the given cells, or in none,
/// under the keyspace's lock in them.
/// Throws Error: failed_precondition while a migration is under way.
Task<> rebuild_keyspace_graph(Server& server, Lock& lock, std::string keyspace,
                              std::vector<std::string> cells);

}  // namespace shardlab::topo

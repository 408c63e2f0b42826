#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/proto/topodata.pb.h"
#include "scenarios/checks/observation.h"

namespace shardlab::scenarios {

// The topology's records as the checks read them: straight from what is stored.

/// Where a key of etcd belongs: `"/vitess/test/keyspaces/ks/SrvKeyspace"` is cell `"test"`, path
/// `"keyspaces/ks/SrvKeyspace"`; the global topology is cell `""`.
struct TopoKey {
  TopoKey() = default;
  std::string cell;
  std::string path;
};
std::optional<TopoKey> parse_topo_key(std::string_view key);
/// The keyspace whose serving graph that path is: `"ks"` of `"keyspaces/ks/SrvKeyspace"`.
std::optional<std::string> keyspace_of_serving_graph(const std::string& path);

std::vector<std::string> keyspace_names(const Observation& world);
/// Shards that have a record, sorted by name.
std::vector<std::string> shard_names(const Observation& world, const std::string& keyspace);
std::optional<topodata::Shard> shard_record(const Observation& world, const std::string& keyspace,
                                            const std::string& shard);
std::optional<topodata::SrvKeyspace> serving_graph(const Observation& world,
                                                   const std::string& cell,
                                                   const std::string& keyspace);
/// Names of the shards in the partition of a type, in key order.
std::vector<std::string> shards_serving(const topodata::SrvKeyspace& graph,
                                        topodata::TabletType type);
/// All tablet records, in alias order.
std::vector<topodata::Tablet> tablet_records(const Observation& world);
/// `"test-0000000100"`.
std::string alias_of(const topodata::TabletAlias& alias);
/// The alias of a shard's master by the shard record; empty when there is none.
std::string master_of(const Observation& world, const std::string& keyspace,
                      const std::string& shard);
/// `"master"`, `"rdonly"`.
std::string lower_type(topodata::TabletType type);

/// The number in a column of a row; throws BugError when it is none.
std::uint64_t number_in(const Value& value);

}  // namespace shardlab::scenarios

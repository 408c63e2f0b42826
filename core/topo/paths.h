#pragma once

#include <string>

namespace shardlab::topo {

// Where the records lie, relative to the root of a topology server.
// Source: Vitess go/vt/topo (March 2021): keyspace.go, shard.go, tablet.go, srv_keyspace.go.

inline std::string keyspace_dir(const std::string& keyspace) { return "keyspaces/" + keyspace; }
inline std::string keyspace_path(const std::string& keyspace) {
  return keyspace_dir(keyspace) + "/Keyspace";
}
inline std::string vschema_path(const std::string& keyspace) {
  return keyspace_dir(keyspace) + "/VSchema";
}
inline std::string shards_dir(const std::string& keyspace) {
  return keyspace_dir(keyspace) + "/shards";
}
inline std::string shard_dir(const std::string& keyspace, const std::string& shard) {
  return shards_dir(keyspace) + "/" + shard;
}
inline std::string shard_path(const std::string& keyspace, const std::string& shard) {
  return shard_dir(keyspace, shard) + "/Shard";
}
inline std::string cell_info_path(const std::string& cell) { return "cells/" + cell + "/CellInfo"; }

// On a cell's server.
inline std::string tablet_path(const std::string& alias) { return "tablets/" + alias + "/Tablet"; }
inline std::string shard_replication_path(const std::string& keyspace, const std::string& shard) {
  return shard_dir(keyspace, shard) + "/ShardReplication";
}
inline std::string srv_keyspace_path(const std::string& keyspace) {
  return keyspace_dir(keyspace) + "/SrvKeyspace";
}
inline std::string srv_vschema_path() { return "SrvVSchema"; }

}  // namespace shardlab::topo

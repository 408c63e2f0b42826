#pragma once

#include <optional>
#include <string>

#include "core/key/key_range.h"
#include "core/proto/topodata.pb.h"

namespace shardlab::topo {

/// `"test-0000000100"`.
std::string alias_text(const topodata::TabletAlias& alias);
bool same_alias(const topodata::TabletAlias& a, const topodata::TabletAlias& b);
bool is_zero(const topodata::TabletAlias& alias);
/// Throws Error: invalid_argument for text that is no alias.
topodata::TabletAlias parse_alias(const std::string& text);

/// `"replica"`.
std::string type_text(topodata::TabletType type);
/// `"REPLICA"`.
std::string type_name(topodata::TabletType type);

/// `"10.64.0.7:15002"`: where the tablet takes RPCs.
std::string tablet_address(const topodata::Tablet& tablet);
/// `"10.64.0.7:3306"`.
std::string mysql_address(const topodata::Tablet& tablet);
/// `"vt_test_keyspace"` unless overridden.
std::string database_name(const topodata::Tablet& tablet);
/// Does the type run a query service (MASTER, REPLICA, RDONLY, EXPERIMENTAL, DRAINED).
bool runs_query_service(topodata::TabletType type);

topodata::KeyRange to_proto(const key::KeyRange& range);
key::KeyRange from_proto(const topodata::KeyRange& range);
/// The key range of a Shard, Tablet, SourceShard or ShardReference record; nothing when it has
/// none.
template <class Record>
std::optional<key::KeyRange> key_range_of(const Record& record) {
  if (!record.has_key_range()) return std::nullopt;
  return from_proto(record.key_range());
}

}  // namespace shardlab::topo

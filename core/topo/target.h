#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/key/destination.h"
#include "core/topo/tablet_type.h"

namespace shardlab::topo {

/// Where a session of vtgate sends its queries. Without a destination the VSchema decides.
struct Target {
  std::string keyspace;
  TabletType tablet_type = TabletType::primary;
  std::optional<key::Destination> destination;
  friend bool operator==(const Target&, const Target&) = default;
};

/// Reads `KEYSPACE[:SHARD|/SHARD][@TYPE]`, `KEYSPACE[START-END]` or `KEYSPACE[HEX]`:
/// `"ks:-80@replica"`, `"ks[10-20]"`, `"ks[deadbeef]"`. An unknown type gives `unknown`, which
/// fails later, as in Vitess.
/// Errors: invalid_argument `single keyrange expected in 20-40-60`, `expected valid hex in keyspace
/// id X`, `invalid key range provided. Couldn't find range end ']'`.
/// Source: Vitess go/vt/topo/topoproto/destination.go.
Result<Target> parse_target(std::string_view text, TabletType default_type);

}  // namespace shardlab::topo

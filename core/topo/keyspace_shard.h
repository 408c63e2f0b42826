#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.h"

namespace shardlab::topo {

/// A shard by keyspace and name: `"test_keyspace/-80"`.
struct KeyspaceShard {
  KeyspaceShard() = default;
  KeyspaceShard(std::string keyspace, std::string shard)
      : keyspace(std::move(keyspace)), shard(std::move(shard)) {}

  std::string keyspace;
  std::string shard;
  friend bool operator==(const KeyspaceShard&, const KeyspaceShard&) = default;
  friend auto operator<=>(const KeyspaceShard&, const KeyspaceShard&) = default;
};

/// `{"test_keyspace", "0"}` -> `"test_keyspace/0"`.
std::string to_string(const KeyspaceShard& shard);

/// Reads `KEYSPACE/SHARD`; `KEYSPACE:SHARD` is accepted too.
/// Errors: invalid_argument `invalid shard path: X` unless there is exactly one separator, behind a
/// keyspace. Source: Vitess go/vt/topo/topoproto/shard.go `ParseKeyspaceShard`.
Result<KeyspaceShard> parse_keyspace_shard(std::string_view text);

}  // namespace shardlab::topo

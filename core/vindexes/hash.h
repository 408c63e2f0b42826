#pragma once

#include <cstdint>
#include <optional>

#include "core/vindexes/vindex.h"

namespace shardlab::vindexes {

/// The keyspace id of a number: one DES block under a key of zeros: 1 -> `166b40b44aba4bd6`.
/// (Vitess takes triple DES with three zero keys, which is the same.)
/// Source: Vitess go/vt/vtgate/vindexes/hash.go.
key::KeyspaceId hash_number(std::uint64_t number);
/// The inverse. Throws Error: invalid_argument `invalid keyspace id: HEX` unless it has 8 bytes.
std::uint64_t unhash_number(const key::KeyspaceId& id);

/// The vindex of the guide. A signed -1 maps like 2^64-1, but `verify` refuses negative numbers.
class Hash : public Vindex {
 public:
  Hash();
  std::optional<key::KeyspaceId> map(const Value& value) const override;
  bool verify(const Value& value, const key::KeyspaceId& id) const override;
  Value reverse_map(const key::KeyspaceId& id) const override;
};

}  // namespace shardlab::vindexes

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "core/vindexes/vindex.h"

namespace shardlab::vindexes {

/// The number itself, big-endian: 3 -> `0000000000000003`. Negative numbers belong to no shard.
class Numeric : public Vindex {
 public:
  Numeric();
  std::optional<key::KeyspaceId> map(const Value& value) const override;
  bool verify(const Value& value, const key::KeyspaceId& id) const override;
  /// Throws Error: invalid_argument `Numeric.ReverseMap: length of keyspaceId is not 8: N`.
  Value reverse_map(const key::KeyspaceId& id) const override;
};

/// The 64 bits in reverse order: 1 -> `8000000000000000`.
class ReverseBits : public Vindex {
 public:
  ReverseBits();
  std::optional<key::KeyspaceId> map(const Value& value) const override;
  bool verify(const Value& value, const key::KeyspaceId& id) const override;
  /// Throws Error: invalid_argument `invalid keyspace id: HEX`.
  Value reverse_map(const key::KeyspaceId& id) const override;
};

/// Like `numeric` after a look into a fixed map; numbers that are not in it stay.
/// The map comes inline as parameter `json` (`{"1": 1, "3": 2}`); the core reads no files, so with
/// `json_path` alone the type can be declared but not mapped.
class NumericStaticMap : public Vindex {
 public:
  /// Throws Error: invalid_argument without either parameter, or for JSON that is no such map.
  static std::shared_ptr<const Vindex> create(const VindexParams& params);

  explicit NumericStaticMap(std::optional<std::map<std::uint64_t, std::uint64_t>> numbers);
  /// Throws Error: unsupported when the map is in a file.
  std::optional<key::KeyspaceId> map(const Value& value) const override;

 private:
  std::optional<std::map<std::uint64_t, std::uint64_t>> numbers_;
};

}  // namespace shardlab::vindexes

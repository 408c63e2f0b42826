#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "core/vindexes/vindex.h"

namespace shardlab::vindexes {

/// Two columns: the region number cut to 1 or 2 big-endian bytes, followed by the hash of the id:
/// (255, 1) with one byte -> `ff166b40b44aba4bd6`.
/// Source: Vitess go/vt/vtgate/vindexes/region_experimental.go.
class RegionExperimental : public Vindex {
 public:
  /// Throws Error: invalid_argument `region_experimental missing region_bytes param`,
  /// `region_bits must be 1 or 2: N`.
  static std::shared_ptr<const Vindex> create(const VindexParams& params);

  explicit RegionExperimental(std::size_t region_bytes);
  /// A single value belongs to no shard.
  std::optional<key::KeyspaceId> map(const Value& value) const override;
  std::optional<key::KeyspaceId> map_columns(std::span<const Value> values) const override;

 private:
  std::size_t region_bytes_;
};

}  // namespace shardlab::vindexes

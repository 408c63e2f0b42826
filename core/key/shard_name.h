#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/key/key_range.h"

namespace shardlab::key {

/// A shard by name with the range it covers: `{"-80", -80}`, `{"0", nothing}`.
struct ShardReference {
  ShardReference() = default;
  ShardReference(std::string name, std::optional<KeyRange> key_range)
      : name(std::move(name)), key_range(std::move(key_range)) {}

  std::string name;
  std::optional<KeyRange> key_range;
  friend bool operator==(const ShardReference&, const ShardReference&) = default;
};

/// Checks a shard name and tells its range. A name without a dash stands as it is and has no range;
/// a range is returned in lower case: `"A0-C0"` -> `{"a0-c0", a0-c0}`.
/// Errors: invalid_argument for more than one dash, bad hex, or limits out of order.
/// Source: Vitess go/vt/topo/shard.go `ValidateShardName`.
Result<ShardReference> validate_shard_name(std::string_view name);

}  // namespace shardlab::key

#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/key/key_range.h"

namespace shardlab::key {

/// Consecutive ranges from their limits: `"-40-80-c0-"` -> `-40`, `40-80`, `80-c0`, `c0-`;
/// `"0"` -> one full range. The whole space need not be covered: `"20-40"` is one range.
///
/// The order check compares the texts, not the bytes, as Vitess does: `a0-B0` is refused.
/// Errors: invalid_argument `malformed spec: ...` or the text of `parse_hex`.
/// Source: Vitess go/vt/key/key.go `ParseShardingSpec`.
Result<std::vector<KeyRange>> parse_sharding_spec(std::string_view spec);

/// The `index`-th (from 0) of `count` equal ranges, with limits as short as possible:
/// (1, 4) -> `40-80`, (256, 512) -> `8000-8080`.
/// Errors: invalid_argument unless 0 <= index < count and count is a power of two.
/// Source: Vitess `EvenShardsKeyRange`.
Result<KeyRange> even_shard(std::int64_t index, std::int64_t count);

/// All `count` equal ranges in order. Errors: as `even_shard`.
Result<std::vector<KeyRange>> even_shards(std::int64_t count);

}  // namespace shardlab::key

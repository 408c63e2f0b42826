#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace shardlab::key {

/// The byte string a row hashes to; the shard whose key range contains it owns the row.
/// Any length; compared as unsigned bytes, a proper prefix being smaller.
/// Source: Vitess go/vt/key/key.go.
struct KeyspaceId {
  KeyspaceId() = default;
  explicit KeyspaceId(std::string bytes) : bytes(std::move(bytes)) {}

  /// The number as 8 big-endian bytes (Vitess `Uint64Key`): 255 -> `00000000000000ff`.
  static KeyspaceId of_uint64(std::uint64_t number);

  /// Lower-case hex: `"166b40b44aba4bd6"`.
  std::string hex() const;
  /// The first 8 bytes as a big-endian number, zeros behind a shorter id:
  /// `fe` -> 0xfe00000000000000.
  std::uint64_t left_justified() const;

  std::string bytes;
  friend bool operator==(const KeyspaceId&, const KeyspaceId&) = default;
  friend auto operator<=>(const KeyspaceId&, const KeyspaceId&) = default;
};

/// Errors: invalid_argument for text that is not hex.
Result<KeyspaceId> parse_keyspace_id(std::string_view hex);

/// The keyspace ids from `start` (inclusive) to `end` (exclusive), both as bytes.
/// An empty start is the minimum, an empty end the maximum. `"40-80"`, `"-80"`, `"80-"`, `"-"`.
///
/// Everywhere below a missing range (`std::nullopt`, Vitess nil) is a shard recorded without one,
/// such as shard `0`.
struct KeyRange {
  KeyRange() = default;
  KeyRange(std::string start, std::string end) : start(std::move(start)), end(std::move(end)) {}

  std::string start;
  std::string end;
  friend bool operator==(const KeyRange&, const KeyRange&) = default;
};

/// `"40-80"`; a missing range prints like the full one, `"-"`.
std::string to_string(const std::optional<KeyRange>& range);

/// A range from two hex texts, decoded independently; the order is not checked.
/// Errors: invalid_argument with the text of `parse_hex`. Source: Vitess `ParseKeyRangeParts`.
Result<KeyRange> parse_key_range_parts(std::string_view start_hex, std::string_view end_hex);
/// A range from `"START-END"`. Errors: invalid_argument unless there is exactly one dash.
Result<KeyRange> parse_key_range(std::string_view text);
/// Does it look like a range: `^[0-9a-fA-F]*-[0-9a-fA-F]*$`.
bool is_key_range(std::string_view text);

/// A missing range contains every id.
bool contains(const std::optional<KeyRange>& range, const KeyspaceId& id);
/// Is there an id in both. Touching ranges do not intersect; a missing one intersects everything.
bool intersects(const std::optional<KeyRange>& a, const std::optional<KeyRange>& b);
/// The common part; if one is missing, the other.
/// Errors: invalid_argument `KeyRanges A and B don't overlap`.
Result<std::optional<KeyRange>> overlap(const std::optional<KeyRange>& a,
                                        const std::optional<KeyRange>& b);
/// Does `small` stay inside `big`. A missing `small` fits only in a full range.
bool includes(const std::optional<KeyRange>& big, const std::optional<KeyRange>& small);
/// The joined range of two neighbours in either order; nothing when they are not adjacent.
std::optional<KeyRange> add(const std::optional<KeyRange>& a, const std::optional<KeyRange>& b);

/// A missing range equals `-`.
bool equal(const std::optional<KeyRange>& a, const std::optional<KeyRange>& b);
bool start_equal(const std::optional<KeyRange>& a, const std::optional<KeyRange>& b);
bool end_equal(const std::optional<KeyRange>& a, const std::optional<KeyRange>& b);
/// A missing range starts before any present one, and never before a missing one.
bool start_smaller(const std::optional<KeyRange>& a, const std::optional<KeyRange>& b);
/// False for a missing range and for `-`.
bool is_partial(const std::optional<KeyRange>& range);

}  // namespace shardlab::key

#pragma once

#include <compare>
#include <span>
#include <string>
#include <vector>

#include "core/base/value.h"

namespace shardlab::worker {

/// Where our comparison of rows is stricter than Vitess's. Vitess's way hides real differences, so
/// it is kept only to be planted as a bug and to be compared with.
/// Source: Vitess go/vt/worker/diff_utils.go `RowsEqual`, `CompareRows`.
struct DiffRules {
  bool null_is_empty = false;     ///< NULL equals the empty text
  bool key_ends_at_text = false;  ///< key columns behind the first text column are ignored

  static DiffRules vitess() { return {.null_is_empty = true, .key_ends_at_text = true}; }
  friend bool operator==(const DiffRules&, const DiffRules&) = default;
};

/// Primary key columns first, in key order, then the others in table order: how workers read.
std::vector<std::string> ordered_columns(const std::vector<std::string>& columns,
                                         const std::vector<std::string>& primary_key);

/// Compares the leading key columns of two rows as `compare_key_values` does. `types` are those of
/// the key columns; without key columns all rows are equal.
/// Throws Error: invalid_argument for a number column whose text is no number.
std::strong_ordering compare_keys(std::span<const Type> types, const Row& left, const Row& right,
                                  DiffRules rules = {});

/// Are all values the same byte for byte: `07` and `7` differ.
bool rows_equal(const Row& left, const Row& right, DiffRules rules = {});

/// For log lines, as Vitess prints a row: `[INT64(1) VARCHAR("m1") NULL]`.
std::string describe_row(const Row& row);

}  // namespace shardlab::worker

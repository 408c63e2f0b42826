#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/query_result.h"

namespace shardlab::vtgate {

/// A column the results of several shards are sorted by: by position (from 0), or by name where the
/// positions are only known from the result (`select *`).
struct OrderKey {
  OrderKey() = default;
  std::string name;
  std::optional<std::size_t> position;
  bool descending = false;
  friend bool operator==(const OrderKey&, const OrderKey&) = default;
};

/// How one column of several one-row results becomes one value.
enum class Aggregate { sum, min, max };

/// How the results of several shards become one. The default is one after another.
struct Merge {
  Merge() = default;
  std::vector<OrderKey> order_by;
  std::vector<Aggregate> aggregates;  ///< one for each column, or none
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> limit;
  friend bool operator==(const Merge&, const Merge&) = default;
};

/// Combines the results of the shards, given in the order of the plan. A single result is handed
/// through. `rows_affected` is the sum.
/// Throws Error: unsupported for values that cannot be compared or added.
/// Source: Vitess go/vt/vtgate/engine/merge_sort.go, ordered_aggregate.go, limit.go.
QueryResult merge_results(const Merge& merge, std::vector<QueryResult> results);

/// Less than 0, 0, more than 0. NULL comes first; numbers by value, everything else by bytes.
/// Throws Error: unsupported for floating point.
int compare_values(const Value& a, const Value& b);

/// The exact sum of two whole or decimal numbers: `"0.5"` and `"12"` give `"12.5"`.
/// Throws Error: unsupported for text that is no such number.
std::string add_numbers(const std::string& a, const std::string& b);

}  // namespace shardlab::vtgate

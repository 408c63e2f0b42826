#include "core/worker/row_differ.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/key/hex.h"
#include "core/worker/key_order.h"

namespace shardlab::worker {

std::vector<std::string> ordered_columns(const std::vector<std::string>& columns,
                                         const std::vector<std::string>& primary_key) {
  std::vector<std::string> ordered = primary_key;
  for (const auto& column : columns) {
    if (std::find(primary_key.begin(), primary_key.end(), column) == primary_key.end()) {
      ordered.push_back(column);
    }
  }
  return ordered;
}

std::strong_ordering compare_keys(std::span<const Type> types, const Row& left, const Row& right,
                                  DiffRules rules) {
  check(left.size() >= types.size() && right.size() >= types.size(), "a row has its key columns");
  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto order = compare_key_values(types[i], left[i], right[i]);
    if (order != 0) return order;
    if (rules.key_ends_at_text && !is_number(types[i])) return order;
  }
  return std::strong_ordering::equal;
}

bool rows_equal(const Row& left, const Row& right, DiffRules rules) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i].text() != right[i].text()) return false;
    if (left[i].is_null() != right[i].is_null() && !rules.null_is_empty) return false;
  }
  return true;
}

std::string describe_row(const Row& row) {
  std::string text = "[";
  for (const Value& value : row) {
    if (text.size() > 1) text += ' ';
    if (value.is_null()) {
      text += "NULL";
    } else {
      text += fmt::format("{}({})", to_string(value.type()),
                          is_quoted(value.type()) ? key::quoted(value.text()) : value.text());
    }
  }
  return text + "]";
}

}  // namespace shardlab::worker

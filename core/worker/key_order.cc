#include "core/worker/key_order.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/worker/number_text.h"

namespace shardlab::worker {
namespace {

bool is_collated(Type type) {
  return type == Type::char_ || type == Type::varchar || type == Type::text;
}

std::strong_ordering compare_padded(std::string_view left, std::string_view right) {
  const std::size_t common = std::min(left.size(), right.size());
  const auto order = left.substr(0, common) <=> right.substr(0, common);
  if (order != 0 || left.size() == right.size()) return order;
  const bool left_is_longer = left.size() > common;
  for (const char byte : (left_is_longer ? left : right).substr(common)) {
    if (byte == ' ') continue;
    const bool longer_is_greater = static_cast<unsigned char>(byte) > ' ';
    return longer_is_greater == left_is_longer ? std::strong_ordering::greater
                                               : std::strong_ordering::less;
  }
  return std::strong_ordering::equal;
}

/// What follows `name` up to a space, comma or the end; empty when it is not there.
std::string_view word_after(std::string_view text, std::string_view name) {
  const auto found = text.find(name);
  if (found == std::string_view::npos) return "";
  text.remove_prefix(found + name.size());
  return text.substr(0, text.find_first_of(" ,\n"));
}

std::string collation_in(std::string_view text, std::string_view collate,
                         std::string_view charset) {
  const std::string_view named = word_after(text, collate);
  if (!named.empty()) return std::string(named);
  const std::string_view set = word_after(text, charset);
  return set.empty() ? "" : fmt::format("{} (default)", set);
}

}  // namespace

std::strong_ordering compare_key_values(Type type, const Value& left, const Value& right) {
  if (left.is_null() || right.is_null()) return right.is_null() <=> left.is_null();
  if (is_number(type)) return compare_numbers(left.text(), right.text());
  if (is_collated(type)) return compare_padded(left.text(), right.text());
  return left.text() <=> right.text();
}

std::string collation_of(std::string_view create_table, std::string_view column) {
  const auto line = create_table.find(fmt::format("\n  `{}` ", column));
  if (line != std::string_view::npos) {
    const std::string_view definition = create_table.substr(line + 1);
    // A comment is the last thing of a line, and may say anything.
    const std::string_view told = definition.substr(0, definition.find('\n'));
    std::string own =
        collation_in(told.substr(0, told.find(" COMMENT ")), " COLLATE ", " CHARACTER SET ");
    if (!own.empty()) return own;
  }
  const auto options = create_table.rfind("\n)");
  if (options == std::string_view::npos) return "";
  const std::string_view told = create_table.substr(options);
  return collation_in(told.substr(0, told.find(" COMMENT=")), " COLLATE=", " CHARSET=");
}

void require_known_key_order(const tabletmanagerdata::TableDefinition& table) {
  const auto refuse = [&](const std::string& column, const std::string& why) {
    throw Error(Errc::unsupported,
                fmt::format("table {}: primary key column {} is {}, and workers compare keys by "
                            "bytes; only binary types, numbers, dates and texts with a _bin "
                            "collation are known to be in that order",
                            table.name(), column, why));
  };
  for (const auto& column : table.columns()) {
    const auto& key = table.primary_key_columns();
    if (std::find(key.begin(), key.end(), column.name()) == key.end()) continue;
    const auto type = static_cast<Type>(column.type());
    const bool has_other_order = type == Type::enum_ || type == Type::set || type == Type::time;
    if (has_other_order) refuse(column.name(), fmt::format("of type {}", to_string(type)));
    if (!is_collated(type)) continue;
    const std::string collation = collation_of(table.schema(), column.name());
    const bool is_known = collation.empty() || collation.ends_with("_bin");
    if (is_known && collation.find("nopad") == std::string::npos) continue;
    refuse(column.name(), fmt::format("ordered by the collation {}", collation));
  }
}

}  // namespace shardlab::worker

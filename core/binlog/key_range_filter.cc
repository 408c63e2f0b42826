#include "core/binlog/key_range_filter.h"

namespace shardlab::binlog {

void KeyRangeFilter::set_columns(const std::string& table,
                                 const std::vector<std::string>& columns) {
  const auto found = schema_.tables.find(table);
  if (found == schema_.tables.end()) {
    throw Error(Errc::failed_precondition, "no vschema definition for table " + table);
  }
  resolvers_.insert_or_assign(table, vindexes::RowKeyspaceId(found->second, columns));
}

bool KeyRangeFilter::is_in_range(const std::string& table, const Row& row) const {
  const std::optional<key::KeyspaceId> id = resolvers_.at(table)(row);
  return id && key::contains(range_, *id);
}

std::optional<RowChange> KeyRangeFilter::filter(RowChange change) const {
  const bool before = change.before && is_in_range(change.table, *change.before);
  const bool after = change.after && is_in_range(change.table, *change.after);
  if (!before && !after) return std::nullopt;
  if (!before) change.before.reset();
  if (!after) change.after.reset();
  return change;
}

}  // namespace shardlab::binlog

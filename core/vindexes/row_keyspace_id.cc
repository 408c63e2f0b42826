#include "core/vindexes/row_keyspace_id.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/ascii.h"

namespace shardlab::vindexes {
RowKeyspaceId::RowKeyspaceId(const Table& table, const std::vector<std::string>& columns) {
  const std::size_t chosen = find_vindex_for_sharding(table.name, table.column_vindexes);
  const ColumnVindex& column_vindex = table.column_vindexes[chosen];
  vindex_ = column_vindex.vindex;
  for (const std::string& name : column_vindex.columns) {
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const std::string& column) {
      return ascii_lower(column) == ascii_lower(name);
    });
    if (found == columns.end()) {
      throw Error(Errc::failed_precondition,
                  fmt::format("table {} has a Vindex on unknown column {}", table.name, name));
    }
    indexes_.push_back(static_cast<std::size_t>(found - columns.begin()));
  }
}

std::optional<key::KeyspaceId> RowKeyspaceId::operator()(const Row& row) const {
  if (indexes_.size() == 1) return vindex_->map(row.at(indexes_[0]));
  std::vector<Value> values;
  for (std::size_t index : indexes_) values.push_back(row.at(index));
  return vindex_->map_columns(values);
}

}  // namespace shardlab::vindexes

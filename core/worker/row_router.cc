#include "core/worker/row_router.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/worker/row_differ.h"

namespace shardlab::worker {
namespace {

bool same_column(const std::string& a, const std::string& b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

RowRouter::RowRouter(const vindexes::KeyspaceSchema& keyspace, const std::string& table,
                     const std::vector<std::string>& columns,
                     std::vector<key::ShardReference> shards)
    : table_(table), shards_(std::move(shards)) {
  const auto found = keyspace.tables.find(table);
  if (found == keyspace.tables.end()) {
    throw Error(Errc::failed_precondition,
                fmt::format("no vschema definition for table {}", table));
  }
  const auto& column_vindexes = found->second.column_vindexes;
  const auto& chosen = column_vindexes[find_vindex_for_sharding(table, column_vindexes)];
  vindex_ = chosen.vindex;
  for (const auto& name : chosen.columns) {
    const auto column = std::find_if(columns.begin(), columns.end(), [&](const auto& candidate) {
      return same_column(candidate, name);
    });
    if (column == columns.end()) {
      throw Error(Errc::failed_precondition,
                  fmt::format("table {} has a Vindex on unknown column {}", table, name));
    }
    column_indexes_.push_back(static_cast<std::size_t>(column - columns.begin()));
  }
}

RowRouter::RowRouter(key::ShardReference only_shard) : shards_{std::move(only_shard)} {}

std::size_t RowRouter::route(const Row& row) const {
  // Not even the VSchema is asked: one shard may also be the target of a merge or a plain copy.
  if (shards_.size() == 1) return 0;
  const key::KeyspaceId id = keyspace_id(row);
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    if (key::contains(shards_[i].key_range, id)) return i;
  }
  throw Error(Errc::failed_precondition,
              fmt::format("no shard's key range includes the keyspace id: {} for the row: {}",
                          id.hex(), describe_row(row)));
}

key::KeyspaceId RowRouter::keyspace_id(const Row& row) const {
  check(vindex_ != nullptr, "a router without vindex knows no keyspace ids");
  std::optional<key::KeyspaceId> id;
  if (column_indexes_.size() == 1) {
    id = vindex_->map(row.at(column_indexes_[0]));
  } else {
    Row values;
    for (std::size_t index : column_indexes_) values.push_back(row.at(index));
    id = vindex_->map_columns(values);
  }
  if (id) return *std::move(id);
  throw Error(Errc::failed_precondition,
              fmt::format("vindex {} of table {} maps the row to no keyspace id: {}",
                          vindex_->type(), table_, describe_row(row)));
}

}  // namespace shardlab::worker

#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/key/key_range.h"
#include "core/ports/mysql.h"
#include "core/vindexes/row_keyspace_id.h"

namespace shardlab::binlog {

/// Keeps those row changes of a transaction that belong to a key range.
///
/// A change whose row moves into the range becomes an insert, one that moves out a delete. (Vitess
/// judges by the after image only, which leaves the old row behind.)
/// Source: Vitess go/vt/binlog/keyrange_filter.go.
class KeyRangeFilter {
 public:
  KeyRangeFilter(vindexes::KeyspaceSchema schema, std::optional<key::KeyRange> range)
      : schema_(std::move(schema)), range_(std::move(range)) {}

  /// Tells the columns of a table, in table order; to be called before rows of it are filtered,
  /// and again when it was altered.
  void set_columns(const std::string& table, const std::vector<std::string>& columns);
  bool knows(const std::string& table) const { return resolvers_.count(table) > 0; }
  void forget_columns() { resolvers_.clear(); }

  /// The change as the range sees it, or nothing. Throws Error: failed_precondition for a table
  /// that the VSchema does not route.
  std::optional<RowChange> filter(RowChange change) const;

 private:
  bool is_in_range(const std::string& table, const Row& row) const;

  vindexes::KeyspaceSchema schema_;
  std::optional<key::KeyRange> range_;
  std::map<std::string, vindexes::RowKeyspaceId> resolvers_;
};

}  // namespace shardlab::binlog

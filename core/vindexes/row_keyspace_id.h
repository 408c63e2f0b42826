#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/vindexes/vschema.h"

namespace shardlab::vindexes {

/// Computes the keyspace ids of one table's rows, by the vindex that resharding uses.
/// Source: Vitess go/vt/worker/key_resolver.go `v3Resolver`.
class RowKeyspaceId {
 public:
  /// `columns`: the names of the rows' columns, in order. Throws Error: failed_precondition
  /// `no vindex definition for table T`, `table T has a Vindex on unknown column C`.
  RowKeyspaceId(const Table& table, const std::vector<std::string>& columns);

  /// Nothing for a row whose value maps nowhere (NULL).
  std::optional<key::KeyspaceId> operator()(const Row& row) const;

 private:
  std::shared_ptr<const Vindex> vindex_;
  std::vector<std::size_t> indexes_;
};

}  // namespace shardlab::vindexes

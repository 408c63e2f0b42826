#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/value.h"
#include "core/key/shard_name.h"
#include "core/vindexes/vschema.h"

namespace shardlab::worker {

/// Tells which of several shards owns a row. Source: Vitess go/vt/worker/row_splitter.go, and
/// key_resolver.go for the vindex.
class RowRouter {
 public:
  /// Routes by the table's sharding vindex on the columns as they are read.
  /// Throws Error: failed_precondition `no vschema definition for table T`,
  /// `table T has a Vindex on unknown column C` and errors of `find_vindex_for_sharding`.
  RowRouter(const vindexes::KeyspaceSchema& keyspace, const std::string& table,
            const std::vector<std::string>& columns, std::vector<key::ShardReference> shards);
  /// Everything goes to one shard, whatever the VSchema says.
  explicit RowRouter(key::ShardReference only_shard);

  const std::vector<key::ShardReference>& shards() const { return shards_; }

  /// The index in `shards()` of the shard that owns the row.
  /// Throws Error: failed_precondition `no shard's key range includes the keyspace id: HEX`,
  /// and for a value that the vindex maps to no keyspace id.
  std::size_t route(const Row& row) const;

  /// The keyspace id of a row. Throws Error: failed_precondition for a value that has none;
  /// `check` fails on a router without vindex.
  key::KeyspaceId keyspace_id(const Row& row) const;

 private:
  std::string table_;
  std::vector<key::ShardReference> shards_;
  std::shared_ptr<const vindexes::Vindex> vindex_;
  std::vector<std::size_t> column_indexes_;
};

}  // namespace shardlab::worker

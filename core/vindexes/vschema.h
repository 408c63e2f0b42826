#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/key/key_range.h"
#include "core/vindexes/vindex.h"

namespace shardlab::vindexes {

/// One entry of `vindexes` in a VSchema document.
struct VindexDefinition {
  std::string type;
  VindexParams params;
  std::string owner;  ///< the table that maintains a lookup vindex
  friend bool operator==(const VindexDefinition&, const VindexDefinition&) = default;
};

/// One entry of `column_vindexes`: `column` or `columns`, never both.
struct ColumnVindexDefinition {
  std::string column;
  std::vector<std::string> columns;
  std::string name;
  friend bool operator==(const ColumnVindexDefinition&, const ColumnVindexDefinition&) = default;
};

struct AutoIncrementDefinition {
  std::string column;
  std::string sequence;
  friend bool operator==(const AutoIncrementDefinition&, const AutoIncrementDefinition&) = default;
};

struct ColumnDefinition {
  std::string name;
  std::string type;
  friend bool operator==(const ColumnDefinition&, const ColumnDefinition&) = default;
};

/// One entry of `tables`.
struct TableDefinition {
  std::string type;  ///< `""`, `"sequence"` or `"reference"`
  std::vector<ColumnVindexDefinition> column_vindexes;
  std::optional<AutoIncrementDefinition> auto_increment;
  std::vector<ColumnDefinition> columns;
  std::string pinned;  ///< keyspace id in hex
  bool column_list_authoritative = false;
  friend bool operator==(const TableDefinition&, const TableDefinition&) = default;
};

/// The VSchema of one keyspace as written, not yet validated. Read and printed by `vschema_json.h`.
/// Source: Vitess proto/vschema.proto `Keyspace`.
struct KeyspaceVSchema {
  bool sharded = false;
  bool require_explicit_routing = false;
  std::map<std::string, VindexDefinition> vindexes;
  std::map<std::string, TableDefinition> tables;
  friend bool operator==(const KeyspaceVSchema&, const KeyspaceVSchema&) = default;
};

/// A vindex as a table uses it.
struct ColumnVindex {
  std::vector<std::string> columns;
  std::string name;
  std::shared_ptr<const Vindex> vindex;
  bool owned = false;
};

/// A table ready for routing. The first column vindex is the primary one: it says where a row is.
struct Table {
  std::string keyspace;
  std::string name;
  std::string type;
  bool sharded = false;  ///< is its keyspace sharded
  std::vector<ColumnVindex> column_vindexes;
  std::vector<ColumnDefinition> columns;
  std::optional<AutoIncrementDefinition> auto_increment;
  std::optional<key::KeyspaceId> pinned;
  bool column_list_authoritative = false;
};

/// A validated keyspace with its vindexes created. `dual` is always among the tables.
struct KeyspaceSchema {
  std::string name;
  bool sharded = false;
  bool require_explicit_routing = false;
  std::map<std::string, std::shared_ptr<const Vindex>> vindexes;
  std::map<std::string, Table> tables;
};

/// Validates one keyspace's VSchema in Vitess's order and creates its vindexes.
/// Throws Error: invalid_argument, `vindexType "X" not found`, `vindex V not found for table T` ...
/// Source: Vitess go/vt/vtgate/vindexes/vschema.go `buildTables`.
KeyspaceSchema build_keyspace_schema(const std::string& name, const KeyspaceVSchema& definition);

/// The VSchemas of all keyspaces, as a vtgate uses them.
class VSchema {
 public:
  VSchema() = default;
  /// Validates every keyspace, then the sequences, which may be in other keyspaces.
  /// Throws Error: invalid_argument `cannot resolve sequence S: ...` or as build_keyspace_schema,
  /// with `"keyspace K: "` in front.
  explicit VSchema(const std::map<std::string, KeyspaceVSchema>& keyspaces);

  /// Finds a table, in any keyspace when `keyspace` is empty. An unsharded keyspace accepts every
  /// name; without a keyspace that holds only when it is the only one.
  /// Throws Error: not_found `table T not found`, `keyspace K not found in vschema`;
  /// invalid_argument `ambiguous table reference: T`.
  Table find_table(const std::string& keyspace, const std::string& table) const;

  /// Null when there is none.
  const KeyspaceSchema* find_keyspace(const std::string& name) const;
  const std::map<std::string, KeyspaceSchema>& keyspaces() const { return keyspaces_; }

 private:
  std::optional<Table> find_unqualified(const std::string& table) const;
  void resolve_sequences() const;

  std::map<std::string, KeyspaceSchema> keyspaces_;
};

/// The index of the column vindex that cloning routes rows by: the first, unless a later
/// single-column one is unique and cheaper. It must be unique and cost at most 1.
/// Throws Error: failed_precondition `no vindex definition for table T`,
/// `could not find a vindex to use for sharding table T`.
/// Source: Vitess go/vt/vtgate/vindexes/vschema.go `FindVindexForSharding`.
std::size_t find_vindex_for_sharding(const std::string& table,
                                     const std::vector<ColumnVindex>& column_vindexes);

}  // namespace shardlab::vindexes

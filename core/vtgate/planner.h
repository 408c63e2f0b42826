#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/sql/ast.h"
#include "core/vindexes/vschema.h"
#include "core/vtgate/merge.h"
#include "core/vtgate/routing.h"

namespace shardlab::vtgate {

struct ShardQuery {
  ShardQuery(std::string shard, std::string sql) : shard(std::move(shard)), sql(std::move(sql)) {}
  std::string shard;
  std::string sql;
  friend bool operator==(const ShardQuery&, const ShardQuery&) = default;
};

/// What to send where, and how the answers become one.
struct Plan {
  Plan() = default;
  bool is_write = false;            ///< INSERT, REPLACE, UPDATE, DELETE
  bool locks_rows = false;          ///< those, and SELECT ... FOR UPDATE
  std::vector<ShardQuery> queries;  ///< in the order of the partition; empty: nothing can match
  /// A SELECT without any row, for the columns of an empty result when `queries` is empty.
  std::optional<ShardQuery> field_query;
  Merge merge;
};

/// The table a statement is for, and with it the keyspace; `dual` for a SELECT without a table.
/// `` `test_keyspace`.`messages` `` overrides the default keyspace, which may be empty. A keyspace
/// that the VSchema does not know counts as unsharded.
/// Throws Error: not_found, invalid_argument, as `VSchema::find_table`.
vindexes::Table table_of(const sql::Statement& statement, const vindexes::VSchema& vschema,
                         const std::string& default_keyspace);

/// Routes a statement without bind variables among the shards of one partition:
///
/// | statement on a sharded table | shards |
/// |---|---|
/// | WHERE `page = 5` | one |
/// | WHERE `page in (1, 2, 3)` | those of the values, a sub-list each |
/// | other SELECT, UPDATE, DELETE | all |
/// | INSERT | those of its rows, each with its rows |
/// | a value that maps to no keyspace id | none |
///
/// INSERT, UPDATE and DELETE are annotated with their keyspace ids for filtered replication:
/// `insert into messages(...) values (...) /* vtgate:: keyspace_id:166b40b44aba4bd6 */`.
/// Throws Error: unsupported for a shape that needs more than this; invalid_argument for an INSERT
/// that lacks the value of the primary vindex; unavailable `no shard in keyspace`.
/// Source: Vitess go/vt/vtgate/planbuilder, engine/route.go, engine/insert.go.
Plan make_plan(sql::Statement statement, const vindexes::Table& table, const Shards& shards);

/// Sends a statement as it stands to the given shards (a target such as `test_keyspace:-80`).
Plan make_bypass_plan(const sql::Statement& statement, const std::vector<std::string>& shards);

/// `/* vtgate:: keyspace_id:37,29 */`; for none `/* vtgate:: filtered_replication_unfriendly */`.
/// Source: Vitess go/vt/sqlannotation.
std::string annotation_of(const std::vector<key::KeyspaceId>& ids);

}  // namespace shardlab::vtgate

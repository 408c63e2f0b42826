#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/sql/ast.h"
#include "core/sql/lexer.h"

namespace shardlab::sql {

/// What a statement is, by its first words. `other` is left to whoever executes it.
enum class StatementKind {
  select,
  insert,
  replace,
  update,
  delete_,
  begin,
  commit,
  rollback,
  set,
  show,
  use,
  ddl,
  other,
};

/// The kind of a statement without parsing it. `ddl` is CREATE, ALTER, DROP, TRUNCATE, RENAME;
/// `begin` also START TRANSACTION. Source: Vitess go/vt/sqlparser/analyzer.go `Preview`.
StatementKind statement_kind(std::string_view sql);

/// Parses a single-table SELECT (or one without table), INSERT, REPLACE, UPDATE or DELETE.
/// Throws Error: invalid_argument `syntax error at position 8 near 'from'`;
/// unsupported `unsupported: JOIN; supported are single-table SELECT, INSERT, UPDATE, DELETE`.
Statement parse(std::string_view sql);

/// Parses one expression from the stream and leaves what follows it.
Expr parse_expression(Tokens& tokens);

/// `messages` or `db.messages` from the stream.
TableName parse_table_name(Tokens& tokens);

/// The comments at the end of a statement, as written: `/* vtgate:: keyspace_id:166b */`.
/// Source: Vitess go/vt/sqlparser/comments.go `SplitTrailingComments`.
std::string trailing_comments(std::string_view sql);

/// The statements of a text, split at `;` outside quotes and comments; empty ones are left out.
std::vector<std::string> split_statements(std::string_view text);

}  // namespace shardlab::sql

#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/sql/ast.h"
#include "core/sql/lexer.h"
#include "fakes/mysql/table_def.h"

namespace shardlab::fakes::mysql {

struct CreateDatabase {
  std::string name;
  bool if_not_exists = false;
};
struct DropDatabase {
  std::string name;
  bool if_exists = false;
};
/// `table.db` is empty when the name was not qualified.
struct CreateTable {
  TableDef table;
  bool if_not_exists = false;
};
struct DropTables {
  std::vector<sql::TableName> tables;
  bool if_exists = false;
};
/// `definer` is empty when it was not written; the SELECT is not resolved yet.
struct CreateView {
  sql::TableName name;
  std::string definer;
  bool or_replace = false;
  sql::Select select;
};
struct DropViews {
  std::vector<sql::TableName> views;
  bool if_exists = false;
};
struct TruncateTable {
  sql::TableName table;
};
struct RenameTable {
  sql::TableName from;
  sql::TableName to;
};

/// One part of an ALTER TABLE.
struct AlterAction {
  enum class Kind { add_column, drop_column, modify_column, add_index, drop_index };
  Kind kind = Kind::add_column;
  std::string name;  ///< the column or index dropped, or modified
  ColumnDef column;
  bool first = false;
  std::string after;
  bool unique = false;
  std::vector<std::string> columns;  ///< of the index
};
struct AlterTable {
  sql::TableName table;
  std::vector<AlterAction> actions;
};

using Ddl = std::variant<CreateDatabase, DropDatabase, CreateTable, DropTables, TruncateTable,
                         RenameTable, AlterTable, CreateView, DropViews>;

/// Parses CREATE, DROP, TRUNCATE, RENAME and ALTER.
/// Throws Error: invalid_argument (syntax), sql 1235 for types and options that are not supported.
Ddl parse_ddl(std::string_view sql);

/// A column type with its attributes, up to the next `,` or `)`.
ColumnDef parse_column(sql::Tokens& tokens, bool* primary_key, bool* unique_key);

/// `bigint(20) unsigned` from the stream.
ColumnType parse_column_type(sql::Tokens& tokens);

}  // namespace shardlab::fakes::mysql

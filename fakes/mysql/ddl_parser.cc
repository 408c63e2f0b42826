#include "fakes/mysql/ddl_parser.h"

#include <fmt/format.h>

#include "core/sql/parser.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

using sql::Token;
using sql::Tokens;

bool accept_if_not_exists(Tokens& tokens) {
  if (!tokens.accept_word("if")) return false;
  tokens.expect_word("not");
  tokens.expect_word("exists");
  return true;
}

bool accept_if_exists(Tokens& tokens) {
  if (!tokens.accept_word("if")) return false;
  tokens.expect_word("exists");
  return true;
}

std::vector<std::string> parse_key_columns(Tokens& tokens) {
  std::vector<std::string> names;
  tokens.expect_symbol("(");
  do {
    names.push_back(tokens.expect_name());
    if (tokens.at_symbol("(")) throw sql_error(1235, "keys on column prefixes are not supported");
    if (tokens.accept_word("desc")) throw sql_error(1235, "descending keys are not supported");
    tokens.accept_word("asc");
  } while (tokens.accept_symbol(","));
  tokens.expect_symbol(")");
  if (tokens.accept_word("using")) tokens.expect_name();
  return names;
}

std::vector<std::size_t> places_of(const TableDef& table, const std::vector<std::string>& names) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) places.push_back(table.key_column(name));
  return places;
}

/// A key's own name, or that of its first column, numbered when taken.
std::string index_name(const TableDef& table, std::string written, const std::string& column) {
  std::string name = written.empty() ? column : std::move(written);
  const std::string base = name;
  const auto taken = [&] {
    for (const IndexDef& index : table.indexes) {
      if (index.name == name) return true;
    }
    return false;
  };
  for (int number = 2; taken(); ++number) name = fmt::format("{}_{}", base, number);
  return name;
}

struct KeyClause {
  bool primary = false;
  bool unique = false;
  std::string name;
  std::vector<std::string> columns;
};

bool at_key_clause(const Tokens& tokens) {
  for (const std::string_view word : {"primary", "unique", "key", "index", "constraint"}) {
    if (tokens.at_word(word)) return true;
  }
  if (tokens.at_word("foreign") || tokens.at_word("fulltext") || tokens.at_word("check")) {
    throw sql_error(1235, "only PRIMARY KEY, UNIQUE KEY and KEY are supported");
  }
  return false;
}

KeyClause parse_key_clause(Tokens& tokens) {
  KeyClause key;
  if (tokens.accept_word("constraint")) tokens.expect_name();
  if (tokens.accept_word("primary")) {
    tokens.expect_word("key");
    key.primary = true;
  } else {
    key.unique = tokens.accept_word("unique");
    if (!tokens.accept_word("key")) tokens.accept_word("index");
    if (!tokens.at_symbol("(")) key.name = tokens.expect_name();
  }
  key.columns = parse_key_columns(tokens);
  return key;
}

void add_key(TableDef& table, const KeyClause& key) {
  std::vector<std::size_t> places = places_of(table, key.columns);
  if (!key.primary) {
    IndexDef index;
    index.name = index_name(table, key.name, key.columns.front());
    index.unique = key.unique;
    index.columns = std::move(places);
    table.indexes.push_back(std::move(index));
    return;
  }
  if (!table.primary_key.empty()) throw sql_error(1068, "Multiple primary key defined");
  for (const std::size_t place : places) table.columns[place].not_null = true;
  table.primary_key = std::move(places);
}

/// `ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`: only the collation counts, the rest is read over.
void parse_table_options(Tokens& tokens, TableDef& table) {
  while (!tokens.at_end() && !tokens.at_symbol(";")) {
    const bool charset = tokens.at_word("charset") ||
                         (tokens.at_word("character") && tokens.peek_second().raw != "=");
    if (charset || tokens.at_word("collate")) {
      if (tokens.take().raw.size() > 7) tokens.expect_word("set");
      tokens.accept_symbol("=");
      const std::string name = tokens.expect_name();
      table.collation = charset ? collation_of_charset(name) : parse_collation(name);
      continue;
    }
    if (tokens.at_word("partition") || tokens.at_word("as") || tokens.at_word("select")) {
      throw sql_error(1235, "CREATE TABLE with partitions or SELECT is not supported");
    }
    tokens.take();
  }
}

/// Texts that name no collation of their own have the table's; one that is named has to differ.
void settle_collations(TableDef& table) {
  for (ColumnDef& column : table.columns) {
    if (!is_text(column.type) && column.type.type != Type::enum_) continue;
    if (!column.own_collation) column.type.collation = table.collation;
    column.own_collation = column.type.collation != table.collation;
  }
}

CreateTable parse_create_table(Tokens& tokens) {
  CreateTable create;
  create.if_not_exists = accept_if_not_exists(tokens);
  const sql::TableName name = sql::parse_table_name(tokens);
  create.table.db = name.db;
  create.table.name = name.name;
  if (tokens.at_word("like")) throw sql_error(1235, "CREATE TABLE ... LIKE is not supported");
  std::vector<KeyClause> keys;
  if (tokens.at_end() || tokens.at_symbol(";")) {
    throw sql_error(1113, "A table must have at least 1 column");
  }
  tokens.expect_symbol("(");
  do {
    if (at_key_clause(tokens)) {
      keys.push_back(parse_key_clause(tokens));
      continue;
    }
    bool primary = false;
    bool unique = false;
    ColumnDef column = parse_column(tokens, &primary, &unique);
    if (create.table.find_column(column.name)) {
      throw sql_error(1060, fmt::format("Duplicate column name '{}'", column.name));
    }
    if (primary || unique) keys.push_back({primary, unique, "", {column.name}});
    create.table.columns.push_back(std::move(column));
  } while (tokens.accept_symbol(","));
  tokens.expect_symbol(")");
  parse_table_options(tokens, create.table);
  settle_collations(create.table);
  for (const KeyClause& key : keys) add_key(create.table, key);
  create.table.sort_indexes();
  return create;
}

/// `` `app`@`localhost` ``.
std::string parse_definer(Tokens& tokens) {
  tokens.expect_symbol("=");
  std::string definer = tokens.expect_name();
  const Token host = tokens.take();  // the lexer takes @ for the beginning of a variable
  if (host.raw != "@") return definer + std::string(host.raw);
  return definer + "@" + tokens.expect_name();
}

Ddl parse_create_view(Tokens& tokens, std::string_view sql) {
  CreateView create;
  if (tokens.accept_word("or")) {
    tokens.expect_word("replace");
    create.or_replace = true;
  }
  if (tokens.accept_word("algorithm")) {
    tokens.expect_symbol("=");
    tokens.take();
  }
  if (tokens.accept_word("definer")) create.definer = parse_definer(tokens);
  if (tokens.accept_word("sql")) {
    tokens.expect_word("security");
    tokens.take();
  }
  tokens.expect_word("view");
  create.name = sql::parse_table_name(tokens);
  tokens.expect_word("as");
  sql::Statement statement = sql::parse(tokens.text_between(tokens.peek().offset, sql.size()));
  auto* select = std::get_if<sql::Select>(&statement.node);
  if (!select || !select->from) throw sql_error(1235, "a view is made of one table");
  create.select = std::move(*select);
  while (!tokens.at_end()) tokens.take();
  return create;
}

bool at_create_view(const Tokens& tokens) {
  for (const std::string_view word : {"or", "algorithm", "definer", "sql", "view"}) {
    if (tokens.at_word(word)) return true;
  }
  return false;
}

Ddl parse_create(Tokens& tokens) {
  if (tokens.accept_word("database") || tokens.accept_word("schema")) {
    CreateDatabase create;
    create.if_not_exists = accept_if_not_exists(tokens);
    create.name = tokens.expect_name();
    TableDef ignored;
    parse_table_options(tokens, ignored);
    return create;
  }
  if (tokens.accept_word("table")) return parse_create_table(tokens);
  const bool unique = tokens.accept_word("unique");
  if (!tokens.accept_word("index")) {
    throw sql_error(1235, "only CREATE DATABASE, TABLE, VIEW and INDEX are supported");
  }
  AlterTable alter;
  AlterAction action;
  action.kind = AlterAction::Kind::add_index;
  action.unique = unique;
  action.name = tokens.expect_name();
  tokens.expect_word("on");
  alter.table = sql::parse_table_name(tokens);
  action.columns = parse_key_columns(tokens);
  alter.actions.push_back(std::move(action));
  return alter;
}

Ddl parse_drop(Tokens& tokens) {
  if (tokens.accept_word("database") || tokens.accept_word("schema")) {
    DropDatabase drop;
    drop.if_exists = accept_if_exists(tokens);
    drop.name = tokens.expect_name();
    return drop;
  }
  if (tokens.accept_word("view")) {
    DropViews drop;
    drop.if_exists = accept_if_exists(tokens);
    do {
      drop.views.push_back(sql::parse_table_name(tokens));
    } while (tokens.accept_symbol(","));
    return drop;
  }
  if (!tokens.accept_word("table")) {
    throw sql_error(1235, "only DROP DATABASE, TABLE and VIEW are supported");
  }
  DropTables drop;
  drop.if_exists = accept_if_exists(tokens);
  do {
    drop.tables.push_back(sql::parse_table_name(tokens));
  } while (tokens.accept_symbol(","));
  return drop;
}

AlterAction parse_column_action(Tokens& tokens, AlterAction::Kind kind) {
  AlterAction action;
  action.kind = kind;
  tokens.accept_word("column");
  bool primary = false;
  bool unique = false;
  action.column = parse_column(tokens, &primary, &unique);
  if (primary || unique) throw sql_error(1235, "ALTER TABLE cannot add a key with a column");
  action.name = action.column.name;
  action.first = tokens.accept_word("first");
  if (tokens.accept_word("after")) action.after = tokens.expect_name();
  return action;
}

AlterAction parse_alter_action(Tokens& tokens) {
  AlterAction action;
  if (tokens.accept_word("add")) {
    if (!at_key_clause(tokens)) {
      return parse_column_action(tokens, AlterAction::Kind::add_column);
    }
    KeyClause key = parse_key_clause(tokens);
    if (key.primary) throw sql_error(1235, "ALTER TABLE cannot change the primary key");
    action.kind = AlterAction::Kind::add_index;
    action.unique = key.unique;
    action.name = std::move(key.name);
    action.columns = std::move(key.columns);
  } else if (tokens.accept_word("modify")) {
    return parse_column_action(tokens, AlterAction::Kind::modify_column);
  } else if (tokens.accept_word("drop")) {
    const bool index = tokens.accept_word("index") || tokens.accept_word("key");
    if (!index) tokens.accept_word("column");
    action.kind = index ? AlterAction::Kind::drop_index : AlterAction::Kind::drop_column;
    action.name = tokens.expect_name();
  } else {
    throw sql_error(1235, "only ALTER TABLE ... ADD, MODIFY and DROP are supported");
  }
  return action;
}

AlterTable parse_alter(Tokens& tokens) {
  tokens.expect_word("table");
  AlterTable alter;
  alter.table = sql::parse_table_name(tokens);
  do {
    alter.actions.push_back(parse_alter_action(tokens));
  } while (tokens.accept_symbol(","));
  return alter;
}

RenameTable parse_rename(Tokens& tokens) {
  tokens.expect_word("table");
  RenameTable rename;
  rename.from = sql::parse_table_name(tokens);
  tokens.expect_word("to");
  rename.to = sql::parse_table_name(tokens);
  return rename;
}

}  // namespace

Ddl parse_ddl(std::string_view sql) {
  Tokens tokens(sql);
  const std::string word = sql::to_lower(tokens.take().raw);
  Ddl ddl;
  if (word == "create") {
    ddl = at_create_view(tokens) ? parse_create_view(tokens, sql) : parse_create(tokens);
  } else if (word == "drop") {
    ddl = parse_drop(tokens);
  } else if (word == "alter") {
    ddl = parse_alter(tokens);
  } else if (word == "rename") {
    ddl = parse_rename(tokens);
  } else {
    tokens.accept_word("table");
    ddl = TruncateTable{sql::parse_table_name(tokens)};
  }
  tokens.expect_end();
  return ddl;
}

}  // namespace shardlab::fakes::mysql

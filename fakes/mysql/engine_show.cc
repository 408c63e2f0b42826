#include <fmt/format.h>
#include <initializer_list>

#include "core/sql/parser.h"
#include "fakes/mysql/engine_impl.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

using sql::Tokens;

/// `%` is any text, `_` any character; upper and lower case are the same.
bool is_like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (is_like(text.substr(i), pattern.substr(1))) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  const bool escaped = pattern[0] == '\\' && pattern.size() > 1;
  if (escaped) pattern.remove_prefix(1);
  if (!escaped && pattern[0] == '_') return is_like(text.substr(1), pattern.substr(1));
  return sql::to_lower(text.substr(0, 1)) == sql::to_lower(pattern.substr(0, 1)) &&
         is_like(text.substr(1), pattern.substr(1));
}

std::string parse_like(Tokens& tokens) {
  const std::string pattern = tokens.accept_word("like") ? tokens.expect_string() : "%";
  if (tokens.at_word("where")) throw sql_error(1235, "SHOW ... WHERE is not supported");
  tokens.expect_end();
  return pattern;
}

Outcome table_of(std::initializer_list<std::string> titles) {
  Outcome outcome;
  for (const std::string& title : titles) outcome.result.fields.emplace_back(title, Type::varchar);
  return outcome;
}

void add_row(Outcome& outcome, Row row) { outcome.result.rows.push_back(std::move(row)); }

Value text(std::string value) { return Value::of_text(std::move(value)); }

std::string parse_from_db(Tokens& tokens, const std::string& otherwise) {
  if (tokens.accept_word("from") || tokens.accept_word("in")) return tokens.expect_name();
  if (otherwise.empty()) throw sql_error(1046, "No database selected");
  return otherwise;
}

sql::TableName parse_from_table(Tokens& tokens) {
  if (!tokens.accept_word("from")) tokens.expect_word("in");
  sql::TableName name = sql::parse_table_name(tokens);
  if (tokens.accept_word("from") || tokens.accept_word("in")) name.db = tokens.expect_name();
  return name;
}

std::string key_kind(const Table& table, std::size_t column) {
  for (const std::size_t part : table.primary_key) {
    if (part == column) return "PRI";
  }
  for (const IndexDef& index : table.indexes) {
    if (index.columns.front() == column) {
      return index.unique && index.columns.size() == 1 ? "UNI" : "MUL";
    }
  }
  return "";
}

Outcome show_columns(const Table& table) {
  Outcome outcome = table_of({"Field", "Type", "Null", "Key", "Default", "Extra"});
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnDef& column = table.columns[i];
    const Value default_value = column.default_now ? text("current_timestamp()")
                                : column.default_value && !column.default_value->is_null()
                                    ? text(column.default_value->text())
                                    : Value::null();
    add_row(outcome, {text(column.name), text(type_text(column.type)),
                      text(column.not_null ? "NO" : "YES"), text(key_kind(table, i)), default_value,
                      text(column.auto_increment ? "auto_increment" : "")});
  }
  return outcome;
}

Outcome show_index(const Table& table) {
  Outcome outcome = table_of({"Table", "Non_unique", "Key_name", "Seq_in_index", "Column_name",
                              "Collation", "Cardinality", "Sub_part", "Packed", "Null",
                              "Index_type", "Comment", "Index_comment"});
  const auto add = [&](const std::string& key, bool unique,
                       const std::vector<std::size_t>& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const ColumnDef& column = table.columns[columns[i]];
      add_row(outcome, {text(table.name), Value::of_int(unique ? 0 : 1), text(key),
                        Value::of_int(static_cast<std::int64_t>(i) + 1), text(column.name),
                        text("A"), Value::of_int(0), Value::null(), Value::null(),
                        text(column.not_null ? "" : "YES"), text("BTREE"), text(""), text("")});
    }
  };
  add("PRIMARY", true, table.primary_key);
  for (const IndexDef& index : table.indexes) add(index.name, index.unique, index.columns);
  return outcome;
}

Outcome show_table_status(Store& store, const Catalogue::Tables& tables,
                          const std::string& pattern) {
  Outcome outcome = table_of({"Name", "Engine", "Version", "Row_format", "Rows", "Avg_row_length",
                              "Data_length", "Collation", "Comment"});
  for (const auto& [name, table] : tables) {
    if (!is_like(name, pattern)) continue;
    Query count = store.reader().prepare("SELECT COUNT(*) FROM " + table->from);
    const std::int64_t rows = count.next() ? count.whole(0) : 0;
    constexpr std::int64_t row_length = 100;
    add_row(outcome, {text(name), text("InnoDB"), Value::of_int(10), text("Dynamic"),
                      Value::of_int(rows), Value::of_int(row_length),
                      Value::of_int(rows * row_length), text("utf8mb4_bin"), text("")});
  }
  return outcome;
}

}  // namespace

Outcome Engine::Impl::show(Session& session, std::string_view sql) {
  Tokens tokens(sql);
  if (tokens.accept_word("describe")) {
    const sql::TableName name = sql::parse_table_name(tokens);
    return show_columns(*catalogue.table(name, session.db));
  }
  tokens.expect_word("show");
  const bool full = tokens.accept_word("full");
  if (!tokens.accept_word("global")) tokens.accept_word("session");
  for (const std::string_view word : {"variables", "status", "warnings", "master", "binary"}) {
    if (tokens.at_word(word)) return show_server(session, tokens);
  }
  return show_schema(session, tokens, full);
}

Outcome Engine::Impl::show_schema(Session& session, Tokens& tokens, bool full) {
  const std::string word = sql::to_lower(tokens.take().raw);
  if (word == "databases" || word == "schemas") {
    const std::string pattern = parse_like(tokens);
    Outcome outcome =
        table_of({pattern == "%" ? "Database" : fmt::format("Database ({})", pattern)});
    for (const auto& [db, tables] : catalogue.databases()) {
      if (is_like(db, pattern)) add_row(outcome, {text(db)});
    }
    return outcome;
  }
  if (word == "tables") {
    const std::string db = parse_from_db(tokens, session.db);
    return show_tables(db, full, parse_like(tokens));
  }
  if (word == "table") {
    tokens.expect_word("status");
    const std::string db = parse_from_db(tokens, session.db);
    return show_table_status(store, catalogue.database(db), parse_like(tokens));
  }
  if (word == "columns" || word == "fields") {
    return show_columns(*catalogue.table(parse_from_table(tokens), session.db));
  }
  if (word == "index" || word == "indexes" || word == "keys") {
    const sql::TableName name = parse_from_table(tokens);
    if (catalogue.find_view(name, session.db)) return show_index(Table(TableDef()));
    return show_index(*catalogue.table(name, session.db));
  }
  if (word == "create") return show_create(session, tokens);
  throw sql_error(1235, fmt::format("SHOW {} is not supported", word));
}

Outcome Engine::Impl::show_tables(const std::string& db, bool full, const std::string& pattern) {
  std::map<std::string_view, std::string_view> kinds;
  for (const auto& [name, table] : catalogue.database(db)) kinds[name] = "BASE TABLE";
  if (const auto* views = catalogue.views(db)) {
    for (const auto& [name, view] : *views) kinds[name] = "VIEW";
  }
  Outcome outcome = table_of({"Tables_in_" + db});
  if (full) outcome.result.fields.emplace_back("Table_type", Type::varchar);
  for (const auto& [name, kind] : kinds) {
    if (!is_like(std::string(name), pattern)) continue;
    Row row{text(std::string(name))};
    if (full) row.push_back(text(std::string(kind)));
    add_row(outcome, std::move(row));
  }
  return outcome;
}

Outcome Engine::Impl::show_create(Session& session, Tokens& tokens) {
  if (tokens.accept_word("database")) {
    const std::string db = tokens.expect_name();
    catalogue.database(db);
    Outcome outcome = table_of({"Database", "Create Database"});
    add_row(outcome, {text(db), text(fmt::format("CREATE DATABASE `{}` /*!40100 DEFAULT CHARACTER "
                                                 "SET utf8mb4 COLLATE utf8mb4_bin */",
                                                 db))});
    return outcome;
  }
  if (!tokens.accept_word("view")) tokens.expect_word("table");
  const sql::TableName name = sql::parse_table_name(tokens);
  if (const ViewPtr view = catalogue.find_view(name, session.db)) {
    Outcome outcome =
        table_of({"View", "Create View", "character_set_client", "collation_connection"});
    add_row(outcome, {text(view->name.name), text(create_view_text(*view)), text("utf8mb4"),
                      text("utf8mb4_bin")});
    return outcome;
  }
  const TablePtr table = catalogue.table(name, session.db);
  Outcome outcome = table_of({"Table", "Create Table"});
  add_row(outcome, {text(table->name), text(create_table_text(*table))});
  return outcome;
}

Outcome Engine::Impl::show_server(Session& session, Tokens& tokens) {
  if (tokens.accept_word("warnings")) return table_of({"Level", "Code", "Message"});
  if (auto log = show_log(tokens)) return *std::move(log);
  const bool variables = tokens.accept_word("variables");
  if (!variables) tokens.expect_word("status");
  const std::string pattern = parse_like(tokens);
  Outcome outcome = table_of({"Variable_name", "Value"});
  if (variables) {
    for (const auto& [name, value] : all_variables(session)) {
      if (is_like(name, pattern)) add_row(outcome, {text(name), text(value.text())});
    }
    return outcome;
  }
  const std::string name = "Binlog_snapshot_gtid_executed";
  if (session.snapshot && is_like(name, pattern)) {
    add_row(outcome, {text(name), text(to_string(session.snapshot_position))});
  }
  for (const auto& [own, value] : status) {
    if (is_like(own, pattern)) add_row(outcome, {text(own), text(value)});
  }
  return outcome;
}

}  // namespace shardlab::fakes::mysql

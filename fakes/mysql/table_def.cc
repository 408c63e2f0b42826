#include "fakes/mysql/table_def.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

#include "core/sql/lexer.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

std::string quoted(std::string_view name, char quote) {
  std::string out(1, quote);
  for (const char c : name) {
    out += c;
    if (c == quote) out += c;
  }
  out += quote;
  return out;
}

std::string_view base_name(Type type) {
  switch (type) {
    case Type::int8:
    case Type::uint8: return "tinyint";
    case Type::int16:
    case Type::uint16: return "smallint";
    case Type::int24:
    case Type::uint24: return "mediumint";
    case Type::int32:
    case Type::uint32: return "int";
    case Type::int64:
    case Type::uint64: return "bigint";
    case Type::float32: return "float";
    case Type::float64: return "double";
    case Type::decimal: return "decimal";
    case Type::timestamp: return "timestamp";
    case Type::date: return "date";
    case Type::time: return "time";
    case Type::datetime: return "datetime";
    case Type::year: return "year";
    case Type::text: return "text";
    case Type::blob: return "blob";
    case Type::varchar: return "varchar";
    case Type::varbinary: return "varbinary";
    case Type::char_: return "char";
    case Type::binary: return "binary";
    case Type::bit: return "bit";
    default: return "?";
  }
}

std::string sized_name(const ColumnType& type) {
  constexpr std::uint32_t tiny = 255, plain = 65535, medium = 16777215;
  const std::string_view prefix = type.length == tiny     ? "tiny"
                                  : type.length == plain  ? ""
                                  : type.length == medium ? "medium"
                                                          : "long";
  return fmt::format("{}{}", prefix, base_name(type.type));
}

std::string default_text(const ColumnDef& column) {
  if (column.default_now) return " DEFAULT current_timestamp()";
  if (column.default_value && !column.default_value->is_null()) {
    return " DEFAULT " + column.default_value->sql_literal();
  }
  const bool has_implicit_null = !column.not_null;
  return column.default_value || has_implicit_null ? " DEFAULT NULL" : "";
}

std::string column_list(const TableDef& table, const std::vector<std::size_t>& columns) {
  std::string list;
  for (const std::size_t column : columns) {
    if (!list.empty()) list += ",";
    list += quoted(table.columns[column].name, '`');
  }
  return list;
}

std::string sqlite_column_list(const std::vector<std::size_t>& columns) {
  std::string list;
  for (const std::size_t column : columns)
    list += fmt::format("{}c{}", list.empty() ? "" : ",", column);
  return list;
}

std::string_view stored_mark(const TableDef& table, std::size_t column) {
  return table.is_key_text(column) ? "CAST(? AS TEXT)" : "?";
}

std::string assignments(const TableDef& table, const std::vector<std::size_t>& columns) {
  std::string list;
  for (const std::size_t column : columns) {
    list += fmt::format("{}c{}={}", list.empty() ? "" : ",", column, stored_mark(table, column));
  }
  return list;
}

/// A row of a table without a primary key is found by all its bytes, whatever the collations say.
std::string key_part(const TableDef& table, std::size_t column) {
  if (!table.primary_key.empty()) {
    return fmt::format("c{}={}", column, stored_mark(table, column));
  }
  return fmt::format("c{}{} IS {}", column, table.is_key_text(column) ? " COLLATE BINARY" : "",
                     stored_mark(table, column));
}

std::string collation_text(const ColumnDef& column) {
  if (!column.own_collation) return "";
  return fmt::format(" CHARACTER SET utf8mb4 COLLATE {}", to_string(column.type.collation));
}

std::string labels_text(const std::vector<std::string>& labels) {
  std::string list;
  for (const std::string& label : labels) {
    list += (list.empty() ? "" : ",") + quoted(label, '\'');
  }
  return list;
}

std::vector<std::size_t> all_places(std::size_t count) {
  std::vector<std::size_t> places(count);
  std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

}  // namespace

Table::Table(TableDef definition) : TableDef(std::move(definition)) {
  from = sqlite_name(stored_name());
  const std::vector<std::size_t> all = all_places(columns.size());
  columns_list = sqlite_column_list(all);
  row_key_ = primary_key.empty() ? all : primary_key;
  for (const std::size_t column : all) {
    if (std::find(row_key_.begin(), row_key_.end(), column) == row_key_.end()) {
      payload.push_back(column);
    }
  }
  std::string key;
  for (const std::size_t column : row_key_) {
    key += (key.empty() ? "" : " AND ") + key_part(*this, column);
  }
  if (primary_key.empty()) {  // of several equal rows only one is meant
    key = fmt::format("rowid=(SELECT rowid FROM {} WHERE {} LIMIT 1)", from, key);
  }
  std::string marks;
  for (const std::size_t column : all) {
    marks += column == 0 ? "" : ",";
    marks += stored_mark(*this, column);
  }
  insert_sql = fmt::format("INSERT INTO {} VALUES({})", from, marks);
  if (!payload.empty()) {
    update_sql = fmt::format("UPDATE {} SET {} WHERE {}", from, assignments(*this, payload), key);
  }
  update_all_sql = fmt::format("UPDATE {} SET {} WHERE {}", from, assignments(*this, all), key);
  stored_order = " ORDER BY " + (primary_key.empty() ? "rowid" : sqlite_column_list(primary_key));
  delete_sql = fmt::format("DELETE FROM {} WHERE {}", from, key);
}

std::optional<std::size_t> TableDef::find_column(std::string_view column) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == column) return i;
  }
  const std::string lower = sql::to_lower(column);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (sql::to_lower(columns[i].name) == lower) return i;
  }
  return std::nullopt;
}

std::size_t TableDef::column(std::string_view column_name, std::string_view clause) const {
  if (const auto found = find_column(column_name)) return *found;
  throw sql_error(1054, fmt::format("Unknown column '{}' in '{}'", column_name, clause));
}

std::size_t TableDef::key_column(std::string_view column_name) const {
  if (const auto found = find_column(column_name)) return *found;
  throw sql_error(1072, fmt::format("Key column '{}' doesn't exist in table", column_name));
}

std::optional<std::size_t> TableDef::auto_increment_column() const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].auto_increment) return i;
  }
  return std::nullopt;
}

std::string Table::compared(std::size_t column) const {
  if (!is_text(columns[column].type) || is_key_text(column)) return fmt::format("c{}", column);
  return fmt::format("CAST(c{} AS TEXT) COLLATE {}", column,
                     to_string(columns[column].type.collation));
}

bool TableDef::is_key_text(std::size_t column) const {
  if (!is_text(columns[column].type)) return false;
  const auto holds = [&](const std::vector<std::size_t>& key) {
    return std::find(key.begin(), key.end(), column) != key.end();
  };
  return holds(primary_key) || std::any_of(indexes.begin(), indexes.end(),
                                           [&](const auto& index) { return holds(index.columns); });
}

void TableDef::sort_indexes() {
  const auto rank = [&](const IndexDef& index) {
    if (!index.unique) return 2;
    return std::all_of(index.columns.begin(), index.columns.end(),
                       [&](std::size_t column) { return columns[column].not_null; })
               ? 0
               : 1;
  };
  std::stable_sort(
      indexes.begin(), indexes.end(),
      [&](const IndexDef& left, const IndexDef& right) { return rank(left) < rank(right); });
}

std::string type_text(const ColumnType& type) {
  if (type.type == Type::year) return "year(4)";
  if (is_integer(type.type)) {
    return fmt::format("{}({}){}", base_name(type.type), type.width,
                       is_unsigned_integer(type.type) ? " unsigned" : "");
  }
  switch (type.type) {
    case Type::decimal:
      return fmt::format("decimal({},{}){}", type.length, type.scale,
                         type.is_unsigned ? " unsigned" : "");
    case Type::enum_: return fmt::format("enum({})", labels_text(type.labels));
    case Type::bit: return fmt::format("bit({})", type.length);
    case Type::text:
    case Type::blob: return sized_name(type);
    case Type::varchar:
    case Type::varbinary:
    case Type::char_:
    case Type::binary: return fmt::format("{}({})", base_name(type.type), type.length);
    case Type::datetime:
    case Type::timestamp:
      if (type.scale > 0) return fmt::format("{}({})", base_name(type.type), type.scale);
      break;
    default: break;
  }
  return fmt::format("{}{}", base_name(type.type), type.is_unsigned ? " unsigned" : "");
}

std::string create_table_text(const TableDef& table) {
  std::string text = "CREATE TABLE " + quoted(table.name, '`') + " (";
  std::string separator = "\n  ";
  for (const ColumnDef& column : table.columns) {
    const bool shows_null = column.type.type == Type::timestamp && !column.not_null;
    text += fmt::format("{}{} {}{}{}{}{}", separator, quoted(column.name, '`'),
                        type_text(column.type), collation_text(column),
                        column.not_null ? " NOT NULL"
                        : shows_null    ? " NULL"
                                        : "",
                        default_text(column), column.auto_increment ? " AUTO_INCREMENT" : "");
    separator = ",\n  ";
  }
  if (!table.primary_key.empty()) {
    text += fmt::format(",\n  PRIMARY KEY ({})", column_list(table, table.primary_key));
  }
  for (const IndexDef& index : table.indexes) {
    text += fmt::format(",\n  {}KEY {} ({})", index.unique ? "UNIQUE " : "",
                        quoted(index.name, '`'), column_list(table, index.columns));
  }
  return text + fmt::format("\n) ENGINE=InnoDB DEFAULT CHARSET={} COLLATE={}",
                            table.collation == Collation::binary ? "binary" : "utf8mb4",
                            to_string(table.collation));
}

namespace {

std::string sqlite_create_table(const TableDef& table, std::string_view schema) {
  std::string create = fmt::format("CREATE TABLE {}{}(", schema, sqlite_name(table.stored_name()));
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    create += fmt::format("{}c{}", i == 0 ? "" : ",", i);
    if (table.is_key_text(i)) {
      create += fmt::format(" COLLATE {}", to_string(table.columns[i].type.collation));
    }
  }
  if (!table.primary_key.empty()) {
    create += fmt::format(",PRIMARY KEY({})) WITHOUT ROWID", sqlite_column_list(table.primary_key));
  } else {
    create += ")";
  }
  return create;
}

}  // namespace

std::string sqlite_create_view_copy(const TableDef& table) {
  return sqlite_create_table(table, "temp.");
}

std::vector<std::string> sqlite_create_statements(const TableDef& table) {
  std::vector<std::string> statements{sqlite_create_table(table, "")};
  for (const IndexDef& index : table.indexes) {
    statements.push_back(fmt::format("CREATE {}INDEX {} ON {}({})", index.unique ? "UNIQUE " : "",
                                     sqlite_name(table.stored_name() + "#" + index.name),
                                     sqlite_name(table.stored_name()),
                                     sqlite_column_list(index.columns)));
  }
  return statements;
}

std::string sqlite_name(std::string_view name) { return quoted(name, '"'); }

}  // namespace shardlab::fakes::mysql

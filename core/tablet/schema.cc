#include "core/tablet/schema.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <regex>

namespace shardlab::tablet {
namespace {

std::size_t column_index(const QueryResult& result, std::string_view name) {
  for (std::size_t i = 0; i < result.fields.size(); ++i) {
    if (result.fields[i].name == name) return i;
  }
  throw Error(Errc::corrupt, fmt::format("the server's answer has no column {}", name));
}

std::uint64_t to_uint64(const std::string& text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Task<> read_primary_key(MysqlConnection& connection, std::string name,
                        tabletmanagerdata::TableDefinition& table) {
  auto indexes = co_await connection.query("SHOW INDEX FROM " + name);
  if (indexes.rows.empty()) co_return;
  const std::size_t key = column_index(indexes, "Key_name");
  const std::size_t sequence = column_index(indexes, "Seq_in_index");
  const std::size_t column = column_index(indexes, "Column_name");
  std::map<std::uint64_t, std::string> by_position;
  for (const Row& row : indexes.rows) {
    if (row[key].text() == "PRIMARY") {
      by_position[to_uint64(row[sequence].text())] = row[column].text();
    }
  }
  for (const auto& [position, primary] : by_position) table.add_primary_key_columns(primary);
}

Task<tabletmanagerdata::TableDefinition> read_table(MysqlConnection& connection,
                                                    std::string database, std::string table,
                                                    std::string type) {
  const std::string name = fmt::format("`{}`.`{}`", database, table);
  tabletmanagerdata::TableDefinition definition;
  definition.set_name(table);
  definition.set_type(type);
  auto create = co_await connection.query("SHOW CREATE TABLE " + name);
  definition.set_schema(create.rows.at(0).at(1).text());
  auto fields = co_await connection.query("SELECT * FROM " + name + " LIMIT 0");
  for (const Field& field : fields.fields) {
    auto& column = *definition.add_columns();
    column.set_name(field.name);
    column.set_type(static_cast<std::int32_t>(field.type));
  }
  co_await read_primary_key(connection, name, definition);
  co_return definition;
}

}  // namespace

bool matches_any(const std::vector<std::string>& filters, const std::string& table) {
  return std::any_of(filters.begin(), filters.end(), [&](const std::string& filter) {
    if (filter.size() > 1 && filter.front() == '/' && filter.back() == '/') {
      return std::regex_search(table, std::regex(filter.substr(1, filter.size() - 2)));
    }
    return filter == table;
  });
}

Task<tabletmanagerdata::SchemaDefinition> read_schema(MysqlConnection& connection,
                                                      std::string database,
                                                      tabletmanagerdata::GetSchemaRequest request) {
  const std::vector<std::string> wanted(request.tables().begin(), request.tables().end());
  const std::vector<std::string> excluded(request.exclude_tables().begin(),
                                          request.exclude_tables().end());
  tabletmanagerdata::SchemaDefinition schema;
  schema.set_database_schema("CREATE DATABASE IF NOT EXISTS `{{.DatabaseName}}`");
  auto tables = co_await connection.query("SHOW FULL TABLES FROM `" + database + "`");
  auto status = co_await connection.query("SHOW TABLE STATUS FROM `" + database + "`");
  std::map<std::string, std::uint64_t> estimates;
  if (!status.rows.empty()) {
    const std::size_t name = column_index(status, "Name");
    const std::size_t rows = column_index(status, "Rows");
    for (const Row& row : status.rows) estimates[row[name].text()] = to_uint64(row[rows].text());
  }
  for (const Row& row : tables.rows) {
    const std::string& table = row.at(0).text();
    if (!wanted.empty() && !matches_any(wanted, table)) continue;
    if (matches_any(excluded, table)) continue;
    auto definition = co_await read_table(connection, database, table, row.at(1).text());
    definition.set_row_count(estimates[table]);
    *schema.add_table_definitions() = std::move(definition);
  }
  co_return schema;
}

}  // namespace shardlab::tablet

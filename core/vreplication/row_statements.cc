#include "core/vreplication/row_statements.h"

#include <fmt/format.h>
#include <map>

#include "core/base/error.h"
#include "core/sql/query_proto.h"

namespace shardlab::vreplication {
namespace {

std::string where(const std::vector<Field>& fields, const Row& row) {
  std::string text;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    text += i ? " AND " : " WHERE ";
    text += fmt::format("`{}`", fields[i].name);
    if (row[i].is_null()) {
      text += " IS NULL";
    } else {
      text += "=" + row[i].sql_literal();
    }
  }
  return text;
}

std::string insert(const std::string& table, const std::vector<Field>& fields, const Row& row) {
  std::string names, values;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    names += fmt::format("{}`{}`", i ? ", " : "", fields[i].name);
    values += fmt::format("{}{}", i ? ", " : "", row[i].sql_literal());
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", table, names, values);
}

std::string update(const std::string& table, const std::vector<Field>& fields, const Row& before,
                   const Row& after) {
  std::string assignments;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    assignments += fmt::format("{}`{}`={}", i ? ", " : "", fields[i].name, after[i].sql_literal());
  }
  return fmt::format("UPDATE {} SET {}{}", table, assignments, where(fields, before));
}

}  // namespace

std::vector<std::string> row_statements(const std::string& database,
                                        const binlogdata::StreamKeyRangeResponse& transaction) {
  std::map<std::string, std::vector<Field>> fields;
  for (const auto& table : transaction.tables()) {
    for (const auto& field : table.fields())
      fields[table.table()].push_back(sql::from_proto(field));
  }
  std::vector<std::string> statements;
  for (const auto& change : transaction.changes()) {
    const auto known = fields.find(change.table());
    if (known == fields.end()) throw Error(Errc::corrupt, "no fields for table " + change.table());
    const std::string table = fmt::format("`{}`.`{}`", database, change.table());
    Row before, after;
    if (change.has_before()) before = sql::from_proto(change.before(), known->second);
    if (change.has_after()) after = sql::from_proto(change.after(), known->second);
    if (change.has_before() && change.has_after()) {
      statements.push_back(update(table, known->second, before, after));
    } else if (change.has_after()) {
      statements.push_back(insert(table, known->second, after));
    } else {
      statements.push_back(fmt::format("DELETE FROM {}{}", table, where(known->second, before)));
    }
  }
  return statements;
}

}  // namespace shardlab::vreplication

#include "core/worker/statements.h"

#include <utility>

#include "core/base/error.h"
#include "core/worker/sql_text.h"

namespace shardlab::worker {
namespace {

void append_table(std::string& out, const StatementTable& table) {
  append_identifier(out, table.db);
  out += '.';
  append_identifier(out, table.table);
}

void append_assignments(std::string& out, const StatementTable& table, const Row& row,
                        std::size_t from, std::size_t to, const char* separator) {
  for (std::size_t i = from; i < to; ++i) {
    if (i > from) out += separator;
    append_identifier(out, table.columns[i]);
    out += '=';
    append_literal(out, row[i]);
  }
}

std::string statement_head(ActionKind kind, const StatementTable& table) {
  std::string sql;
  switch (kind) {
    case ActionKind::insert:
      sql = "INSERT INTO ";
      append_table(sql, table);
      sql += " (";
      append_identifiers(sql, table.columns, ", ");
      sql += ") VALUES ";
      break;
    case ActionKind::update:
      sql = "UPDATE ";
      append_table(sql, table);
      sql += " SET ";
      break;
    case ActionKind::delete_:
      sql = "DELETE FROM ";
      append_table(sql, table);
      sql += " WHERE ";
      break;
  }
  return sql;
}

void append_values(std::string& sql, const Row& row) {
  sql += '(';
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) sql += ',';
    append_literal(sql, row[i]);
  }
  sql += ')';
}

void append_row(std::string& sql, ActionKind kind, const StatementTable& table, const Row& row,
                bool first) {
  check(row.size() == table.columns.size(), "a row has the columns of its table");
  const std::size_t keys = table.primary_key_columns;
  switch (kind) {
    case ActionKind::insert:
      if (!first) sql += ',';
      append_values(sql, row);
      break;
    case ActionKind::update:
      append_assignments(sql, table, row, keys == row.size() ? 0 : keys, row.size(), ",");
      sql += " WHERE ";
      append_assignments(sql, table, row, 0, keys, " AND ");
      break;
    case ActionKind::delete_:
      sql += first ? "(" : " OR (";
      append_assignments(sql, table, row, 0, keys, " AND ");
      sql += ')';
      break;
  }
}

std::string whole_statement(ActionKind kind, const StatementTable& table,
                            const std::vector<Row>& rows) {
  check(kind == ActionKind::insert || table.primary_key_columns > 0,
        "rows are updated and deleted by their primary key");
  std::string sql = statement_head(kind, table);
  for (std::size_t i = 0; i < rows.size(); ++i) append_row(sql, kind, table, rows[i], i == 0);
  return sql;
}

}  // namespace

std::string insert_statement(const StatementTable& table, const std::vector<Row>& rows) {
  return whole_statement(ActionKind::insert, table, rows);
}

std::string update_statement(const StatementTable& table, const Row& row) {
  return whole_statement(ActionKind::update, table, {row});
}

std::string delete_statement(const StatementTable& table, const std::vector<Row>& rows) {
  return whole_statement(ActionKind::delete_, table, rows);
}

StatementBatcher::StatementBatcher(ActionKind kind, StatementTable table, std::size_t max_rows,
                                   std::size_t max_size)
    : kind_(kind), table_(std::move(table)), max_rows_(max_rows), max_size_(max_size) {
  check(kind == ActionKind::insert || table_.primary_key_columns > 0,
        "rows are updated and deleted by their primary key");
}

std::optional<Statement> StatementBatcher::add(const Row& row) {
  if (rows_ == 0) sql_ = statement_head(kind_, table_);
  append_row(sql_, kind_, table_, row, rows_ == 0);
  ++rows_;
  const bool full = kind_ == ActionKind::update || rows_ >= max_rows_ || sql_.size() >= max_size_;
  return full ? flush() : std::nullopt;
}

std::optional<Statement> StatementBatcher::flush() {
  if (rows_ == 0) return std::nullopt;
  return Statement(std::exchange(sql_, {}), std::exchange(rows_, 0));
}

}  // namespace shardlab::worker

#include <algorithm>
#include <fmt/format.h>

#include "fakes/mysql/engine_impl.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

using sql::Expr;

std::vector<std::size_t> target_columns(const Table& table, const sql::Insert& statement) {
  std::vector<std::size_t> columns;
  if (statement.columns.empty()) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) columns.push_back(i);
    return columns;
  }
  for (const std::string& name : statement.columns) {
    const std::size_t column = table.column(name, "field list");
    if (std::find(columns.begin(), columns.end(), column) != columns.end()) {
      throw sql_error(1110, fmt::format("Column '{}' specified twice", name));
    }
    columns.push_back(column);
  }
  return columns;
}

void require_not_null(const Table& table, const Cells& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (is_null(row[i]) && table.columns[i].not_null) {
      throw sql_error(1048, fmt::format("Column '{}' cannot be null", table.columns[i].name));
    }
  }
}

std::string key_condition(const std::vector<std::size_t>& columns) {
  std::string condition;
  for (const std::size_t column : columns) {
    condition += fmt::format("{}c{}=?", condition.empty() ? "" : " AND ", column);
  }
  return condition;
}

Cells cells_of(const Cells& row, const std::vector<std::size_t>& columns) {
  Cells cells;
  for (const std::size_t column : columns) cells.push_back(row[column]);
  return cells;
}

std::string entry_text(const Table& table, const Cells& row,
                       const std::vector<std::size_t>& columns) {
  std::string text;
  for (const std::size_t column : columns) {
    if (!text.empty()) text += '-';
    text += to_value(table.columns[column].type, row[column]).text();
  }
  return text;
}

}  // namespace

Outcome Engine::Impl::insert(Session& session, const sql::Insert& statement) {
  WriteScope scope(*this, session);
  const TablePtr table = catalogue.table(statement.table, session.db);
  const std::vector<std::size_t> columns = target_columns(*table, statement);
  Outcome outcome;
  session.changes.reserve(session.changes.size() + statement.rows.size());
  for (std::size_t i = 0; i < statement.rows.size(); ++i) {
    Cells row = make_row(session, *table, columns, statement.rows[i], i + 1, outcome);
    outcome.result.rows_affected += insert_row(session, table, std::move(row), statement);
  }
  scope.keep(outcome);
  outcome.result.insert_id = outcome.insert_id;
  if (outcome.insert_id != 0) session.last_insert_id = outcome.insert_id;
  return outcome;
}

Cell Engine::Impl::default_cell(const Table& table, std::size_t column, std::size_t row_number) {
  const ColumnDef& definition = table.columns[column];
  const CellPlace place{definition.name, row_number};
  if (definition.default_now) {
    Expr now(Expr::Kind::function);
    now.name = "now";
    return to_cell(definition.type, function(sessions.at(applier), now), place);
  }
  if (definition.default_value) return to_cell(definition.type, *definition.default_value, place);
  if (definition.not_null && !definition.auto_increment) {
    throw sql_error(1364, fmt::format("Field '{}' doesn't have a default value", definition.name));
  }
  return {};
}

Cells Engine::Impl::make_row(Session& session, const Table& table,
                             const std::vector<std::size_t>& columns, const std::vector<Expr>& row,
                             std::size_t number, Outcome& outcome) {
  if (row.size() != columns.size()) {
    throw sql_error(1136, fmt::format("Column count doesn't match value count at row {}", number));
  }
  Cells cells(table.columns.size());
  std::vector<bool> given(columns.size() == cells.size() ? 0 : cells.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t column = columns[i];
    const ColumnDef& definition = table.columns[column];
    if (!given.empty()) given[column] = true;
    if (row[i].kind == Expr::Kind::literal) {
      cells[column] = to_cell(definition.type, row[i].value, {definition.name, number});
    } else if (row[i].kind == Expr::Kind::default_value) {
      cells[column] = default_cell(table, column, number);
    } else {
      cells[column] =
          to_cell(definition.type, evaluate(row[i], lookup(session)), {definition.name, number});
    }
  }
  for (std::size_t column = 0; column < given.size(); ++column) {
    if (!given[column]) cells[column] = default_cell(table, column, number);
  }
  fill_auto_increment(table, cells, outcome);
  require_not_null(table, cells);
  return cells;
}

std::size_t Engine::Impl::insert_row(Session& session, const TablePtr& table, Cells row,
                                     const sql::Insert& statement) {
  lock_row(session, *table, row);
  if (statement.replace) return replace_row(session, table, std::move(row));
  Change change{table, std::nullopt, std::move(row)};
  if (store.apply(change) == ApplyEnd::duplicate) {
    if (statement.ignore) return 0;
    throw_duplicate(*table, *change.after, nullptr);
  }
  session.changes.push_back(std::move(change));
  return 1;
}

std::size_t Engine::Impl::replace_row(Session& session, const TablePtr& table, Cells row) {
  std::size_t affected = 1;
  while (auto duplicate = find_duplicate(*table, row, nullptr)) {
    lock_row(session, *table, duplicate->row);
    if (duplicate->row == row) return affected;
    change_row(session, Change{table, std::move(duplicate->row), std::nullopt});
    ++affected;
  }
  change_row(session, Change{table, std::nullopt, std::move(row)});
  return affected;
}

void Engine::Impl::change_row(Session& session, Change change) {
  switch (store.apply(change)) {
    case ApplyEnd::done: break;
    case ApplyEnd::missing: check(false, "a row found by the statement is gone"); break;
    case ApplyEnd::duplicate:
      throw_duplicate(*change.table, *change.after, change.before ? &*change.before : nullptr);
  }
  session.changes.push_back(std::move(change));
}

Outcome Engine::Impl::update(Session& session, sql::Update statement) {
  WriteScope scope(*this, session);
  const TablePtr table = catalogue.table(statement.table, session.db);
  if (statement.where) fold_constants(*statement.where, lookup(session));
  std::vector<Cells> rows =
      matching_rows(session, *table, statement.where, statement.order_by, statement.limit);
  Outcome outcome;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Cells after = updated_row(session, *table, statement, rows[i], i + 1);
    if (after == rows[i]) continue;
    lock_row(session, *table, rows[i]);
    lock_row(session, *table, after);
    change_row(session, Change{table, std::move(rows[i]), std::move(after)});
    ++outcome.result.rows_affected;
  }
  scope.keep(outcome);
  return outcome;
}

/// Assignments happen from left to right; a later one sees the earlier ones.
Cells Engine::Impl::updated_row(Session& session, const Table& table, const sql::Update& statement,
                                const Cells& before, std::size_t number) {
  Cells after = before;
  const Lookup outer = lookup(session);
  const Lookup values = [&](const Expr& expr) {
    if (expr.kind != Expr::Kind::column) return outer(expr);
    const std::size_t column = resolve_column(expr, table, "", "field list");
    return to_value(table.columns[column].type, after[column]);
  };
  for (const sql::Assignment& assignment : statement.assignments) {
    const std::size_t column = table.column(assignment.column, "field list");
    const ColumnDef& definition = table.columns[column];
    if (assignment.value.kind == Expr::Kind::default_value) {
      after[column] = default_cell(table, column, number);
      continue;
    }
    const Value value = evaluate(assignment.value, values);
    after[column] = to_cell(definition.type, value, {definition.name, number});
  }
  require_not_null(table, after);
  return after;
}

Outcome Engine::Impl::remove(Session& session, sql::Delete statement) {
  WriteScope scope(*this, session);
  const TablePtr table = catalogue.table(statement.table, session.db);
  if (statement.where) fold_constants(*statement.where, lookup(session));
  std::vector<Cells> rows =
      matching_rows(session, *table, statement.where, statement.order_by, statement.limit);
  Outcome outcome;
  for (Cells& row : rows) {
    lock_row(session, *table, row);
    change_row(session, Change{table, std::move(row), std::nullopt});
    ++outcome.result.rows_affected;
  }
  scope.keep(outcome);
  return outcome;
}

std::optional<Engine::Impl::Duplicate> Engine::Impl::find_duplicate(const Table& table,
                                                                    const Cells& row,
                                                                    const Cells* before) {
  const auto find = [&](const std::string& key,
                        const std::vector<std::size_t>& columns) -> std::optional<Duplicate> {
    const Cells cells = cells_of(row, columns);
    if (cells.empty() || std::any_of(cells.begin(), cells.end(), is_null)) return std::nullopt;
    Query query = store.writer().prepare(fmt::format(
        "SELECT {} FROM {} WHERE {}", table.columns_list, table.from, key_condition(columns)));
    query.bind(cells);
    if (!query.next()) return std::nullopt;
    Duplicate duplicate;
    for (int i = 0; i < query.columns(); ++i) duplicate.row.push_back(query.cell(i));
    if (before && duplicate.row == *before) return std::nullopt;
    duplicate.key = key;
    duplicate.entry = entry_text(table, row, columns);
    return duplicate;
  };
  if (auto duplicate = find("PRIMARY", table.primary_key)) return duplicate;
  for (const IndexDef& index : table.indexes) {
    if (!index.unique) continue;
    if (auto duplicate = find(index.name, index.columns)) return duplicate;
  }
  return std::nullopt;
}

void Engine::Impl::throw_duplicate(const Table& table, const Cells& row, const Cells* before) {
  const auto duplicate = find_duplicate(table, row, before);
  check(duplicate.has_value(), "a uniqueness constraint failed without a duplicate");
  throw sql_error(
      1062, fmt::format("Duplicate entry '{}' for key '{}'", duplicate->entry, duplicate->key));
}

std::uint64_t Engine::Impl::next_auto_increment(const Table& table, std::size_t column) {
  const auto found = auto_increments.find(table.stored_name());
  if (found != auto_increments.end()) return found->second;
  Query query = store.writer().prepare(fmt::format("SELECT MAX(c{}) FROM {}", column, table.from));
  std::uint64_t next = 1;
  if (query.next() && !query.is_null(0)) {
    const Value newest = integer_to_value(table.columns[column].type, query.whole(0));
    const CutNumber number = cut_number(newest.text(), 0);
    if (number.floor > 0) next = static_cast<std::uint64_t>(number.floor) + 1;
  }
  auto_increments[table.stored_name()] = next;
  return next;
}

void Engine::Impl::note_auto_increment(const Table& table, const Cells& row) {
  const auto column = table.auto_increment_column();
  if (!column) return;
  const Value value = to_value(table.columns[*column].type, row[*column]);
  const CutNumber number = cut_number(value.text(), 0);
  const std::uint64_t next = next_auto_increment(table, *column);
  if (number.floor >= static_cast<Int128>(next)) {
    auto_increments[table.stored_name()] = static_cast<std::uint64_t>(number.floor) + 1;
  }
}

void Engine::Impl::fill_auto_increment(const Table& table, Cells& row, Outcome& outcome) {
  const auto column = table.auto_increment_column();
  if (!column) return;
  const ColumnDef& definition = table.columns[*column];
  const bool wanted =
      is_null(row[*column]) || to_value(definition.type, row[*column]).text() == "0";
  if (wanted) {
    const std::uint64_t next = next_auto_increment(table, *column);
    row[*column] = to_cell(definition.type, Value::of_uint(next), {definition.name, 1});
    if (outcome.insert_id == 0) outcome.insert_id = next;
  }
  note_auto_increment(table, row);
}

}  // namespace shardlab::fakes::mysql

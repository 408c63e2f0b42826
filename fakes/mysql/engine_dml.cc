#include <algorithm>
#include <fmt/format.h>

#include "fakes/mysql/engine_impl.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

using sql::Expr;

bool is_values_call(const Expr& expr) {
  return expr.kind == Expr::Kind::function && sql::is_keyword(expr.name, "values") &&
         expr.args.size() == 1 && expr.args[0].kind == Expr::Kind::column;
}

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

[[noreturn]] void throw_null(const ColumnDef& column) {
  throw sql_error(1048, fmt::format("Column '{}' cannot be null", column.name));
}

void require_not_null(const Table& table, const Cells& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (is_null(row[i]) && table.columns[i].not_null) throw_null(table.columns[i]);
  }
}

/// Unknown columns are an error whether there are rows or not.
void require_columns(const Table& table, const Expr& expr) {
  if (expr.kind == Expr::Kind::column) resolve_column(expr, table, "", "field list");
  for (const Expr& arg : expr.args) require_columns(table, arg);
}

void require_columns(const Table& table, const sql::Assignment& assignment) {
  table.column(assignment.column, "field list");
  require_columns(table, assignment.value);
}

std::string key_condition(const Table& table, const std::vector<std::size_t>& columns) {
  std::string condition;
  for (const std::size_t column : columns) {
    condition += fmt::format("{}c{}={}", condition.empty() ? "" : " AND ", column,
                             table.compared_mark(column));
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
  for (const sql::Assignment& assignment : statement.on_duplicate) {
    require_columns(*table, assignment);
  }
  const std::vector<std::size_t> none;
  reserved = ReservedNumbers{.all_rows = statement.rows.size()};
  Cells row;
  for (std::size_t i = 0; i < statement.rows.size(); ++i) {
    const bool all_defaults = statement.rows[i].empty() && statement.columns.empty();
    row = make_row(session, *table, all_defaults ? none : columns, statement.rows[i], i + 1);
    const std::size_t affected = insert_row(session, table, row, statement);
    outcome.result.rows_affected += affected;
    const bool inserted = affected == 1 || statement.replace;
    if (inserted && outcome.insert_id == 0) outcome.insert_id = reserved.given;
    if (!inserted && reserved.given != 0) reserved.next = reserved.given;  // for the next row
    if (affected > 0) note_auto_increment(*table, row);
    if (!inserted && affected > 0) pass_reserved(auto_increment_of(*table, row));
  }
  scope.keep(outcome);
  outcome.result.insert_id = outcome.insert_id;
  if (outcome.insert_id != 0) session.last_insert_id = outcome.insert_id;
  if (outcome.insert_id == 0 && outcome.result.rows_affected > 0) {
    outcome.result.insert_id = auto_increment_of(*table, row);
  }
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
                             std::size_t number) {
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
    if (is_null(cells[column]) && definition.not_null && !definition.auto_increment) {
      throw_null(definition);
    }
  }
  for (std::size_t column = 0; column < given.size(); ++column) {
    if (!given[column]) cells[column] = default_cell(table, column, number);
  }
  fill_auto_increment(table, cells);
  require_not_null(table, cells);
  return cells;
}

/// `row` becomes what the table holds in the end, as far as its number counts.
std::size_t Engine::Impl::insert_row(Session& session, const TablePtr& table, Cells& row,
                                     const sql::Insert& statement) {
  lock_row(session, *table, row);
  if (statement.replace) return replace_row(session, table, row);
  Change change{table, std::nullopt, std::move(row)};
  if (store.apply(change) == ApplyEnd::duplicate) {
    row = *std::move(change.after);
    if (!statement.on_duplicate.empty()) {
      return update_duplicate(session, table, row, statement);
    }
    if (statement.ignore) return 0;
    throw_duplicate(*table, row, nullptr);
  }
  if (table->auto_increment_column()) row = *change.after;
  session.changes.push_back(std::move(change));
  return 1;
}

/// The row in the way is updated: counts 2, or 0 when that changes nothing.
std::size_t Engine::Impl::update_duplicate(Session& session, const TablePtr& table, Cells& row,
                                           const sql::Insert& statement) {
  auto duplicate = find_duplicate(*table, row, nullptr);
  check(duplicate.has_value(), "a uniqueness constraint failed without a duplicate");
  lock_row(session, *table, duplicate->row);
  Cells after = assigned_row(session, *table, statement.on_duplicate, duplicate->row, 1, &row);
  row = after;
  if (after == duplicate->row) return 0;
  lock_row(session, *table, after);
  change_row(session, Change{table, std::move(duplicate->row), std::move(after)});
  return 2;
}

std::size_t Engine::Impl::replace_row(Session& session, const TablePtr& table, Cells row) {
  std::size_t affected = 1;
  while (auto duplicate = find_duplicate(*table, row, nullptr)) {
    lock_row(session, *table, duplicate->row);
    if (duplicate->by_last_key) {  // MariaDB saves itself a delete and an insert
      if (duplicate->row == row) return affected;
      change_row(session, Change{table, std::move(duplicate->row), std::move(row)});
      return affected + 1;
    }
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
  for (const sql::Assignment& assignment : statement.assignments) {
    require_columns(*table, assignment);
  }
  if (statement.where) fold_constants(*statement.where, lookup(session));
  std::vector<Cells> rows =
      matching_rows(session, *table, statement.where, statement.order_by, statement.limit);
  Outcome outcome;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Cells after = assigned_row(session, *table, statement.assignments, rows[i], i + 1, nullptr);
    if (after == rows[i]) continue;
    lock_row(session, *table, rows[i]);
    lock_row(session, *table, after);
    note_auto_increment(*table, after);
    change_row(session, Change{table, std::move(rows[i]), std::move(after)});
    ++outcome.result.rows_affected;
  }
  scope.keep(outcome);
  return outcome;
}

/// Assignments happen from left to right; a later one sees the earlier ones. `VALUES(x)` is that of
/// the row that was to be inserted.
Cells Engine::Impl::assigned_row(Session& session, const Table& table,
                                 const std::vector<sql::Assignment>& assignments,
                                 const Cells& before, std::size_t number, const Cells* inserted) {
  Cells after = before;
  const Lookup outer = lookup(session);
  const Lookup values = [&](const Expr& expr) {
    if (inserted && is_values_call(expr)) {
      const std::size_t column = resolve_column(expr.args[0], table, "", "field list");
      return to_value(table.columns[column].type, (*inserted)[column]);
    }
    if (expr.kind != Expr::Kind::column) return outer(expr);
    const std::size_t column = resolve_column(expr, table, "", "field list");
    return to_value(table.columns[column].type, after[column]);
  };
  for (const sql::Assignment& assignment : assignments) {
    const std::size_t column = table.column(assignment.column, "field list");
    const ColumnDef& definition = table.columns[column];
    if (assignment.value.kind == Expr::Kind::default_value) {
      after[column] = default_cell(table, column, number);
      continue;
    }
    Value value = evaluate(assignment.value, values);
    if (inserted && definition.auto_increment && value.is_null()) value = Value::of_int(0);
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
    Query query =
        store.writer().prepare(fmt::format("SELECT {} FROM {} WHERE {}", table.columns_list,
                                           table.from, key_condition(table, columns)));
    query.bind(cells);
    if (!query.next()) return std::nullopt;
    Duplicate duplicate;
    for (int i = 0; i < query.columns(); ++i) duplicate.row.push_back(query.cell(i));
    if (before && duplicate.row == *before) return std::nullopt;
    duplicate.key = key;
    duplicate.entry = entry_text(table, row, columns);
    return duplicate;
  };
  const auto unique_left = [&](std::size_t from) {
    return from < table.indexes.size() && table.indexes[from].unique;  // these come first
  };
  if (auto duplicate = find("PRIMARY", table.primary_key)) {
    duplicate->by_last_key = !unique_left(0);
    return duplicate;
  }
  for (std::size_t i = 0; unique_left(i); ++i) {
    if (auto duplicate = find(table.indexes[i].name, table.indexes[i].columns)) {
      duplicate->by_last_key = !unique_left(i + 1);
      return duplicate;
    }
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
  if (query.next() && !query.at(0).is_null()) {
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

/// What a client is told that gave a value itself.
std::uint64_t Engine::Impl::auto_increment_of(const Table& table, const Cells& row) const {
  const auto column = table.auto_increment_column();
  if (!column) return 0;
  return static_cast<std::uint64_t>(
      cut_number(to_value(table.columns[*column].type, row[*column]).text(), 0).floor);
}

/// A statement reserves numbers for all its rows with the first it needs, and keeps to them until
/// an explicit one passes their end; what it does not use stays unused. As InnoDB has it with
/// `innodb_autoinc_lock_mode=1`. Source: MariaDB sql/handler.cc `update_auto_increment`,
/// storage/innobase/handler/ha_innodb.cc `get_auto_increment`.
void Engine::Impl::fill_auto_increment(const Table& table, Cells& row) {
  const auto column = table.auto_increment_column();
  reserved.given = 0;
  if (!column) return;
  const ColumnDef& definition = table.columns[*column];
  const Value written = to_value(definition.type, row[*column]);
  if (written.is_null() || written.text() == "0") {
    if (reserved.next == 0) reserved.next = next_auto_increment(table, *column);
    if (reserved.next >= reserved.end) {
      if (reserved.rows == 0) reserved.rows = reserved.all_rows;
      reserved.end = reserved.next + reserved.rows;
      raise_auto_increment(table, reserved.end);
    }
    reserved.given = reserved.next++;
    if (static_cast<Int128>(reserved.given) > stored_range(definition.type).high) {
      throw sql_error(
          167, fmt::format("Out of range value for AUTO_INCREMENT column '{}'", definition.name));
    }
    row[*column] = to_cell(definition.type, Value::of_uint(reserved.given), {definition.name, 1});
  } else {
    pass_reserved(auto_increment_of(table, row));
  }
  if (reserved.rows > 0) --reserved.rows;
}

/// The numbers that follow are greater than one that the statement itself gives.
void Engine::Impl::pass_reserved(std::uint64_t given) {
  if (reserved.next != 0 && given >= reserved.next) reserved.next = given + 1;
}

void Engine::Impl::raise_auto_increment(const Table& table, std::uint64_t next) {
  std::uint64_t& known = auto_increments[table.stored_name()];
  known = std::max(known, next);
}

}  // namespace shardlab::fakes::mysql

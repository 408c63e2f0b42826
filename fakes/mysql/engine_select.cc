#include <fmt/format.h>

#include "core/sql/printer.h"
#include "fakes/mysql/engine_impl.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

Cells read_cells(const Query& query) {
  Cells cells;
  const int count = query.columns();
  cells.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) cells.push_back(query.cell(i));
  return cells;
}

void fold_limit(std::optional<sql::Limit>& limit, const Lookup& lookup) {
  if (!limit) return;
  fold_constants(limit->count, lookup);
  if (limit->offset) fold_constants(*limit->offset, lookup);
}

}  // namespace

/// Own uncommitted rows live only in the write transaction; everybody else reads what is committed,
/// in a transaction under REPEATABLE READ what was when it first read.
Connection& Engine::Impl::reading_connection(Session& session) {
  if (session.in_transaction && session.repeatable_read && !session.snapshot) {
    take_snapshot(session);
  }
  if (!session.changes.empty()) {
    store.enter(session.id, session.changes);
    return store.writer();
  }
  return session.snapshot ? *session.snapshot : store.reader();
}

Outcome Engine::Impl::select(Session& session, sql::Select statement) {
  if (!statement.from) return select_without_table(session, statement);
  if (const ViewPtr view = catalogue.find_view(*statement.from, session.db)) {
    statement = read_through(*view, std::move(statement));
  }
  const TablePtr table = catalogue.table(*statement.from, session.db);
  const Lookup values = lookup(session);
  if (statement.where) fold_constants(*statement.where, values);
  fold_limit(statement.limit, values);
  const SelectPlan plan = plan_select(statement, *table);
  if (!session.autocommit) session.in_transaction = true;
  if (statement.for_update) {
    const KeyPins pins =
        find_pins(statement.where ? &*statement.where : nullptr, *table, statement.alias);
    lock_choices(session, *table, pins);
    if (session.changes.empty()) return read_plan(store.reader(), plan);
    store.enter(session.id, session.changes);
    return read_plan(store.writer(), plan);
  }
  Connection& connection = reading_connection(session);
  const bool others_went_on = session.snapshot && session.snapshot_commits != commits;
  if (others_went_on) require_same_definition(session, *table);
  if (others_went_on && !session.changes.empty()) return read_own_view(session, *table, plan);
  return read_plan(connection, plan);
}

Outcome Engine::Impl::read_plan(Connection& connection, const SelectPlan& plan) {
  Outcome outcome;
  outcome.result.fields = plan.fields;
  outcome.result.rows = RowList(plan.fields);
  RowWriter writer(outcome.result.rows);
  Query query = connection.prepare(plan.sql);
  query.bind(plan.binds);
  while (query.next()) plan.write_row(query, writer);
  return outcome;
}

/// The snapshot with the session's own changes over it: a copy of the table that hides the real
/// one, for this one statement. Only needed when others have committed since the snapshot.
Outcome Engine::Impl::read_own_view(Session& session, const Table& table, const SelectPlan& plan) {
  Connection& connection = *session.snapshot;
  const std::string hidden = "main." + table.from;
  const std::string copy = "temp." + table.from;
  connection.run(sqlite_create_view_copy(table));
  connection.run(fmt::format("INSERT INTO {} SELECT * FROM {}", copy, hidden));
  for (const Change& change : session.changes) {
    if (change.table->stored_name() != table.stored_name()) continue;
    // What others had changed before is replaced, whatever it was in the snapshot.
    for (const auto* image : {&change.before, &change.after}) {
      if (!*image || (image == &change.after && table.primary_key.empty())) continue;
      Cells key;
      for (const std::size_t column : table.row_key()) key.push_back((**image)[column]);
      connection.run(table.delete_sql, key);
    }
    if (change.after) connection.run(table.insert_sql, *change.after);
  }
  Outcome outcome = read_plan(connection, plan);
  connection.run("DROP TABLE " + copy);
  return outcome;
}

/// A table that was made or altered after the snapshot cannot be read from it.
void Engine::Impl::require_same_definition(Session& session, const Table& table) {
  const Cells name{table.db, table.name};
  Query query = session.snapshot->prepare("SELECT ddl FROM tables WHERE db=? AND name=?");
  query.bind(name);
  if (query.next() && query.bytes(0) == create_table_text(table)) return;
  throw sql_error(1412, "Table definition has changed, please retry transaction");
}

Outcome Engine::Impl::select_without_table(Session& session, const sql::Select& statement) {
  Outcome outcome;
  Row row;
  const Lookup values = lookup(session);
  for (const sql::SelectItem& item : statement.items) {
    if (item.expr.kind == sql::Expr::Kind::star) throw sql_error(1096, "No tables used");
    Value value = evaluate(item.expr, values);
    outcome.result.fields.emplace_back(item.title(), value.type());
    row.push_back(std::move(value));
  }
  outcome.result.rows.push_back(std::move(row));
  return outcome;
}

std::vector<Cells> Engine::Impl::matching_rows(Session& session, const Table& table,
                                               const std::optional<sql::Expr>& where,
                                               const std::vector<sql::OrderBy>& order_by,
                                               const std::optional<sql::Limit>& limit) {
  const KeyPins pins = find_pins(where ? &*where : nullptr, table, "");
  lock_choices(session, table, pins);
  std::vector<Cells> rows;
  const std::string select = fmt::format("SELECT {} FROM {}", table.columns_list, table.from);
  if (pins.names_rows() && order_by.empty() && !limit) {
    std::string sql = select;
    for (std::size_t i = 0; i < table.primary_key.size(); ++i) {
      const std::size_t column = table.primary_key[i];
      sql += fmt::format("{}c{}={}", i == 0 ? " WHERE " : " AND ", column,
                         table.compared_mark(column));
    }
    Query query = store.writer().prepare(sql);
    for (const KeyChoice& choice : pins.choices) {
      Cells key;
      for (const auto& cell : choice) key.push_back(*cell);
      query.bind(key);
      if (query.next()) rows.push_back(read_cells(query));
      query.reset();
    }
    return rows;
  }
  std::string sql = select;
  WhereCondition condition;
  if (where) {
    condition = translate_condition(*where, table, "");
    sql += " WHERE " + condition.sql;
  }
  // Without an order the rows are changed as InnoDB finds them, not by an index that SQLite likes.
  if (order_by.empty()) sql += table.stored_order;
  sql += order_and_limit(order_by, limit, table, "", condition.binds);
  Query query = store.writer().prepare(sql);
  query.bind(condition.binds);
  while (query.next()) rows.push_back(read_cells(query));
  return rows;
}

}  // namespace shardlab::fakes::mysql

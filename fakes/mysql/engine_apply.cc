#include <fmt/format.h>

#include "fakes/mysql/engine_impl.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

std::string_view event_name(const RowChange& change) {
  if (!change.before) return "Write_rows_v1";
  return change.after ? "Update_rows_v1" : "Delete_rows_v1";
}

Cells stored_row(const Table& table, const Row& row, std::size_t number) {
  if (row.size() != table.columns.size()) {
    throw sql_error(1677, fmt::format("Table '{}.{}' has {} columns, the row event has {}",
                                      table.db, table.name, table.columns.size(), row.size()));
  }
  Cells cells;
  cells.reserve(row.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    cells.push_back(to_cell(table.columns[i].type, row[i], {table.columns[i].name, number}));
  }
  return cells;
}

Error failed_event(const RowChange& change, ApplyEnd end) {
  const bool missing = end == ApplyEnd::missing;
  const int number = missing ? 1032 : 1062;
  return sql_error(number,
                   fmt::format("Could not execute {} event on table {}.{}; {}, Error_code: {}; "
                               "handler error {}",
                               event_name(change), change.database, change.table,
                               missing ? fmt::format("Can't find record in '{}'", change.table)
                                       : "Duplicate entry",
                               number, missing ? "HA_ERR_KEY_NOT_FOUND" : "HA_ERR_FOUND_DUPP_KEY"));
}

}  // namespace

Change Engine::Impl::stored_change(const RowChange& change, std::size_t number) const {
  const TablePtr table = catalogue.table(sql::TableName(change.database, change.table), "");
  Change stored{table, std::nullopt, std::nullopt};
  if (change.before) stored.before = stored_row(*table, *change.before, number);
  if (change.after) stored.after = stored_row(*table, *change.after, number);
  return stored;
}

Outcome Engine::Impl::apply(const BinlogTransaction& transaction) {
  Session& session = this->session(applier);
  if (read_lock_holder != 0) throw LockWait{read_lock_holder};
  const Position gtid = parse_position(transaction.gtid);
  if (!gtid) throw sql_error(1941, "A transaction without a GTID cannot be applied");
  if (!transaction.ddl.empty()) {
    session.db = transaction.ddl_database;
    return ddl(session, transaction.ddl, &transaction);
  }
  store.enter(session.id, {});
  std::vector<Change> changes;
  try {
    changes = apply_changes(session, transaction);
    BinlogDraft draft;
    draft.gtid = *gtid;
    draft.timestamp_ns = transaction.timestamp_ns;
    draft.changes = &changes;
    binlog.append_applied(std::move(draft));
    store.commit();
  } catch (const Error&) {
    store.abandon();
    binlog.abandoned();
    throw;
  } catch (const LockWait&) {
    store.abandon();
    throw;
  }
  binlog.committed();
  ++commits;
  Outcome outcome;
  outcome.committed = gtid;
  outcome.committed_rows = changes.size();
  return outcome;
}

std::vector<Change> Engine::Impl::apply_changes(Session& session,
                                                const BinlogTransaction& transaction) {
  std::vector<Change> changes;
  changes.reserve(transaction.changes.size());
  for (const RowChange& change : transaction.changes) {
    Change stored = stored_change(change, changes.size() + 1);
    if (stored.before) lock_row(session, *stored.table, *stored.before);
    if (stored.after) {
      lock_row(session, *stored.table, *stored.after);
      note_auto_increment(*stored.table, *stored.after);
    }
    const ApplyEnd end = store.apply(stored);
    if (end != ApplyEnd::done) throw failed_event(change, end);
    changes.push_back(std::move(stored));
  }
  return changes;
}

}  // namespace shardlab::fakes::mysql

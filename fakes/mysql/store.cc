#include "fakes/mysql/store.h"

#include <utility>

#include "core/base/error.h"

namespace shardlab::fakes::mysql {
namespace {

constexpr const char* file_name = "mysql.db";

void append_columns(Cells& out, const Cells& row, const std::vector<std::size_t>& columns) {
  for (const std::size_t column : columns) out.push_back(row[column]);
}

bool same_key(const Table& table, const Cells& left, const Cells& right) {
  for (const std::size_t column : table.row_key()) {
    if (left[column] != right[column]) return false;
  }
  return true;
}

}  // namespace

Store::Store(sim::Disk& disk, std::string_view server)
    : vfs_(disk, server), writer_(vfs_.name(), file_name) {
  // A commit writes whole pages, and most change one row: small pages make small commits.
  writer_.run("PRAGMA page_size=1024");
  writer_.run("PRAGMA cache_size=-16000");
  const bool is_new = !writer_.prepare("SELECT 1 FROM sqlite_schema WHERE name='state'").next();
  if (!is_new) return;
  writer_.run("PRAGMA journal_mode=wal");
  writer_.run("BEGIN IMMEDIATE");
  writer_.run("CREATE TABLE state(name PRIMARY KEY, value) WITHOUT ROWID");
  writer_.run("CREATE TABLE databases(name PRIMARY KEY) WITHOUT ROWID");
  writer_.run("CREATE TABLE tables(db, name, ddl, PRIMARY KEY(db, name)) WITHOUT ROWID");
  writer_.run("CREATE TABLE binlog(sequence INTEGER PRIMARY KEY, server INTEGER, entry)");
  writer_.run("COMMIT");
}

Connection& Store::reader() {
  if (!writer_.in_transaction()) return writer_;
  if (!reader_) reader_.emplace(vfs_.name(), file_name);
  return *reader_;
}

void Store::enter(SessionId session, const std::vector<Change>& own_changes) {
  if (occupant_ == session && writer_.in_transaction()) return;
  abandon();
  writer_.run("BEGIN IMMEDIATE");
  occupant_ = session;
  for (const Change& change : own_changes) {
    check(apply(change) == ApplyEnd::done, "rows of an open transaction were changed by another");
  }
}

void Store::commit() {
  const std::uint64_t syncs = vfs_.syncs();
  writer_.run("COMMIT");
  occupant_ = 0;
  unsynced_commits_ = vfs_.syncs() == syncs ? unsynced_commits_ + 1 : 0;
}

void Store::sync_commits(bool sync) {
  if (sync == syncs_commits_) return;
  abandon();  // SQLite takes the setting between transactions; whose it was finds it replayed
  writer_.run(sync ? "PRAGMA synchronous=full" : "PRAGMA synchronous=normal");
  syncs_commits_ = sync;
  if (sync) this->sync();
}

void Store::sync() {
  if (unsynced_commits_ == 0) return;
  vfs_.sync(std::string(file_name) + "-wal");
  unsynced_commits_ = 0;
}

void Store::abandon() {
  occupant_ = 0;
  // After an error of the disk SQLite may have rolled back by itself.
  if (!writer_.in_transaction()) return;
  try {
    writer_.run("ROLLBACK");
  } catch (const Error&) {
    undo_failed_ = true;
  }
}

void Store::abandon_if_of(SessionId session) {
  if (occupant_ == session) abandon();
}

void Store::rollback_to_savepoint() {
  if (!writer_.in_transaction()) return;
  try {
    writer_.run("ROLLBACK TO statement");
    writer_.run("RELEASE statement");
  } catch (const Error&) {
    undo_failed_ = true;
    abandon();
  }
}

ApplyEnd Store::apply(const Change& change) {
  const Table& table = *change.table;
  if (!change.before) {
    Query insert = writer_.prepare(table.insert_sql);
    insert.bind(*change.after);
    return insert.run() ? ApplyEnd::done : ApplyEnd::duplicate;
  }
  scratch_.clear();
  const std::string* sql = &table.delete_sql;
  if (change.after) {
    const bool payload_only =
        !table.update_sql.empty() && same_key(table, *change.before, *change.after);
    sql = payload_only ? &table.update_sql : &table.update_all_sql;
    if (payload_only) {
      append_columns(scratch_, *change.after, table.payload);
    } else {
      scratch_ = *change.after;
    }
  }
  append_columns(scratch_, *change.before, table.row_key());
  Query query = writer_.prepare(*sql);
  query.bind(scratch_);
  if (!query.run()) return ApplyEnd::duplicate;
  return writer_.changes() == 1 ? ApplyEnd::done : ApplyEnd::missing;
}

std::unique_ptr<Connection> Store::open_snapshot() {
  std::unique_ptr<Connection> connection;
  if (spare_.empty()) {
    connection = std::make_unique<Connection>(vfs_.name(), file_name);
  } else {
    connection = std::move(spare_.back());
    spare_.pop_back();
  }
  connection->run("BEGIN");
  connection->run("SELECT 1 FROM state LIMIT 1");  // BEGIN alone takes no snapshot
  return connection;
}

void Store::close_snapshot(std::unique_ptr<Connection> connection) {
  // A read that failed has ended the transaction by itself; it ends with the connection otherwise.
  if (!connection->in_transaction()) return;
  connection->run("ROLLBACK");
  spare_.push_back(std::move(connection));
}

std::string Store::state(std::string_view name) {
  const Cells key{std::string(name)};
  Query query = reader().prepare("SELECT value FROM state WHERE name=?");
  query.bind(key);
  return query.next() ? std::string(query.bytes(0)) : "";
}

void Store::set_state(std::string_view name, std::string_view value) {
  const Cells cells{std::string(name), std::string(value)};
  writer_.run("INSERT OR REPLACE INTO state VALUES(?,?)", cells);
}

void Store::checkpoint() {
  abandon();
  writer_.run("PRAGMA wal_checkpoint(TRUNCATE)");
}

void Store::follow(const Store* running) {
  vfs_.share_as(running ? &running->vfs_ : nullptr);
  unsynced_commits_ = 0;
}

void Store::forget_statements() {
  writer_.forget_statements();
  if (reader_) reader_->forget_statements();
  for (auto& connection : spare_) connection->forget_statements();
}

}  // namespace shardlab::fakes::mysql

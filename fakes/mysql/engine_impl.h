#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/ast.h"
#include "core/sql/lexer.h"
#include "fakes/mysql/binlog.h"
#include "fakes/mysql/catalogue.h"
#include "fakes/mysql/condition.h"
#include "fakes/mysql/ddl_parser.h"
#include "fakes/mysql/engine.h"
#include "fakes/mysql/evaluate.h"
#include "fakes/mysql/lock_table.h"
#include "fakes/mysql/select_plan.h"

namespace shardlab::fakes::mysql {

/// Thrown inside the engine when a statement meets a lock of another session.
struct LockWait {
  SessionId by;
};

struct Session {
  SessionId id = 0;
  std::string user;
  bool super = false;
  std::string db;
  bool autocommit = true;
  bool in_transaction = false;
  bool log_bin = true;
  std::vector<Change> changes;  ///< of the open transaction
  struct Savepoint {
    std::string name;
    std::size_t changes = 0;  ///< that were there
  };
  std::vector<Savepoint> savepoints;
  bool may_write = true;        ///< false in a READ ONLY transaction
  bool repeatable_read = true;  ///< the isolation level; else READ COMMITTED
  std::unique_ptr<Connection> snapshot;
  Position snapshot_position;
  std::uint64_t snapshot_commits = 0;  ///< `Impl::commits` when it was taken
  std::uint64_t last_insert_id = 0;
  SessionId waits_for = 0;
  bool is_victim = false;  ///< of a deadlock, to be told when its statement runs again
  std::map<std::string, Value, std::less<>> variables;       ///< session system variables
  std::map<std::string, Value, std::less<>> user_variables;  ///< `@x`

  bool keeps_locks() const { return in_transaction || !autocommit; }
};

/// The parts of an engine; each group of methods has a source file of its own.
struct Engine::Impl {
  Impl(sim::Disk& disk, EngineOptions options);

  // engine_disk.cc: what a failing disk means
  template <class Body>
  auto watched(const Body& body);
  void watch(const std::function<void()>& body);
  void note(const Error& error);
  void set_time(std::int64_t ns) {
    now_ns = ns;
    store.set_time(ns);
  }

  // engine.cc: sessions and dispatch
  Session& session(SessionId id);
  Outcome guarded(Session& session, const std::function<Outcome()>& body);
  Outcome run(Session& session, std::string_view sql);
  Outcome run_data_statement(Session& session, std::string_view sql);
  Outcome run_other(Session& session, std::string_view sql);
  Outcome wait_or_deadlock(Session& session, SessionId by);
  Session* lightest_in_circle(Session& session, SessionId by);

  // engine_transaction.cc
  Outcome begin(Session& session, sql::Tokens& tokens);
  Outcome commit(Session& session);
  Outcome rollback(Session& session);
  Outcome rollback(Session& session, sql::Tokens& tokens);
  Outcome savepoint(Session& session, sql::Tokens& tokens);
  Outcome release_savepoint(Session& session, sql::Tokens& tokens);
  std::vector<Session::Savepoint>::iterator find_savepoint(Session& session,
                                                           const std::string& name);
  void take_snapshot(Session& session);
  void commit_changes(Session& session, Outcome& outcome);
  void end_transaction(Session& session);
  void require_writable(const Session& session) const;
  void release_locks(Session& session);
  void lock(Session& session, const std::string& key);
  void lock_choices(Session& session, const Table& table, const KeyPins& pins);
  void lock_row(Session& session, const Table& table, const Cells& row);

  // engine_dml.cc
  Outcome insert(Session& session, const sql::Insert& statement);
  Outcome update(Session& session, sql::Update statement);
  Outcome remove(Session& session, sql::Delete statement);
  Cells make_row(Session& session, const Table& table, const std::vector<std::size_t>& columns,
                 const std::vector<sql::Expr>& row, std::size_t number);
  Cell default_cell(const Table& table, std::size_t column, std::size_t row_number);
  std::size_t insert_row(Session& session, const TablePtr& table, Cells& row,
                         const sql::Insert& statement);
  std::size_t replace_row(Session& session, const TablePtr& table, Cells row);
  std::size_t update_duplicate(Session& session, const TablePtr& table, Cells& row,
                               const sql::Insert& statement);
  Cells assigned_row(Session& session, const Table& table,
                     const std::vector<sql::Assignment>& assignments, const Cells& before,
                     std::size_t number, const Cells* inserted);
  void change_row(Session& session, Change change);
  struct Duplicate {
    std::string key;
    std::string entry;
    Cells row;
    bool by_last_key = false;  ///< no unique key comes after this one
  };
  std::optional<Duplicate> find_duplicate(const Table& table, const Cells& row,
                                          const Cells* before);
  [[noreturn]] void throw_duplicate(const Table& table, const Cells& row, const Cells* before);
  std::uint64_t next_auto_increment(const Table& table, std::size_t column);
  void note_auto_increment(const Table& table, const Cells& row);
  std::uint64_t auto_increment_of(const Table& table, const Cells& row) const;
  void fill_auto_increment(const Table& table, Cells& row);
  void pass_reserved(std::uint64_t given);
  void raise_auto_increment(const Table& table, std::uint64_t next);

  // engine_select.cc
  Outcome select(Session& session, sql::Select statement);
  Outcome select_without_table(Session& session, const sql::Select& statement);
  std::vector<Cells> matching_rows(Session& session, const Table& table,
                                   const std::optional<sql::Expr>& where,
                                   const std::vector<sql::OrderBy>& order_by,
                                   const std::optional<sql::Limit>& limit);
  Connection& reading_connection(Session& session);
  Outcome read_plan(Connection& connection, const SelectPlan& plan);
  Outcome read_own_view(Session& session, const Table& table, const SelectPlan& plan);
  void require_same_definition(Session& session, const Table& table);

  // engine_ddl.cc
  Outcome ddl(Session& session, std::string_view sql, const BinlogTransaction* origin);
  void run_ddl(Session& session, const CreateDatabase& create);
  void run_ddl(Session& session, const DropDatabase& drop);
  void run_ddl(Session& session, const CreateTable& create);
  void run_ddl(Session& session, const DropTables& drop);
  std::string logged_drop(const Session& session, const DropTables& drop) const;
  std::optional<Error> missing_tables(const Session& session, const DropTables& drop) const;
  void run_ddl(Session& session, const CreateView& create);
  void run_ddl(Session& session, const DropViews& drop);
  void run_ddl(Session& session, const TruncateTable& truncate);
  void run_ddl(Session& session, const RenameTable& rename);
  void run_ddl(Session& session, const AlterTable& alter);
  std::uint64_t ddl_affected = 0;  ///< rows that the last DDL statement says it affected
  std::vector<Cells> altered_rows(const Table& before, const TableDef& after,
                                  const std::vector<std::optional<std::size_t>>& origins);
  TablePtr table_for_ddl(Session& session, const sql::TableName& name);
  void forget_schema();

  // engine_show.cc
  Outcome show(Session& session, std::string_view sql);
  Outcome show_schema(Session& session, sql::Tokens& tokens, bool full);
  Outcome show_server(Session& session, sql::Tokens& tokens);
  Outcome show_create(Session& session, sql::Tokens& tokens);
  Outcome show_tables(const std::string& db, bool full, const std::string& pattern);

  // engine_set.cc
  Outcome set(Session& session, std::string_view sql);
  void set_variable(Session& session, std::string name, bool global, const Value& value);
  void set_global(const std::string& name, const Value& value);
  Value variable(Session& session, const std::string& written) const;
  Value system_variable(Session& session, const std::string& name, bool global) const;
  Value function(Session& session, const sql::Expr& call) const;
  Lookup lookup(Session& session);
  std::map<std::string, Value> all_variables(Session& session) const;

  // engine_log.cc: the binary log as people look after it
  bool change_log(Session& session, sql::Tokens& tokens);
  void change_log(const std::function<void()>& change);
  std::optional<Outcome> show_log(sql::Tokens& tokens);
  void note_durability();

  // engine_apply.cc
  Outcome apply(const BinlogTransaction& transaction);
  std::vector<Change> apply_changes(Session& session, const BinlogTransaction& transaction);
  Change stored_change(const RowChange& change, std::size_t number) const;

  sim::Disk& disk;
  EngineOptions options;
  std::optional<Error> broken;  ///< why no statement works any more
  std::function<void(const Error&)> broken_listener;
  Store store;
  Binlog binlog;
  Catalogue catalogue;
  LockTable locks;
  std::map<SessionId, Session> sessions;
  SessionId next_session = 1;
  SessionId applier = 0;
  bool read_only = false;
  std::uint64_t commits = 0;  ///< of anything, since the start
  std::uint64_t deadlocks = 0;
  std::uint64_t lock_wait_timeouts = 0;
  SessionId read_lock_holder = 0;  ///< FLUSH TABLES WITH READ LOCK
  std::int64_t now_ns = 0;
  std::map<std::string, std::uint64_t> auto_increments;  ///< next value, by stored table name
  /// AUTO_INCREMENT values of the INSERT that runs.
  struct ReservedNumbers {
    std::size_t all_rows = 1;  ///< of the statement
    std::size_t rows = 0;      ///< numbers are still reserved for
    std::uint64_t next = 0;    ///< 0 before the first is needed
    std::uint64_t end = 0;
    std::uint64_t given = 0;  ///< to the row at hand, 0 when it brought its own
  };
  ReservedNumbers reserved;
  std::map<std::string, Value, std::less<>> globals;
  std::map<std::string, std::string> status;  ///< of the server around it
  std::function<void()> release_listener;
};

/// Runs what touches the disk, see `watch`, and gives what it gives.
template <class Body>
auto Engine::Impl::watched(const Body& body) {
  std::optional<decltype(body())> result;
  watch([&] { result.emplace(body()); });
  return std::move(*result);
}

/// One statement's place in the write transaction: undone at the end of the scope unless kept.
class WriteScope {
 public:
  WriteScope(Engine::Impl& engine, Session& session);
  ~WriteScope();
  WriteScope(const WriteScope&) = delete;
  WriteScope& operator=(const WriteScope&) = delete;

  /// Keeps what was done; without a transaction open, commits it.
  void keep(Outcome& outcome);

 private:
  Engine::Impl& engine_;
  Session& session_;
  std::size_t mark_;
  bool inside_transaction_;
  bool kept_ = false;
};

/// The value of a global that nobody has set; none for an unknown name.
std::optional<Value> default_variable(std::string_view name);
const std::map<std::string, Value, std::less<>>& default_variables();

}  // namespace shardlab::fakes::mysql

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/query_result.h"
#include "core/base/time.h"
#include "core/ports/mysql.h"
#include "fakes/mysql/gtid.h"
#include "fakes/mysql/store.h"
#include "sim/disk.h"

namespace shardlab::fakes::mysql {

struct EngineOptions {
  std::string name = "mysql";   ///< unique on its disk; names SQLite's file system
  std::uint32_t server_id = 1;  ///< the middle part of its GTIDs
  bool read_only = false;       ///< at start
};

/// How a statement ended: with a result, with an error, or not yet.
struct Outcome {
  Outcome() = default;

  QueryResult result;
  std::uint64_t insert_id = 0;  ///< the first AUTO_INCREMENT value it made, 0 for none
  std::optional<Error> error;   ///< in MySQL's terms, see `Error::sql_errno`
  SessionId blocked_by = 0;     ///< not 0: nothing was done; run it again after a lock release
  Position committed;           ///< the transaction it put into the binary log
  std::size_t committed_rows = 0;

  bool ok() const { return !error && blocked_by == 0; }
};

/// Rows of a SELECT, all from the moment it was opened, while others go on writing.
class RowCursor {
 public:
  virtual ~RowCursor() = default;
  virtual const std::vector<Field>& fields() const = 0;
  /// The next rows, at most `most`; empty at the end.
  virtual RowList next(std::size_t most) = 0;
};

/// A MySQL-family server without its network: sessions, statements, transactions with row locks,
/// a binary log. Everything is synchronous, everything committed is on the disk.
///
/// A full disk fails the statement or commit with error 1114 and undoes it. Any other failure of
/// the disk (1026, a sync included; 1194 for damaged content) breaks the engine: every later call
/// throws or gives that error, and its owner should end as mysqld does.
///
/// It behaves like MariaDB 10 with InnoDB, strict mode, REPEATABLE READ and `utf8mb4_bin`; how far
/// is written in docs/fidelity.md and proven by tests/contracts/mysql. Statements that change rows
/// lock what their WHERE pins down in the primary key: rows, ranges of leading columns, or the
/// whole table; so the changes of transactions are serializable.
class Engine {
 public:
  /// Opens what is on the disk, or an empty server. Throws Error: sql 1026, 1114, 1194; on a disk
  /// that is not honest also BugError.
  Engine(sim::Disk& disk, EngineOptions options);
  ~Engine();

  /// `user` decides privileges: `"dba"` and `"root"` have SUPER, `"app"` and others do not.
  SessionId open_session(std::string user);
  /// Rolls back what is open.
  void close_session(SessionId session);

  /// Runs one statement; `now_ns` is the wall clock.
  Outcome execute(SessionId session, std::string_view sql, std::int64_t now_ns);
  /// Ends a wait that took too long: error 1205, the transaction stays open.
  Outcome lock_wait_timeout(SessionId session);
  /// Called whenever locks were released.
  void on_release(std::function<void()> listener);

  /// Why the engine is broken; none while it works.
  const std::optional<Error>& broken() const;
  /// Called once, when it breaks.
  void on_broken(std::function<void(const Error&)> listener);
  /// Virtual time that the disk has taken since the last call, see `sim::Disk`.
  Duration take_delay();

  /// Opens a SELECT on a snapshot of what is committed now. Throws Error in MySQL's terms.
  std::unique_ptr<RowCursor> open_cursor(SessionId session, std::string_view sql,
                                         std::int64_t now_ns);
  /// The position of the session's `START TRANSACTION WITH CONSISTENT SNAPSHOT`; none without one.
  std::optional<Position> snapshot_position(SessionId session) const;

  /// Applies a transaction as a replica does: same GTID, one commit for rows, log and position.
  /// Errors: 1032 (row missing), 1062 (duplicate), 1146 (no such table), 1950 (out of order).
  Outcome apply(const BinlogTransaction& transaction, std::int64_t now_ns);

  /// Transactions after a position, oldest first. Throws Error: sql 1236 when the log lacks it.
  std::vector<BinlogTransaction> entries_after(const Position& position, std::size_t most);
  /// The same, packed for the way to a replica; `decode_entry` unpacks.
  std::vector<std::string> encoded_entries_after(const Position& position, std::size_t most);
  /// The same without touching the disk; none when the newest entries in memory do not tell.
  std::optional<std::vector<BinlogTransaction>> recent_entries_after(
      const Position& position) const;
  /// Forgets the log up to and including a position.
  void purge_binlog(const Position& position);

  Position binlog_position() const;
  Position slave_position() const;
  Position current_position() const;
  std::uint32_t server_id() const;
  bool read_only() const;
  void set_read_only(bool read_only);
  /// A global variable's text (`"rpl_semi_sync_master_enabled"`); empty when there is none.
  std::string global_variable(std::string_view name) const;

  /// A small durable text of the server's owner, such as its replication settings.
  std::string note(std::string_view name);
  void set_note(std::string_view name, std::string_view text);

  /// Whether each commit is synced (`sync_binlog` and `innodb_flush_log_at_trx_commit` are 1); if
  /// not, what came after the last `sync` may be lost by a power loss, newest first.
  bool syncs_commits() const;
  void sync_commits(bool sync);
  std::uint64_t unsynced_commits() const;
  void sync();
  /// A line of SHOW STATUS that the server knows and the engine does not.
  void set_status(std::string name, std::string value);

  /// Brings everything into one file, so that a clone of the disk opens fast.
  void checkpoint();
  /// The disk has become a copy of another server's (`sim::Disk::copy_from`): statements from now
  /// on see what is committed there, as those of a new engine would, which costs ten times as much.
  /// For one that only reads. `running` is the engine at work on that disk; null when there is
  /// none.
  void follow(const Engine* running);
  /// The log holds what comes after this.
  Position oldest_position() const;
  /// Does another session wait for a lock of this one.
  bool is_waited_for(SessionId session) const;
  /// How many transactions were rolled back to end a circle of waits, and how many waits took too
  /// long.
  std::uint64_t deadlocks() const;
  std::uint64_t lock_wait_timeouts() const;

  bool has_open_transaction(SessionId session) const;
  std::size_t open_sessions() const;

  struct Impl;  ///< the parts, in engine_impl.h

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace shardlab::fakes::mysql

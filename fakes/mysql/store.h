#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/mysql/sqlite.h"
#include "fakes/mysql/table_def.h"
#include "fakes/mysql/vfs.h"
#include "sim/disk.h"

namespace shardlab::fakes::mysql {

using SessionId = std::uint64_t;

/// One changed row in stored form: no `before` is an insert, no `after` a delete.
struct Change {
  TablePtr table;
  std::optional<Cells> before;
  std::optional<Cells> after;
};

/// How a change met the rows that are there.
enum class ApplyEnd { done, duplicate, missing };

/// The database file of a server: one connection that writes, one that reads what is committed
/// while that is in a transaction, and spare ones for long reads.
///
/// SQLite has a single write transaction; sessions take turns in it. A session that enters after
/// another one finds its own changes replayed, so nobody sees what others have not committed.
class Store {
 public:
  Store(sim::Disk& disk, std::string_view server);

  Connection& writer() { return writer_; }
  /// Reads what is committed, to be used up before the next change.
  Connection& reader();

  /// Makes the write transaction this session's: what another left in it is undone.
  void enter(SessionId session, const std::vector<Change>& own_changes);
  /// Everything done since `enter` becomes durable, atomically.
  void commit();
  /// Off: commits keep their order, but a power loss may take the last of them.
  void sync_commits(bool sync);
  bool syncs_commits() const { return syncs_commits_; }
  /// How many a power loss might take now.
  std::uint64_t unsynced_commits() const { return unsynced_commits_; }
  /// Makes them durable.
  void sync();
  /// Undoes everything since `enter`. Never throws an Error.
  void abandon();
  void abandon_if_of(SessionId session);

  void savepoint() { writer_.run("SAVEPOINT statement"); }
  void release() { writer_.run("RELEASE statement"); }
  /// Undoes the statement; the whole transaction when the disk does not let it.
  void rollback_to_savepoint();

  /// Changes one row in the write transaction.
  ApplyEnd apply(const Change& change);

  /// A connection that nobody else uses, in a read transaction: it keeps seeing what is committed
  /// now.
  std::unique_ptr<Connection> open_snapshot();
  void close_snapshot(std::unique_ptr<Connection> connection);

  /// Small durable values beside the tables; empty when never set. `set` needs the write
  /// transaction.
  std::string state(std::string_view name);
  void set_state(std::string_view name, std::string_view value);

  /// Moves everything into the one database file, as a template should be.
  void checkpoint();
  /// The disk has become a copy of another's (`sim::Disk::copy_from`): reads from now on see what
  /// is committed there. `running` is the store at work on that one; null when there is none.
  void follow(const Store* running);
  /// What SQLite takes for the time.
  void set_time(std::int64_t now_ns) { vfs_.set_time(now_ns); }
  /// True once the disk refused a sync or an undo: what it holds is not known any more.
  bool is_broken() const { return undo_failed_ || vfs_.sync_failed(); }
  /// Needed after every change of the schema.
  void forget_statements();

 private:
  Vfs vfs_;
  Connection writer_;
  std::optional<Connection> reader_;  ///< for while the writer is in a transaction
  std::vector<std::unique_ptr<Connection>> spare_;
  SessionId occupant_ = 0;
  bool syncs_commits_ = true;
  std::uint64_t unsynced_commits_ = 0;
  bool undo_failed_ = false;
  Cells scratch_;
};

}  // namespace shardlab::fakes::mysql

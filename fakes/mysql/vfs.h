#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sim/disk.h"

namespace shardlab::fakes::mysql {

/// Lets SQLite keep its files on a simulated disk. Registered with SQLite while it lives; all
/// connections through it must be closed before it goes, and the disk must outlive it.
///
/// Write-ahead logging with several connections works, shared memory being process memory.
/// Randomness is fixed and time stands where it was set, so that the bytes written depend on the
/// statements alone. Sleeping costs nothing.
///
/// SQLite may count on sectors of 512 bytes that are old or new as a whole. The directory is synced
/// after the first sync of a new log or journal, and after a removal when SQLite asks for it
/// (`PRAGMA synchronous=extra`; with less, a removal may be undone by a crash).
class Vfs {
 public:
  /// `server` is `"mysql-0000000100"`; a second one of that name gets a name of its own.
  Vfs(sim::Disk& disk, std::string_view server);
  ~Vfs();
  Vfs(const Vfs&) = delete;
  Vfs& operator=(const Vfs&) = delete;

  /// What `sqlite3_open_v2` takes.
  const std::string& name() const;

  /// After the disk has become a copy of another's: the shared memory becomes that of the other's
  /// connections, so that ours know what has changed; null when there are none.
  void share_as(const Vfs* other);

  /// What SQLite's `CURRENT_TIMESTAMP` says from now on, in nanoseconds since 1970.
  void set_time(std::int64_t now_ns);
  /// True once a sync has failed, also one that SQLite told nobody about: a checkpoint's.
  bool sync_failed() const;
  /// How often anything on the disk was synced.
  std::uint64_t syncs() const;
  /// Syncs a file that SQLite has written. Throws Error: sql 1026.
  void sync(std::string_view file);

 private:
  struct Registration;
  std::unique_ptr<Registration> registration_;
};

/// SQLite's generator is shared by the whole process: call this before each world.
void reset_sqlite_randomness();

/// The library in use: `"3.40.1"`.
std::string_view sqlite_version();

}  // namespace shardlab::fakes::mysql

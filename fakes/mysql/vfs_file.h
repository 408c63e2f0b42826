#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <sqlite3.h>
#include <string>
#include <vector>

#include "sim/disk.h"

namespace shardlab::fakes::mysql {

/// What all connections to one file share, beside its content.
struct SharedState {
  int shared_locks = 0;
  bool reserved = false;
  bool pending = false;
  bool exclusive = false;
  using Region = std::array<char, 32768>;  ///< of shared memory, as SQLite cuts it
  std::vector<std::unique_ptr<Region>> regions;
  std::array<int, SQLITE_SHM_NLOCK> shm_shared{};
  std::array<bool, SQLITE_SHM_NLOCK> shm_exclusive{};

  /// Makes the shared memory equal, empty for null. It stays where it is, for SQLite keeps
  /// addresses.
  void copy_memory(const SharedState* other);
};

/// What belongs to one registered file system.
struct VfsState {
  explicit VfsState(sim::Disk& disk) : disk(disk) {}

  sim::Disk& disk;
  std::map<std::string, std::shared_ptr<SharedState>> shared;
  std::int64_t now_ns = 0;
  bool sync_failed = false;
};

/// One open file of SQLite.
struct OpenFile {
  std::string name;
  VfsState* vfs = nullptr;
  std::shared_ptr<sim::File> file;
  std::shared_ptr<SharedState> shared;
  bool delete_on_close = false;
  bool directory_to_sync = false;  ///< its name is new: the first sync is for the name, too
  int lock = SQLITE_LOCK_NONE;
  unsigned shm_shared = 0;
  unsigned shm_exclusive = 0;
};

/// Makes SQLite's handle one of this file: reads and writes go to the simulated disk, locks and
/// shared memory live in the process.
void attach(sqlite3_file* file, std::unique_ptr<OpenFile> open);
/// What SQLite allocates for a handle.
int handle_size();

/// SQLite's result code; `error` for an I/O error.
int result_of(sim::DiskStatus status, int error);

}  // namespace shardlab::fakes::mysql

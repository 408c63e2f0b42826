#include "fakes/mysql/vfs.h"

#include <cstring>
#include <fmt/format.h>
#include <sqlite3.h>
#include <utility>

#include "fakes/mysql/sql_error.h"
#include "fakes/mysql/vfs_file.h"

namespace shardlab::fakes::mysql {
namespace {

VfsState& state_of(sqlite3_vfs* vfs) { return *static_cast<VfsState*>(vfs->pAppData); }

int x_open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  VfsState& state = state_of(vfs);
  file->pMethods = nullptr;
  auto open = std::make_unique<OpenFile>();
  open->vfs = &state;
  if (name) {
    open->name = name;
    open->file = state.disk.open(name, flags & SQLITE_OPEN_CREATE);
    if (!open->file) return SQLITE_CANTOPEN;
    open->delete_on_close = flags & SQLITE_OPEN_DELETEONCLOSE;
    // As SQLite's own file system does: the names of logs and journals must last, too.
    constexpr int logs = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    open->directory_to_sync = (flags & SQLITE_OPEN_CREATE) && (flags & logs);
    auto& shared = state.shared[name];
    if (!shared) shared = std::make_shared<SharedState>();
    open->shared = shared;
  } else {  // a temporary file never shows on the disk
    open->file = std::make_shared<sim::File>(state.disk);
    open->shared = std::make_shared<SharedState>();
  }
  if (out_flags) *out_flags = flags;
  attach(file, std::move(open));
  return SQLITE_OK;
}

int x_delete(sqlite3_vfs* vfs, const char* name, int sync_directory) {
  VfsState& state = state_of(vfs);
  if (!state.disk.remove(name)) return SQLITE_IOERR_DELETE_NOENT;
  if (!sync_directory) return SQLITE_OK;
  const sim::DiskStatus status = state.disk.sync_directory();
  if (status != sim::DiskStatus::ok) state.sync_failed = true;
  return result_of(status, SQLITE_IOERR_DIR_FSYNC);
}

int x_access(sqlite3_vfs* vfs, const char* name, int, int* result) {
  *result = state_of(vfs).disk.exists(name);
  return SQLITE_OK;
}

int x_full_pathname(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int x_randomness(sqlite3_vfs*, int size, char* out) {
  std::memset(out, 0x5a, static_cast<std::size_t>(size));
  return size;
}

int x_sleep(sqlite3_vfs*, int microseconds) { return microseconds; }

constexpr sqlite3_int64 unix_epoch_julian_ms = 210'866'760'000'000;

int x_current_time_int64(sqlite3_vfs* vfs, sqlite3_int64* milliseconds) {
  *milliseconds = unix_epoch_julian_ms + state_of(vfs).now_ns / 1'000'000;
  return SQLITE_OK;
}

int x_current_time(sqlite3_vfs* vfs, double* days) {
  sqlite3_int64 milliseconds = 0;
  x_current_time_int64(vfs, &milliseconds);
  *days = static_cast<double>(milliseconds) / 86'400'000.0;
  return SQLITE_OK;
}

int x_get_last_error(sqlite3_vfs*, int, char*) { return 0; }

/// SQLite knows a VFS by its name; a server's occurs once for each copy of its disk. Nothing else
/// sees the number.
std::string unused_name(std::string_view server) {
  static std::uint64_t names = 0;
  return fmt::format("{}#{}", server, ++names);
}

}  // namespace

struct Vfs::Registration {
  Registration(sim::Disk& disk, std::string_view server) : state(disk), name(unused_name(server)) {
    vfs.iVersion = 2;
    vfs.szOsFile = handle_size();
    vfs.mxPathname = 256;
    vfs.zName = name.c_str();
    vfs.pAppData = &state;
    vfs.xOpen = x_open;
    vfs.xDelete = x_delete;
    vfs.xAccess = x_access;
    vfs.xFullPathname = x_full_pathname;
    vfs.xRandomness = x_randomness;
    vfs.xSleep = x_sleep;
    vfs.xCurrentTime = x_current_time;
    vfs.xGetLastError = x_get_last_error;
    vfs.xCurrentTimeInt64 = x_current_time_int64;
    sqlite3_vfs_register(&vfs, 0);
  }
  ~Registration() { sqlite3_vfs_unregister(&vfs); }

  VfsState state;
  std::string name;
  sqlite3_vfs vfs{};
};

Vfs::Vfs(sim::Disk& disk, std::string_view server)
    : registration_(std::make_unique<Registration>(disk, server)) {}

Vfs::~Vfs() = default;

const std::string& Vfs::name() const { return registration_->name; }

void Vfs::share_as(const Vfs* other) {
  for (auto& [file, shared] : registration_->state.shared) {
    const SharedState* like = nullptr;
    if (other) {
      const auto& theirs = other->registration_->state.shared;
      const auto found = theirs.find(file);
      if (found != theirs.end()) like = found->second.get();
    }
    shared->copy_memory(like);
  }
}

void Vfs::set_time(std::int64_t now_ns) { registration_->state.now_ns = now_ns; }

bool Vfs::sync_failed() const { return registration_->state.sync_failed; }

std::uint64_t Vfs::syncs() const { return registration_->state.disk.syncs(); }

void Vfs::sync(std::string_view file) {
  VfsState& state = registration_->state;
  const auto opened = state.disk.open(file, false);
  if (!opened || opened->sync() == sim::DiskStatus::ok) return;
  state.sync_failed = true;
  throw sql_error(disk_error, "Disk error: a sync failed");
}

std::string_view sqlite_version() { return sqlite3_libversion(); }

void reset_sqlite_randomness() {
  // Refused, and not needed, once SQLite is at work. A world lives on one thread; most servers stay
  // smaller than the pages that SQLite would set aside for each of them.
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
  sqlite3_initialize();
  constexpr int seed = 1;  // a fixed seed makes SQLite ask no VFS for randomness at all
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, seed, nullptr);
}

}  // namespace shardlab::fakes::mysql

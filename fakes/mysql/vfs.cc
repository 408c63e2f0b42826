#include "fakes/mysql/vfs.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <sqlite3.h>
#include <vector>

namespace shardlab::fakes::mysql {
namespace {

/// What all connections to one file share, beside its content.
struct SharedState {
  int shared_locks = 0;
  bool reserved = false;
  bool pending = false;
  bool exclusive = false;
  std::vector<std::unique_ptr<char[]>> regions;
  std::array<int, SQLITE_SHM_NLOCK> shm_shared{};
  std::array<bool, SQLITE_SHM_NLOCK> shm_exclusive{};
};

struct VfsState {
  explicit VfsState(sim::Disk& disk) : disk(disk) {}
  sim::Disk& disk;
  std::map<std::string, std::shared_ptr<SharedState>> shared;
};

struct OpenFile {
  std::string name;
  VfsState* vfs = nullptr;
  std::shared_ptr<sim::File> file;
  std::shared_ptr<SharedState> shared;
  bool delete_on_close = false;
  int lock = SQLITE_LOCK_NONE;
  unsigned shm_shared = 0;
  unsigned shm_exclusive = 0;
};

/// The layout SQLite allocates: its own header first.
struct Handle {
  sqlite3_file base;
  OpenFile* open;
};

OpenFile& opened(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file)->open; }
VfsState& state_of(sqlite3_vfs* vfs) { return *static_cast<VfsState*>(vfs->pAppData); }

int result_of(sim::DiskStatus status, int error) {
  switch (status) {
    case sim::DiskStatus::ok: return SQLITE_OK;
    case sim::DiskStatus::full: return SQLITE_FULL;
    case sim::DiskStatus::io_error: return error;
  }
  return error;
}

int x_unlock(sqlite3_file* file, int level);

int x_close(sqlite3_file* file) {
  OpenFile* open = reinterpret_cast<Handle*>(file)->open;
  x_unlock(file, SQLITE_LOCK_NONE);
  if (open->delete_on_close) open->vfs->disk.remove(open->name);
  delete open;
  return SQLITE_OK;
}

int x_read(sqlite3_file* file, void* out, int length, sqlite3_int64 offset) {
  const auto wanted = static_cast<std::size_t>(length);
  const std::size_t got = opened(file).file->read(static_cast<std::uint64_t>(offset), out, wanted);
  if (got == wanted) return SQLITE_OK;
  std::memset(static_cast<char*>(out) + got, 0, wanted - got);
  return SQLITE_IOERR_SHORT_READ;
}

int x_write(sqlite3_file* file, const void* data, int length, sqlite3_int64 offset) {
  return result_of(opened(file).file->write(static_cast<std::uint64_t>(offset), data,
                                            static_cast<std::size_t>(length)),
                   SQLITE_IOERR_WRITE);
}

int x_truncate(sqlite3_file* file, sqlite3_int64 size) {
  return result_of(opened(file).file->truncate(static_cast<std::uint64_t>(size)),
                   SQLITE_IOERR_TRUNCATE);
}

int x_sync(sqlite3_file* file, int) {
  return result_of(opened(file).file->sync(), SQLITE_IOERR_FSYNC);
}

int x_file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(opened(file).file->size());
  return SQLITE_OK;
}

int lock_exclusively(OpenFile& open) {
  SharedState& shared = *open.shared;
  if (open.lock < SQLITE_LOCK_RESERVED && shared.reserved) return SQLITE_BUSY;
  shared.reserved = shared.pending = true;
  open.lock = SQLITE_LOCK_PENDING;
  if (shared.shared_locks > 1) return SQLITE_BUSY;
  shared.exclusive = true;
  open.lock = SQLITE_LOCK_EXCLUSIVE;
  return SQLITE_OK;
}

int x_lock(sqlite3_file* file, int level) {
  OpenFile& open = opened(file);
  SharedState& shared = *open.shared;
  if (level <= open.lock) return SQLITE_OK;
  if (level == SQLITE_LOCK_SHARED) {
    if (shared.exclusive || shared.pending) return SQLITE_BUSY;
    ++shared.shared_locks;
  } else if (level == SQLITE_LOCK_RESERVED) {
    if (shared.reserved) return SQLITE_BUSY;
    shared.reserved = true;
  } else {
    return lock_exclusively(open);
  }
  open.lock = level;
  return SQLITE_OK;
}

int x_unlock(sqlite3_file* file, int level) {
  OpenFile& open = opened(file);
  SharedState& shared = *open.shared;
  if (open.lock > SQLITE_LOCK_SHARED && level <= SQLITE_LOCK_SHARED) {
    shared.reserved = shared.pending = shared.exclusive = false;
  }
  if (open.lock >= SQLITE_LOCK_SHARED && level == SQLITE_LOCK_NONE) --shared.shared_locks;
  open.lock = std::min(open.lock, level);
  return SQLITE_OK;
}

int x_check_reserved_lock(sqlite3_file* file, int* reserved) {
  *reserved = opened(file).shared->reserved;
  return SQLITE_OK;
}

int x_file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int x_sector_size(sqlite3_file*) { return static_cast<int>(sim::PageRef::size); }
int x_device_characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int x_shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  auto& regions = opened(file).shared->regions;
  const auto index = static_cast<std::size_t>(region);
  *memory = nullptr;
  if (index >= regions.size() && !extend) return SQLITE_OK;
  while (index >= regions.size()) {
    regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
  }
  *memory = regions[index].get();
  return SQLITE_OK;
}

void shm_release(OpenFile& open, std::size_t slot, bool was_shared) {
  const unsigned bit = 1U << slot;
  if (was_shared && (open.shm_shared & bit)) {
    --open.shared->shm_shared[slot];
    open.shm_shared &= ~bit;
  } else if (!was_shared && (open.shm_exclusive & bit)) {
    open.shared->shm_exclusive[slot] = false;
    open.shm_exclusive &= ~bit;
  }
}

bool shm_is_free(const OpenFile& open, std::size_t slot, bool want_shared) {
  const unsigned bit = 1U << slot;
  const SharedState& shared = *open.shared;
  const bool exclusive_elsewhere = shared.shm_exclusive[slot] && !(open.shm_exclusive & bit);
  if (want_shared) return !exclusive_elsewhere;
  const int own = (open.shm_shared & bit) ? 1 : 0;
  return !exclusive_elsewhere && shared.shm_shared[slot] == own;
}

void shm_acquire(OpenFile& open, std::size_t slot, bool want_shared) {
  const unsigned bit = 1U << slot;
  if (!want_shared) {
    open.shared->shm_exclusive[slot] = true;
    open.shm_exclusive |= bit;
  } else if (!(open.shm_shared & bit)) {
    ++open.shared->shm_shared[slot];
    open.shm_shared |= bit;
  }
}

int x_shm_lock(sqlite3_file* file, int first, int count, int flags) {
  OpenFile& open = opened(file);
  const bool is_shared = flags & SQLITE_SHM_SHARED;
  const auto begin = static_cast<std::size_t>(first);
  const auto end = begin + static_cast<std::size_t>(count);
  if (flags & SQLITE_SHM_UNLOCK) {
    for (std::size_t slot = begin; slot < end; ++slot) shm_release(open, slot, is_shared);
    return SQLITE_OK;
  }
  for (std::size_t slot = begin; slot < end; ++slot) {
    if (!shm_is_free(open, slot, is_shared)) return SQLITE_BUSY;
  }
  for (std::size_t slot = begin; slot < end; ++slot) shm_acquire(open, slot, is_shared);
  return SQLITE_OK;
}

void x_shm_barrier(sqlite3_file*) {}

int x_shm_unmap(sqlite3_file* file, int remove) {
  if (remove) opened(file).shared->regions.clear();
  return SQLITE_OK;
}

constexpr sqlite3_io_methods io_methods = {2,
                                           x_close,
                                           x_read,
                                           x_write,
                                           x_truncate,
                                           x_sync,
                                           x_file_size,
                                           x_lock,
                                           x_unlock,
                                           x_check_reserved_lock,
                                           x_file_control,
                                           x_sector_size,
                                           x_device_characteristics,
                                           x_shm_map,
                                           x_shm_lock,
                                           x_shm_barrier,
                                           x_shm_unmap,
                                           nullptr,
                                           nullptr};

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
    auto& shared = state.shared[name];
    if (!shared) shared = std::make_shared<SharedState>();
    open->shared = shared;
  } else {  // a temporary file never shows on the disk
    open->file = std::make_shared<sim::File>(state.disk);
    open->shared = std::make_shared<SharedState>();
  }
  if (out_flags) *out_flags = flags;
  auto* handle = reinterpret_cast<Handle*>(file);
  handle->open = open.release();
  handle->base.pMethods = &io_methods;
  return SQLITE_OK;
}

int x_delete(sqlite3_vfs* vfs, const char* name, int) {
  return state_of(vfs).disk.remove(name) ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
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

int x_current_time(sqlite3_vfs*, double* days) {
  *days = static_cast<double>(unix_epoch_julian_ms) / 86'400'000.0;
  return SQLITE_OK;
}

int x_current_time_int64(sqlite3_vfs*, sqlite3_int64* milliseconds) {
  *milliseconds = unix_epoch_julian_ms;
  return SQLITE_OK;
}

int x_get_last_error(sqlite3_vfs*, int, char*) { return 0; }

std::string unused_name(std::string_view server) {
  std::string name(server);
  for (int number = 2; sqlite3_vfs_find(name.c_str()); ++number) {
    name = std::string(server) + "#" + std::to_string(number);
  }
  return name;
}

}  // namespace

struct Vfs::Registration {
  Registration(sim::Disk& disk, std::string_view server) : state(disk), name(unused_name(server)) {
    vfs.iVersion = 2;
    vfs.szOsFile = sizeof(Handle);
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

std::string_view sqlite_version() { return sqlite3_libversion(); }

void reset_sqlite_randomness() {
  sqlite3_initialize();
  constexpr int seed = 1;  // a fixed seed makes SQLite ask no VFS for randomness at all
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, seed, nullptr);
}

}  // namespace shardlab::fakes::mysql

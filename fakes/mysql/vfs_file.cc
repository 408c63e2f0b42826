#include "fakes/mysql/vfs_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace shardlab::fakes::mysql {
namespace {

/// The layout SQLite allocates: its own header first.
struct Handle {
  sqlite3_file base;
  OpenFile* open;
};

OpenFile& opened(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file)->open; }

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
  const auto read = opened(file).file->read(static_cast<std::uint64_t>(offset), out, wanted);
  if (read.status != sim::DiskStatus::ok) return SQLITE_IOERR_READ;
  const std::size_t got = read.length;
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
  OpenFile& open = opened(file);
  sim::DiskStatus status = open.file->sync();
  if (status == sim::DiskStatus::ok && open.directory_to_sync) {
    status = open.vfs->disk.sync_directory();
    open.directory_to_sync = status != sim::DiskStatus::ok;
  }
  if (status != sim::DiskStatus::ok) open.vfs->sync_failed = true;
  return result_of(status, SQLITE_IOERR_FSYNC);
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
int x_sector_size(sqlite3_file*) { return static_cast<int>(sim::PageRef::sector_size); }
int x_device_characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int x_shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  auto& regions = opened(file).shared->regions;
  const auto index = static_cast<std::size_t>(region);
  *memory = nullptr;
  if (static_cast<std::size_t>(size) > sizeof(SharedState::Region)) return SQLITE_IOERR_SHMMAP;
  if (index >= regions.size() && !extend) return SQLITE_OK;
  while (index >= regions.size()) {
    regions.push_back(std::make_unique<SharedState::Region>());
  }
  *memory = regions[index]->data();
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

}  // namespace

void SharedState::copy_memory(const SharedState* other) {
  const std::size_t theirs = other ? other->regions.size() : 0;
  while (regions.size() < theirs) regions.push_back(std::make_unique<Region>());
  for (std::size_t i = 0; i < regions.size(); ++i) {
    if (i < theirs) {
      *regions[i] = *other->regions[i];
    } else {
      regions[i]->fill(0);
    }
  }
}

void attach(sqlite3_file* file, std::unique_ptr<OpenFile> open) {
  auto* handle = reinterpret_cast<Handle*>(file);
  handle->open = open.release();
  handle->base.pMethods = &io_methods;
}

int handle_size() { return sizeof(Handle); }

int result_of(sim::DiskStatus status, int error) {
  switch (status) {
    case sim::DiskStatus::ok: return SQLITE_OK;
    case sim::DiskStatus::full: return SQLITE_FULL;
    case sim::DiskStatus::io_error: return error;
  }
  return error;
}

}  // namespace shardlab::fakes::mysql

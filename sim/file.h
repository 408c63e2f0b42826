#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "sim/page_ref.h"

namespace shardlab::sim {

class Choices;
class Disk;
struct DiskAccess;
enum class DiskOperation;

/// How an operation on a simulated disk ended. Unless it is `ok`, it had no effect.
enum class DiskStatus { ok, io_error, full };

/// What a power loss does to what was written and not synced: it all reached the medium, none of
/// it did, or some: a draw decides for each sector, size and name.
enum class CrashMode { kept, lost, torn };

struct ReadResult {
  DiskStatus status = DiskStatus::ok;
  std::size_t length = 0;  ///< fewer than asked for at the end of the file
};

/// The content of one file: what a reader sees, and what a crash would go back to.
class File {
 public:
  explicit File(Disk& disk) : disk_(&disk) {}

  std::uint64_t size() const { return size_; }
  /// Copies up to `length` bytes from `offset`.
  ReadResult read(std::uint64_t offset, void* out, std::size_t length);
  DiskStatus write(std::uint64_t offset, const void* data, std::size_t length);
  /// Cuts off what lies behind `size`; a file that is shorter stays as it is.
  DiskStatus truncate(std::uint64_t size);
  /// Everything written so far survives a crash. See `Guarantees` for the file's name.
  DiskStatus sync();

  /// Changes one byte behind everybody's back, on the medium and in memory. False when the file
  /// has no such byte.
  bool flip(std::uint64_t offset, std::uint8_t mask);

 private:
  friend class Disk;
  using Pages = std::map<std::size_t, PageRef>;

  /// A content that a crash leaves behind, while it is being worked out.
  struct Survivor {
    std::vector<PageRef> pages;
    std::uint64_t size = 0;
    std::uint64_t losses = 0;  ///< sectors and sizes that did not survive
  };

  void remember(std::size_t page);
  void resize(std::uint64_t size);
  DiskStatus meet_faults(DiskAccess& access);
  DiskStatus fail_sync(const DiskAccess& access);
  DiskStatus say_synced();

  // disk_crash.cc
  Survivor survive(CrashMode mode, Choices& choices) const;
  Survivor medium() const;
  Survivor tear(bool by_sector, Choices& choices) const;
  void tear_below(std::uint64_t end, bool by_sector, Choices& choices, Survivor& out) const;
  void tear_growth(bool by_sector, Choices& choices, Survivor& out) const;

  Disk* disk_;
  std::vector<PageRef> pages_;
  std::uint64_t size_ = 0;
  Pages before_;   ///< what the medium holds of pages written since the last sync
  Pages dropped_;  ///< the same of pages that a failed sync gave up: no later sync writes them
  std::uint64_t medium_size_ = 0;
  std::optional<std::uint64_t> cut_;  ///< least size since the last sync, when below the medium's
  std::uint64_t names_seen_ = 0;      ///< name changes of the disk before the last change of size
};

}  // namespace shardlab::sim

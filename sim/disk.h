#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shardlab::sim {

/// How an operation on a simulated file ended.
enum class DiskStatus { ok, io_error, full };

/// One page of a file, shared by all disks that hold the same content. Null means all zero bytes.
/// Counted without atomics: a world lives on one thread.
class PageRef {
 public:
  static constexpr std::size_t size = 4096;

  PageRef() = default;
  PageRef(const PageRef& other) : node_(other.node_) {
    if (node_) ++node_->count;
  }
  PageRef(PageRef&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  PageRef& operator=(PageRef other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~PageRef() {
    if (node_ && --node_->count == 0) delete node_;
  }

  /// The bytes, or null for a page of zeros.
  const std::uint8_t* bytes() const { return node_ ? node_->bytes.data() : nullptr; }
  /// The bytes for writing; a page held elsewhere, too, is copied first.
  std::uint8_t* writable();

 private:
  struct Node {
    std::uint32_t count = 1;
    std::array<std::uint8_t, size> bytes;
  };
  Node* node_ = nullptr;
};

class Disk;

/// The content of one file: what a reader sees, and what a crash would go back to.
class File {
 public:
  explicit File(Disk& disk) : disk_(&disk) {}

  std::uint64_t size() const { return size_; }
  /// Copies up to `length` bytes from `offset`; gives how many there were.
  std::size_t read(std::uint64_t offset, void* out, std::size_t length) const;
  DiskStatus write(std::uint64_t offset, const void* data, std::size_t length);
  DiskStatus truncate(std::uint64_t size);
  /// Everything written so far survives a crash.
  DiskStatus sync();

 private:
  friend class Disk;

  void remember(std::size_t page);

  Disk* disk_;
  std::vector<PageRef> pages_;
  std::uint64_t size_ = 0;
  std::map<std::size_t, PageRef> before_;  ///< content at the last sync of pages written since
  std::uint64_t synced_size_ = 0;
  bool synced_ever_ = false;
};

/// The disk of one machine: named files of copy-on-write pages, written versus synced.
///
/// A process keeps its `File` until it ends; the machine's next incarnation gets a disk of its own
/// from `crash`, so that what the dead process still closes cannot touch it.
class Disk {
 public:
  /// Decides about one unsynced page: true keeps it.
  using Keep = std::function<bool(std::string_view file, std::size_t page)>;

  Disk() = default;
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  /// The file of that name, made when missing and `create`; null when missing otherwise.
  std::shared_ptr<File> open(std::string_view name, bool create);
  bool exists(std::string_view name) const { return files_.contains(name); }
  /// False when there was none. Open handles keep the content. A removal is durable at once.
  bool remove(std::string_view name);
  std::vector<std::string> names() const;

  /// The same content on a disk of its own, pages shared, everything synced: a template's copy, or
  /// the disk after a process died on a machine that did not.
  std::unique_ptr<Disk> clone() const;

  /// The disk after a power loss: unsynced pages are gone, except those that `keep` keeps
  /// (torn writes). Files never synced are gone unless a page of theirs is kept.
  std::unique_ptr<Disk> crash(const Keep& keep = nullptr) const;

  /// Every write, truncate and sync fails from now on.
  void fail_writes(bool fail) { failing_ = fail; }
  /// Writes that would need more bytes than this fail with `full`; 0 means no limit.
  void limit_bytes(std::uint64_t bytes) { byte_limit_ = bytes; }
  /// Changes one stored byte behind everybody's back: `xor` with `mask`.
  void corrupt(std::string_view name, std::uint64_t offset, std::uint8_t mask);

  std::uint64_t reads() const { return reads_; }
  std::uint64_t writes() const { return writes_; }
  std::uint64_t syncs() const { return syncs_; }
  /// Bytes in files, as a reader sees them.
  std::uint64_t used_bytes() const;

 private:
  friend class File;

  std::map<std::string, std::shared_ptr<File>, std::less<>> files_;
  bool failing_ = false;
  std::uint64_t byte_limit_ = 0;
  mutable std::uint64_t reads_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t syncs_ = 0;
};

}  // namespace shardlab::sim

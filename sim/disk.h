#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "sim/fault.h"
#include "sim/file.h"

namespace shardlab::sim {

class DiskDevice;

/// What a crash may do to names and sizes that were not synced.
///
/// `ordered`: as ext4 with `data=ordered`. Changes of names and sizes go through one journal: a
/// crash keeps some first part of them, whole. Syncing a file syncs every change up to the file's
/// own last one, its creation included. What was appended reaches the medium before the size does.
///
/// `posix`: what the standard promises, which is less. A name is durable when its directory was
/// synced, whatever became of the file; each name is kept or lost on its own; a file may have
/// grown without the data in it, which then reads as zeros.
enum class Guarantees { ordered, posix };

enum class DiskOperation { read, write, sync, any };

/// What an operation costs while a disk is slow. A truncation is a write.
struct DiskDelays {
  Duration read{};
  Duration write{};
  Duration sync{};
};

/// Which operation fails, counted from the moment the fault begins. Making and removing names
/// happens in memory and cannot fail; syncing the directory can, and is a sync.
struct DiskFailure {
  DiskOperation operation = DiskOperation::any;
  std::uint64_t nth = 1;  ///< from 1
  bool stays = false;     ///< all later ones fail, too
  /// A failing sync also gives up what it should have written, as Linux does: readers go on seeing
  /// it, the next sync says ok, and a crash goes back to what was there before.
  bool drops_unsynced = false;
};

/// A stored byte that changes behind everybody's back. It stays changed when the fault ends.
struct BitFlip {
  std::string file;
  std::uint64_t offset = 0;
  std::uint8_t mask = 1;
  std::uint64_t on_read = 0;  ///< just before the n-th read of the byte; 0 is at once
};

/// The disk of one machine: named files of copy-on-write pages, written versus synced.
///
/// A process keeps its `File` until it ends; the machine's next incarnation gets a disk of its own
/// from `crash` or `hand_over`, so that what the dead process still closes cannot touch it. Faults
/// move on to that disk.
class Disk {
 public:
  explicit Disk(Guarantees guarantees = Guarantees::ordered) : guarantees_(guarantees) {}
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  /// The file of that name, made when missing and `create`; null when missing otherwise.
  std::shared_ptr<File> open(std::string_view name, bool create);
  bool exists(std::string_view name) const { return files_.contains(name); }
  /// False when there was none. Open handles keep the content.
  bool remove(std::string_view name);
  /// Every name made or removed so far survives a crash.
  DiskStatus sync_directory();
  std::vector<std::string> names() const;

  /// The same content on a disk of its own, pages shared, everything synced, no faults: a
  /// template's copy, or one to look at.
  std::unique_ptr<Disk> clone() const;
  /// Becomes such a copy; open handles see the new content.
  void copy_from(const Disk& original);
  /// The disk for the next process of a machine that did not die with the last one: what was
  /// written is there, what was not synced still is not.
  std::unique_ptr<Disk> hand_over();
  /// The disk after a power loss. Only `torn` draws, all of it as `disk.tear`, 0 being what `kept`
  /// does.
  std::unique_ptr<Disk> crash(CrashMode mode, Choices& choices);
  /// What the crash that made this disk took: sectors, sizes, names. 0 means it changed nothing.
  std::uint64_t crash_losses() const { return crash_losses_; }

  // Faults: in force until the returned object goes.

  /// Operations take virtual time, see `take_delay`. Effects: operations slowed.
  [[nodiscard]] std::unique_ptr<Fault> slow(DiskDelays delays);
  /// Effects: operations failed.
  [[nodiscard]] std::unique_ptr<Fault> fail_nth(DiskFailure failure);
  /// Writes that make the files need more than `bytes` in all fail with `full`. Effects: those.
  [[nodiscard]] std::unique_ptr<Fault> full_at(std::uint64_t bytes);
  /// Syncs, of files and of the directory, say ok and do nothing. Effects: those.
  [[nodiscard]] std::unique_ptr<Fault> lie_about_syncs();
  /// Effects: 1 once the byte has changed; 0 for one that does not exist.
  [[nodiscard]] std::unique_ptr<Fault> rot(BitFlip flip);

  /// The virtual time that operations since the last call took, for the process to wait for before
  /// it tells anybody: its calls are over before the loop runs again. Zero unless a disk is slow.
  Duration take_delay();
  /// False once a sync has lied or dropped pages, or a byte has changed: the content may be
  /// something that no correct program can have written.
  bool is_honest() const { return honest_; }

  /// Another number after every change of what a reader sees, over all of a machine's disks.
  std::uint64_t version() const { return version_; }
  std::uint64_t reads() const { return reads_; }
  std::uint64_t writes() const { return writes_; }
  std::uint64_t syncs() const { return syncs_; }
  /// Bytes in files, as a reader sees them.
  std::uint64_t used_bytes() const;

 private:
  friend class File;
  friend class DiskDevice;
  using FilePtr = std::shared_ptr<File>;
  using Names = std::map<std::string, FilePtr, std::less<>>;

  /// A name made (`before` is null) or removed (`after` is null).
  struct NameChange {
    std::uint64_t number;  ///< from 1
    std::string name;
    FilePtr before;
    FilePtr after;
  };

  void change_name(std::string_view name, FilePtr before, FilePtr after);
  void file_synced(std::uint64_t names_seen);
  std::shared_ptr<DiskDevice> device();
  std::unique_ptr<Disk> successor();
  Names names_after(CrashMode mode, Choices& choices, std::uint64_t& losses) const;

  Guarantees guarantees_;
  Names files_;
  std::vector<NameChange> unsynced_names_;  ///< oldest first
  std::uint64_t name_changes_ = 0;
  std::uint64_t version_ = 1;
  std::shared_ptr<DiskDevice> device_;  ///< null until the first fault
  bool honest_ = true;
  std::uint64_t crash_losses_ = 0;
  std::uint64_t reads_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t syncs_ = 0;
};

}  // namespace shardlab::sim

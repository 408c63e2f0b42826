#pragma once

#include <cstdint>
#include <vector>

#include "sim/disk.h"

namespace shardlab::sim {

/// One operation on its way to the medium; faults change what becomes of it.
struct DiskAccess {
  DiskOperation operation;
  Disk& disk;
  File* file;  ///< null for the directory
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::uint64_t grows_by = 0;  ///< bytes a write needs beyond the file's size

  DiskStatus status = DiskStatus::ok;
  bool nothing_synced = false;
  bool drops_unsynced = false;
  Duration delay{};
};

class DiskFault;

/// What is wrong with a machine's disk, whichever incarnation of its content is in use.
class DiskDevice {
 public:
  /// Lets the faults have their say, the oldest first. One that fails the operation ends it.
  void meet(DiskAccess& access);
  Duration take_delay() { return std::exchange(owed_, Duration()); }

  void add(DiskFault* fault) { faults_.push_back(fault); }
  void remove(DiskFault* fault) { std::erase(faults_, fault); }

 private:
  std::vector<DiskFault*> faults_;
  Duration owed_{};
};

}  // namespace shardlab::sim

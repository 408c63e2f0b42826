#pragma once

#include <memory>
#include <optional>

#include "fakes/etcd/raft.h"
#include "sim/disk.h"

namespace shardlab::fakes::etcd {

/// A member's term, vote and log on its disk: records one behind the other in the file `"wal"`,
/// each with length and checksum. It only grows: no snapshot takes the place of the log's begin.
class RaftDisk {
 public:
  explicit RaftDisk(sim::Disk& disk) : disk_(disk) {}

  /// What the records say. One that a power loss has left in pieces, and what lies behind it, was
  /// never acknowledged: it is cut off. None when the disk cannot be read. To be called first.
  std::optional<RaftState> recover();
  /// Writes and syncs.
  sim::DiskStatus save(const RaftRecord& record);
  /// See sim::Disk.
  Duration take_delay() { return disk_.take_delay(); }

 private:
  sim::Disk& disk_;
  std::shared_ptr<sim::File> file_;
  std::uint64_t end_ = 0;
};

}  // namespace shardlab::fakes::etcd

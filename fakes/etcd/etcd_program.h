#pragma once

#include "sim/host.h"

namespace shardlab::fakes::etcd {

class WatchService;

/// A running etcd, alone or a member of a cluster, for those who do things to it from outside.
class EtcdProgram : public sim::Program {
 public:
  /// It decides about writes: one that is alone always does.
  virtual bool is_leader() const = 0;
  /// Ends all leases, as if nobody had kept them alive; gives how many there were.
  virtual std::size_t expire_all_leases() = 0;
  /// Forgets the whole history, as the automatic compaction does; false when there is none.
  virtual bool compact() = 0;
  virtual WatchService& watches() = 0;
};

}  // namespace shardlab::fakes::etcd

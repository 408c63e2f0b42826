#pragma once

#include <array>
#include <string>

#include "core/base/event.h"

namespace shardlab::fakes::etcd {

/// A key of the store was written or deleted. Several may carry one revision.
struct TopoWritten {
  static constexpr std::string_view kind = "TopoWritten";
  std::string path;  ///< the whole key: `"/vitess/global/keyspaces/test_keyspace/Keyspace"`
  std::int64_t revision = 0;
  bool deleted = false;
  std::string by;         ///< the host that asked for it; empty when a lease has ended
  std::int64_t lock = 0;  ///< the lease of the lock under which it was written; 0: none

  std::array<EventField, 5> fields() const {
    return {EventField{"path", std::string_view(path)}, EventField{"revision", revision},
            EventField{"deleted", deleted}, EventField{"by", std::string_view(by)},
            EventField{"lock", lock}};
  }
};

/// Nobody kept the lease alive; its keys are gone.
struct LeaseExpired {
  static constexpr std::string_view kind = "LeaseExpired";
  std::int64_t lease = 0;

  std::array<EventField, 1> fields() const { return {EventField{"lease", lease}}; }
};

/// The log could not be written or synced: the server ends, and answers nobody.
struct EtcdAborted {
  static constexpr std::string_view kind = "EtcdAborted";
  std::string error;  ///< `"wal: no space left on device"`

  std::array<EventField, 1> fields() const {
    return {EventField{"error", std::string_view(error)}};
  }
};

/// A write came too late: the lock it was to be written under had gone. It had no effect.
struct GuardedWriteRefused {
  static constexpr std::string_view kind = "GuardedWriteRefused";
  std::string path;  ///< `"/vitess/global/keyspaces/test_keyspace/shards/0/Shard"`

  std::array<EventField, 1> fields() const { return {EventField{"path", std::string_view(path)}}; }
};

/// A holder looked whether it still has its lock, and has not.
struct LockFoundLost {
  static constexpr std::string_view kind = "LockFoundLost";
  std::string path;

  std::array<EventField, 1> fields() const { return {EventField{"path", std::string_view(path)}}; }
};

/// The history behind a watch was compacted; it reads the file again and goes on from there.
struct WatchCompacted {
  static constexpr std::string_view kind = "WatchCompacted";
  std::string path;

  std::array<EventField, 1> fields() const { return {EventField{"path", std::string_view(path)}}; }
};

/// A member of a cluster leads it from now on.
struct EtcdLeaderElected {
  static constexpr std::string_view kind = "EtcdLeaderElected";
  std::int64_t term = 0;
  std::string before;  ///< the host of the leader before it, or empty

  std::array<EventField, 2> fields() const {
    return {EventField{"term", term}, EventField{"before", std::string_view(before)}};
  }
};

/// A leader heard from no majority of its members, and leads no more.
struct EtcdSteppedDown {
  static constexpr std::string_view kind = "EtcdSteppedDown";
  std::int64_t term = 0;

  std::array<EventField, 1> fields() const { return {EventField{"term", term}}; }
};

/// A client turned from one member to the next.
struct EtcdClientMoved {
  static constexpr std::string_view kind = "EtcdClientMoved";
  std::string from;  ///< `"10.64.0.3:2379"`
  std::string to;

  std::array<EventField, 2> fields() const {
    return {EventField{"from", std::string_view(from)}, EventField{"to", std::string_view(to)}};
  }
};

/// Watches that were not told what had happened are told now.
struct EtcdWatchesCaughtUp {
  static constexpr std::string_view kind = "EtcdWatchesCaughtUp";
  std::int64_t streams = 0;  ///< that are open

  std::array<EventField, 1> fields() const { return {EventField{"streams", streams}}; }
};

/// A watch ended because what it had not told yet was compacted.
struct EtcdWatchCompacted {
  static constexpr std::string_view kind = "EtcdWatchCompacted";
  std::int64_t revision = 0;  ///< that of the compaction

  std::array<EventField, 1> fields() const { return {EventField{"revision", revision}}; }
};

/// The process holds the lock of a directory.
struct LockTaken {
  static constexpr std::string_view kind = "LockTaken";
  std::string path;  ///< `"/vitess/global/keyspaces/test_keyspace"`

  std::array<EventField, 1> fields() const { return {EventField{"path", std::string_view(path)}}; }
};

/// The process gave the lock back. A lock that is lost with its lease has no such event.
struct LockReleased {
  static constexpr std::string_view kind = "LockReleased";
  std::string path;

  std::array<EventField, 1> fields() const { return {EventField{"path", std::string_view(path)}}; }
};

}  // namespace shardlab::fakes::etcd

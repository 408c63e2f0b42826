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

  std::array<EventField, 3> fields() const {
    return {EventField{"path", std::string_view(path)}, EventField{"revision", revision},
            EventField{"deleted", deleted}};
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

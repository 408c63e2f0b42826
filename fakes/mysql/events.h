#pragma once

#include <array>
#include <string>

#include "core/base/event.h"

namespace shardlab::fakes::mysql {

/// A transaction with row changes is durable on this server. Replication commits as user
/// `"replication"`, under the GTID of the origin.
struct TransactionCommitted {
  static constexpr std::string_view kind = "TransactionCommitted";
  std::string user;
  std::string gtid;  ///< `"0-100-2031"`
  std::uint64_t rows = 0;

  std::array<EventField, 3> fields() const {
    return {EventField{"user", std::string_view(user)}, EventField{"gtid", std::string_view(gtid)},
            EventField{"rows", rows}};
  }
};

/// The schema was changed.
struct SchemaChanged {
  static constexpr std::string_view kind = "SchemaChanged";
  std::string user;
  std::string gtid;  ///< empty when it was kept out of the binary log
  std::string statement;

  std::array<EventField, 3> fields() const {
    return {EventField{"user", std::string_view(user)}, EventField{"gtid", std::string_view(gtid)},
            EventField{"statement", std::string_view(statement)}};
  }
};

struct ReadOnlyChanged {
  static constexpr std::string_view kind = "ReadOnlyChanged";
  bool read_only = false;

  std::array<EventField, 1> fields() const { return {EventField{"read_only", read_only}}; }
};

/// A source begins to wait for acknowledgements of replicas, or has given it up.
struct SemiSyncSwitched {
  static constexpr std::string_view kind = "SemiSyncSwitched";
  bool on = false;

  std::array<EventField, 1> fields() const { return {EventField{"on", on}}; }
};

/// The server's disk failed it, or holds what it cannot use: it ends, and answers nobody.
struct ServerAborted {
  static constexpr std::string_view kind = "ServerAborted";
  std::string error;

  std::array<EventField, 1> fields() const {
    return {EventField{"error", std::string_view(error)}};
  }
};

struct ReplicationStarted {
  static constexpr std::string_view kind = "ReplicationStarted";
  std::string source;    ///< `"10.64.0.7:3306"`
  std::string position;  ///< what this server has already

  std::array<EventField, 2> fields() const {
    return {EventField{"source", std::string_view(source)},
            EventField{"position", std::string_view(position)}};
  }
};

/// Replication ended: on request, at its UNTIL position, or with an error.
struct ReplicationStopped {
  static constexpr std::string_view kind = "ReplicationStopped";
  std::string position;
  std::string error;  ///< empty unless an error was the reason

  std::array<EventField, 2> fields() const {
    return {EventField{"position", std::string_view(position)},
            EventField{"error", std::string_view(error)}};
  }
};

}  // namespace shardlab::fakes::mysql

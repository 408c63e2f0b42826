#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/base/children.h"
#include "core/ports/env.h"
#include "core/topo/server.h"
#include "core/vindexes/vschema.h"
#include "core/vtgate/watched_record.h"

namespace shardlab::vtgate {

/// A router began to use a new serving graph of a keyspace.
struct ServingGraphSeen {
  static constexpr std::string_view kind = "ServingGraphSeen";
  std::string keyspace;
  std::string partitions;  ///< `"MASTER=0 REPLICA=-80,80- RDONLY=-80,80-"`
  std::array<EventField, 2> fields() const {
    return {{{"keyspace", keyspace}, {"partitions", partitions}}};
  }
};

/// A router got a SrvVSchema: it uses it, or it keeps the one before because of the error.
struct VSchemaSeen {
  static constexpr std::string_view kind = "VSchemaSeen";
  std::string error;
  std::array<EventField, 1> fields() const { return {{{"error", error}}}; }
};

/// A watch of a router ended and is opened again after a pause; the last value stays in use.
struct WatchLost {
  static constexpr std::string_view kind = "WatchLost";
  std::string file;  ///< `"test_keyspace/SrvKeyspace"`
  std::string error;
  std::array<EventField, 2> fields() const { return {{{"file", file}, {"error", error}}}; }
};

/// The part of the serving graph a router uses, kept current by watches in its own cell.
///
/// The last good value stays in use while the topology is unreachable or the new one is invalid; a
/// deleted SrvKeyspace is forgotten. `stop` must have ended before the object is destroyed, unless
/// its process has crashed.
/// Source: Vitess go/vt/srvtopo/resilient_server.go (March 2021).
class SrvTopoCache {
 public:
  SrvTopoCache(Env env, topo::Server& topo, std::string cell);

  /// Begins to watch the VSchema; keyspaces are watched from their first use on.
  Task<> start();
  Task<> stop();

  /// Waits at most `timeout` for the first value. Throws Error: the reason why there is none, as
  /// `keyspace K fetch error: ...`.
  Task<std::shared_ptr<const topodata::SrvKeyspace>> srv_keyspace(std::string keyspace,
                                                                  Duration timeout);
  /// An empty one before the first valid record.
  std::shared_ptr<const vindexes::VSchema> vschema() const;

 private:
  using WatchedKeyspace = WatchedRecord<topodata::SrvKeyspace>;
  using WatchedVSchema = WatchedRecord<vindexes::VSchema>;

  std::function<void(const Error&)> tell_lost(std::string file);
  WatchedKeyspace& watched_keyspace(const std::string& keyspace);
  std::shared_ptr<const topodata::SrvKeyspace> decode_keyspace(const std::string& keyspace,
                                                               const std::string& bytes);
  std::shared_ptr<const vindexes::VSchema> decode_vschema(const std::string& bytes);

  Env env_;
  topo::Server& topo_;
  std::string cell_;
  std::map<std::string, WatchedKeyspace> keyspaces_;
  WatchedVSchema vschema_;
  std::shared_ptr<const vindexes::VSchema> empty_vschema_;
  std::optional<TaskGroup> group_;
};

}  // namespace shardlab::vtgate

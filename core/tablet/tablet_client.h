#pragma once

#include "core/base/query_result.h"
#include "core/ports/rpc.h"
#include "core/proto/tabletmanagerdata.pb.h"
#include "core/proto/topodata.pb.h"

namespace shardlab::tablet {

/// Asks tablets to do things. Every call is bounded by a timeout.
/// Throws Error: unavailable, timed_out, outcome_unknown (from the network), or the tablet's error
/// with the tablet's alias in front. Source: Vitess go/vt/vttablet/tmclient.
class TabletClient {
 public:
  explicit TabletClient(Rpc& rpc, Duration timeout = 60s) : rpc_(rpc), timeout_(timeout) {}

  using Tablet = topodata::Tablet;

  Task<> ping(Tablet tablet);
  Task<> refresh_state(Tablet tablet);
  Task<> run_health_check(Tablet tablet);
  Task<> change_type(Tablet tablet, topodata::TabletType type);
  Task<tabletmanagerdata::SchemaDefinition> get_schema(Tablet tablet,
                                                       tabletmanagerdata::GetSchemaRequest request);
  Task<QueryResult> execute_fetch_as_dba(Tablet tablet, std::string sql,
                                         std::uint64_t max_rows = 10000,
                                         bool disable_binlogs = false);
  Task<QueryResult> execute_fetch_as_app(Tablet tablet, std::string sql,
                                         std::uint64_t max_rows = 10000);
  Task<std::string> master_position(Tablet tablet);
  Task<tabletmanagerdata::ReplicationStatus> replication_status(Tablet tablet);
  Task<> stop_replication(Tablet tablet);
  Task<> start_replication(Tablet tablet);
  /// Waits until `position` was applied, stops, gives the exact position.
  Task<std::string> stop_replication_minimum(Tablet tablet, std::string position, Duration wait);
  Task<> wait_for_position(Tablet tablet, std::string position, Duration wait);
  Task<> reset_replication(Tablet tablet);
  Task<std::string> init_master(Tablet tablet);
  Task<> populate_reparent_journal(Tablet tablet,
                                   tabletmanagerdata::PopulateReparentJournalRequest request);
  Task<> init_replica(Tablet tablet, tabletmanagerdata::InitReplicaRequest request);
  Task<QueryResult> vreplication_exec(Tablet tablet, std::string sql);
  Task<> vreplication_wait_for_pos(Tablet tablet, std::int32_t id, std::string position,
                                   Duration wait);

 private:
  template <class Reply, class Request>
  Task<Reply> ask(Tablet tablet, std::string method, Request request, Duration timeout);

  Rpc& rpc_;
  Duration timeout_;
};

}  // namespace shardlab::tablet

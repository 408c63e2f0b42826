#pragma once

#include <memory>
#include <string>

#include "core/base/children.h"
#include "core/binlog/update_stream.h"
#include "core/ports/env.h"
#include "core/ports/rpc_router.h"
#include "core/proto/query.pb.h"
#include "core/proto/tabletmanagerdata.pb.h"
#include "core/tablet/mysql_daemon.h"
#include "core/tablet/query_service.h"
#include "core/topo/server.h"
#include "core/vreplication/engine.h"

namespace shardlab::tablet {

struct TabletOptions {
  topodata::TabletAlias alias;
  std::string keyspace;
  std::string shard;
  topodata::TabletType init_type = topodata::REPLICA;  ///< never MASTER
  int vt_port = 15002;
  int grpc_port = 16002;
  int mysql_port = 3306;
  std::string global_topo_address;
  Duration health_check_interval = 5s;
  Duration degraded_threshold = 30s;
  Duration unhealthy_threshold = 2h;
};

/// One vttablet: keeps its record, decides when it serves, reports its health, and does what vtctl
/// and vtworker ask of its MySQL.
///
/// Nothing watches the topology: a changed record takes effect at the next RefreshState or restart.
/// Source: Vitess go/vt/vttablet/tabletmanager (tm_init.go, tm_state.go, rpc_*.go).
class TabletManager {
 public:
  TabletManager(Env env, TabletOptions options, Executor executor);

  /// Registers itself, then serves until its record vanishes from the topology.
  Task<> run();

 private:
  using Empty = tabletmanagerdata::Empty;

  // Life (tablet_manager.cc).
  Task<> register_in_topology();
  Task<> build_serving_graph_if_missing();
  Task<> build_serving_graph(std::string cell);
  Task<> build_serving_graph_locked(topo::Lock& lock, std::string cell);
  void register_methods();
  template <class Request, class Reply>
  void on(const char* name, Task<Reply> (TabletManager::*method)(Request));

  // State (tablet_state.cc).
  Task<> refresh_state();
  Task<> apply_state();
  query::Target target() const;
  Task<> health_loop();
  Task<> check_health();
  Task<std::string> replication_health();
  Task<> repair_replication(ReplicationStatus status);
  /// A mysqld that was started again is read-only; beside a master it must not stay so.
  Task<> keep_master_writable();
  Task<> stream_health(query::StreamHealthRequest request, std::shared_ptr<RpcSink> sink);
  query::StreamHealthResponse health_message() const;
  void broadcast_health();
  Task<> set_own_type(topodata::TabletType type);

  // Requests (tablet_rpc.cc).
  Task<Empty> ping(Empty request);
  Task<Empty> refresh_state_rpc(Empty request);
  Task<Empty> run_health_check(Empty request);
  Task<Empty> change_type(tabletmanagerdata::ChangeTypeRequest request);
  Task<tabletmanagerdata::SchemaDefinition> get_schema(tabletmanagerdata::GetSchemaRequest request);
  Task<tabletmanagerdata::ExecuteFetchResponse> execute_fetch_as_dba(
      tabletmanagerdata::ExecuteFetchRequest request);
  Task<tabletmanagerdata::ExecuteFetchResponse> execute_fetch_as_app(
      tabletmanagerdata::ExecuteFetchRequest request);
  Task<tabletmanagerdata::ExecuteFetchResponse> execute_fetch(
      std::string user, tabletmanagerdata::ExecuteFetchRequest request);
  Task<tabletmanagerdata::PositionResponse> master_position(Empty request);
  Task<tabletmanagerdata::ReplicationStatus> replication_status(Empty request);
  Task<Empty> stop_replication(Empty request);
  Task<Empty> start_replication(Empty request);
  Task<tabletmanagerdata::PositionResponse> stop_replication_minimum(
      tabletmanagerdata::StopReplicationMinimumRequest request);
  Task<Empty> wait_for_position(tabletmanagerdata::WaitForPositionRequest request);
  Task<Empty> reset_replication(Empty request);
  Task<tabletmanagerdata::PositionResponse> init_master(Empty request);
  Task<Empty> populate_reparent_journal(tabletmanagerdata::PopulateReparentJournalRequest request);
  Task<Empty> init_replica(tabletmanagerdata::InitReplicaRequest request);
  Task<> step_down();
  Task<> create_reparent_journal();
  Task<> wait_for_reparent_journal(std::int64_t time_created_ns, Duration timeout);
  Task<tabletmanagerdata::VReplicationExecResponse> vreplication_exec(
      tabletmanagerdata::VReplicationExecRequest request);
  Task<Empty> vreplication_wait_for_pos(tabletmanagerdata::VReplicationWaitForPosRequest request);

  Env env_;
  TabletOptions options_;
  topo::Server topo_;
  MysqlDaemon mysql_;
  QueryService query_service_;
  binlog::UpdateStream update_stream_;
  vreplication::Engine vreplication_;
  RpcRouter router_;
  Mutex action_;  ///< one change of state at a time

  topodata::Tablet record_;
  bool is_record_unsure_ = false;  ///< the topology may have another one
  bool has_source_shards_ = false;
  bool is_master_frozen_ = false;
  bool query_service_disabled_ = false;
  std::string health_error_ = "no health check yet";
  std::uint32_t seconds_behind_ = 0;
  std::string not_serving_reason_;
  /// Replication was stopped by a command: the health check leaves it alone.
  bool replication_stopped_on_purpose_ = false;
  std::uint64_t health_version_ = 0;
  Condition health_changed_;
  Event record_vanished_;
};

}  // namespace shardlab::tablet

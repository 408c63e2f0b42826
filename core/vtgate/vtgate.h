#pragma once

#include <string>
#include <vector>

#include "core/base/children.h"
#include "core/discovery/health_check.h"
#include "core/ports/rpc_router.h"
#include "core/proto/vtgate.pb.h"
#include "core/topo/server.h"
#include "core/vtgate/executor.h"

namespace shardlab::vtgate {

struct VtGateOptions {
  VtGateOptions() = default;
  std::string name = "vtgate";  ///< who it is, in the topology's locks and logs
  std::string cell;
  std::vector<std::string> cells_to_watch;  ///< empty: its own cell
  int port = 15991;
  std::string topo_address;  ///< `"10.64.0.2:2379"`
  std::string topo_root = "/vitess/global";
  Duration tablet_refresh_interval = 10s;
  int retry_count = 2;
  Duration default_timeout = 30s;  ///< of requests that name none
  /// At start it waits for a serving tablet of each shard of these types, at most this long.
  std::vector<topodata::TabletType> tablet_types_to_wait{topodata::MASTER, topodata::REPLICA};
  Duration initial_tablet_timeout = 30s;
};

/// The vtgate process: takes statements of applications and sends them to the tablets concerned.
/// RPC: `VtGate.Execute`, `VtGate.Begin`, `VtGate.Commit`, `VtGate.Rollback`, see vtgate.proto.
/// Source: Vitess go/vt/vtgate/vtgate.go.
class VtGate {
 public:
  VtGate(Env env, VtGateOptions options);

  /// Serves until it is cancelled.
  Task<> run();

  const discovery::HealthCheck& health_check() const { return health_check_; }
  const SrvTopoCache& srv_topo() const { return srv_topo_; }

 private:
  Task<> serve();
  Task<> stop();
  Task<> wait_for_tablets();
  Task<std::vector<query::Target>> targets_of(std::string keyspace);
  void add_methods();
  TimePoint deadline_of(std::int64_t timeout_ns) const;
  Task<ExecuteResponse> execute(ExecuteRequest request);
  Task<QueryResult> execute_in(Session& session, ExecuteRequest request);
  Task<BeginResponse> begin(BeginRequest request);
  Task<EndTransactionResponse> commit(EndTransactionRequest request);
  Task<EndTransactionResponse> rollback(EndTransactionRequest request);

  Env env_;
  VtGateOptions options_;
  topo::Server topo_;
  discovery::HealthCheck health_check_;
  SrvTopoCache srv_topo_;
  Gateway gateway_;
  QueryExecutor executor_;
  RpcRouter router_;
  Condition never_;
};

}  // namespace shardlab::vtgate

#pragma once

#include <functional>
#include <memory>

#include "core/ports/env.h"
#include "core/ports/rpc_router.h"
#include "core/proto/vtctldata.pb.h"
#include "core/tablet/tablet_client.h"
#include "core/topo/server.h"
#include "core/worker/job.h"

namespace shardlab::worker {

struct VtworkerOptions {
  std::string cell;
  std::string global_topo_address;
  int port = 15033;
  Duration command_display_interval = 1s;
};

/// The vtworker process: runs one job at a time and tells its client how it goes.
/// RPC: `Vtworker.ExecuteVtworkerCommand`, a stream of LoggerEvent.
/// Source: Vitess go/vt/worker/instance.go.
class Vtworker {
 public:
  Vtworker(Env env, VtworkerOptions options);
  /// Serves until it is cancelled, or told to shut down and done with its job.
  Task<> run();
  /// SIGTERM: takes no further job, and ends when the running one has cleaned up behind itself.
  void shut_down();

 private:
  Task<> execute(vtctldata::ExecuteCommandRequest request, std::shared_ptr<RpcSink> sink);
  Task<> run_command(std::vector<std::string> arguments, Logger& logger);
  Task<> run_job(Job& job, Logger& logger);
  Task<> report_until_ended(Job& job, Logger& logger, Event& ended);

  Env env_;
  VtworkerOptions options_;
  topo::Server topo_;
  tablet::TabletClient tablets_;
  RpcRouter router_;
  bool busy_ = false;
  bool is_shutting_down_ = false;
  Event may_end_;
  std::string current_;  ///< status text of the running job
};

/// Builds the job of a command line: `{"SplitClone", "test_keyspace/0"}`.
/// Throws Error: invalid_argument (unknown command, missing argument, bad flag).
std::unique_ptr<Job> make_job(WorkerEnv worker, std::vector<std::string> arguments);

/// `Working on: ...`, `State: ...` and the job's own lines.
std::string status_text(const Job& job);

}  // namespace shardlab::worker

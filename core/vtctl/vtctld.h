#pragma once

#include "core/base/logger.h"
#include "core/ports/env.h"
#include "core/ports/rpc_router.h"
#include "core/proto/vtctldata.pb.h"
#include "core/tablet/tablet_client.h"
#include "core/topo/server.h"

namespace shardlab::vtctl {

struct VtctldOptions {
  std::string global_topo_address;
  int port = 15999;
};

/// The vtctld process: runs vtctl commands for clients, each as it comes.
/// RPC: `Vtctl.ExecuteVtctlCommand`, a stream of LoggerEvent. A client that goes cancels its
/// command. Source: Vitess go/vt/vtctl/grpcvtctlserver/server.go.
class Vtctld {
 public:
  Vtctld(Env env, VtctldOptions options);
  /// Serves until it is cancelled.
  Task<> run();

 private:
  Task<> execute(vtctldata::ExecuteCommandRequest request, std::shared_ptr<RpcSink> sink);
  Task<> run_command_with(std::vector<std::string> arguments, Logger& logger);

  Env env_;
  VtctldOptions options_;
  topo::Server topo_;
  tablet::TabletClient tablets_;
  RpcRouter router_;
};

/// What a client of vtctld or vtworker does: runs a command there and hands on every line it
/// prints. Throws Error: unavailable when the server is not reached, or the command's error.
/// Source: Vitess go/vt/vtctl/vtctlclient.
Task<> run_remote_command(Rpc& rpc, std::string address, std::string method,
                          std::vector<std::string> arguments,
                          std::function<void(const vtctldata::LoggerEvent&)> print);

}  // namespace shardlab::vtctl

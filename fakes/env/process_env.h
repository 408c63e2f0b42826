#pragma once

#include "core/ports/env.h"
#include "fakes/env/ports.h"
#include "fakes/etcd/topo_client.h"
#include "fakes/mysql/client.h"

namespace shardlab::fakes {

/// All ports of one incarnation of a process, on top of the simulated world. A program owns one and
/// hands out `env()`, which refers to it.
class ProcessEnv {
 public:
  explicit ProcessEnv(sim::Process& process);
  ProcessEnv(const ProcessEnv&) = delete;
  ProcessEnv& operator=(const ProcessEnv&) = delete;

  Env env();

 private:
  sim::Process& process_;
  SimClock clock_;
  SimRandom random_;
  SimRpc rpc_;
  mysql::MysqlClient mysql_;
  etcd::TopoClient topo_;
};

}  // namespace shardlab::fakes

#include "fakes/env/process_env.h"

namespace shardlab::fakes {

ProcessEnv::ProcessEnv(sim::Process& process)
    : process_(process),
      clock_(process),
      random_(process),
      rpc_(process),
      mysql_(process),
      topo_(process) {}

Env ProcessEnv::env() {
  return Env{process_.host().ip(), clock_, random_, rpc_, mysql_, topo_, process_};
}

}  // namespace shardlab::fakes

#include "tools/bench/peer_program.h"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace shardlab::bench {

PeerProgram::PeerProgram(std::string path) : path_(std::move(path)) {
  if (access(path_.c_str(), X_OK) != 0) failure_ = "its package is not at hand";
}

double PeerProgram::ns_per_event(Work work) {
  if (!failure_.empty()) return 0;
  const std::string command =
      fmt::format("'{}' {} {} 2>/dev/null", path_, work.coroutines, work.events);
  std::FILE* output = popen(command.c_str(), "r");
  double ns = 0;
  const bool printed = output && std::fscanf(output, "%lf", &ns) == 1 && ns > 0;
  const bool ended_well = output && pclose(output) == 0;
  if (!printed || !ended_well) failure_ = "its program failed";
  return ns;
}

}  // namespace shardlab::bench

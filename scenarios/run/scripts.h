#pragma once

#include <functional>
#include <optional>
#include <string>

#include "scenarios/cluster/live_cluster.h"
#include "scenarios/shell/command_line.h"

namespace shardlab::scenarios {

/// What a command left on the terminal.
struct CommandResult {
  CommandResult() = default;
  int status = 0;  ///< as the shell sees it: 0, 1 failed, 2 wrong usage, 127 no such script, 130
  std::string output;      ///< everything it printed
  std::string error;       ///< why it failed, one sentence
  bool timed_out = false;  ///< the limit was reached before it ended
};

/// The guide's scripts, acting on a cluster. The world runs while a script runs.
/// Source: Vitess examples/kubernetes.
class Scripts {
 public:
  explicit Scripts(LiveCluster& cluster) : cluster_(cluster) {}

  /// No world is run past it.
  void set_limit(TimePoint limit) { limit_ = limit; }

  CommandResult run(const CommandLine& command);

  /// Ctrl-C: the client of the server that now runs a command is gone. False when none runs.
  bool interrupt();
  /// Another operator runs `kvtctl.sh` lines at the same time, one after another; nobody waits for
  /// the end.
  void type_elsewhere(const std::vector<CommandLine>& commands);
  /// Another operator still waits for one of his.
  bool is_busy_elsewhere() const { return busy_elsewhere_ > 0; }

 private:
  CommandResult kvtctl(const std::vector<std::string>& arguments);
  CommandResult vtworker(const std::vector<std::string>& arguments);
  CommandResult tablets_up(const std::vector<ShardSpec>& shards);
  CommandResult tablets_down(const std::vector<ShardSpec>& shards);
  CommandResult stop(const std::string& what, std::function<void()> action);
  /// Runs a command on a server from the operator's host, and the world until it has ended.
  void run_remote(CommandResult& result, std::string host, int port, std::string method,
                  std::vector<std::string> arguments);
  Task<> call_server(CommandResult& result, std::string address, std::string method,
                     std::vector<std::string> arguments, bool& ended);
  Task<> call_vtctld(std::string address, std::vector<CommandLine> commands);
  std::vector<ShardSpec> unsharded() const;

  LiveCluster& cluster_;
  TimePoint limit_ = TimePoint::max();
  std::optional<TaskGroup::ChildId> running_;
  std::size_t busy_elsewhere_ = 0;  ///< operators
};

}  // namespace shardlab::scenarios

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/cluster/live_cluster.h"
#include "scenarios/faults/fault_spec.h"

namespace shardlab::scenarios {

/// What became of one fault of a scenario.
struct FaultOutcome {
  std::string what;               ///< `"crash master(test_keyspace/0)"`
  std::string target;             ///< whom it hit: `"test-0000000100"`; empty when nobody
  std::optional<Duration> began;  ///< since faults may begin; none: never
  std::uint64_t effects = 0;
  Duration delay{0};           ///< that it had after its trigger
  std::string drawn_target{};  ///< the host that was drawn among several; else empty
  std::string drawn_peer{};
  bool was_spared = false;  ///< its `chance` said no
  std::string kind;         ///< `"crash"`

  bool is_wasted() const { return effects == 0; }
};

/// What faults of operators do; the run knows how.
struct OperatorHooks {
  /// Ctrl-C: false when no command runs.
  std::function<bool()> interrupt;
  /// A second operator types it, and does not wait.
  std::function<void(const CommandLine&)> type;
  /// A second operator types what there is of `kvtctl.sh` in that step, and does not wait. False
  /// when there is nothing.
  std::function<bool(const std::string& step)> play;
};

/// Lets the faults of a scenario happen: waits for their triggers, finds their targets when they
/// begin, ends them in time. Must not outlive the cluster. Draws `fault.chance`, `fault.delay`,
/// `fault.target` and `fault.peer`; 0 is the calmest.
class FaultInjector {
 public:
  FaultInjector(LiveCluster& cluster, std::vector<FaultSpec> specs, OperatorHooks hooks);
  ~FaultInjector();
  FaultInjector(const FaultInjector&) = delete;
  FaultInjector& operator=(const FaultInjector&) = delete;

  /// From now on faults may begin; times count from here.
  void start();
  void step_ended(const std::string& step);
  /// Adds a fault that begins now, where the process is about to send a message: as one that is
  /// triggered by `process.sends` would.
  void begin_at_send(FaultSpec spec, sim::Process& sender);
  /// Everything that is wrong ends, and nothing more begins.
  void stop();
  /// In the order of the scenario.
  std::vector<FaultOutcome> report() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  ///< shared with what waits in the world
};

}  // namespace shardlab::scenarios

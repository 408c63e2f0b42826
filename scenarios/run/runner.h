#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "scenarios/cluster/live_cluster.h"
#include "scenarios/report/run_report.h"

namespace shardlab::scenarios {

struct RunOptions {
  RunOptions() = default;
  std::uint64_t seed = 1;
  sim::Schedule schedule;
  /// Plays these choices instead of drawing them from the seed.
  std::optional<sim::ChoiceTape> choices;
  /// Gets every choice of the run, at its end.
  std::function<void(const sim::ChoiceTape&)> record_choices;
  /// Gets every command as typed and what it printed, as it happens.
  std::function<void(std::string_view)> transcript;
  /// Gets every event of the trace.
  std::function<void(const sim::TraceEvent&)> trace;
};

/// Gives the cluster its vtctld and vtworker; they run when they are started.
void add_control_programs(LiveCluster& cluster);

/// Plays a scenario in a world of its own from its first command to its last, judges it, and
/// reports. The same scenario and seed give the same report, byte for byte.
RunReport run_scenario(const Scenario& scenario, RunOptions options);

}  // namespace shardlab::scenarios

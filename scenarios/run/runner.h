#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "scenarios/checks/check.h"
#include "scenarios/cluster/live_cluster.h"
#include "scenarios/faults/injector.h"
#include "scenarios/report/run_report.h"

namespace shardlab::scenarios {

/// What it takes to play a run again without its seed.
struct Recording {
  Scenario scenario;  ///< as it was played: what a swarm left open is drawn
  sim::Schedule schedule;
  sim::ChoiceTape choices;           ///< every draw, those of the swarm too
  std::vector<Visit> visits;         ///< of the Guestbook, but for those of steps
  std::vector<FaultOutcome> faults;  ///< in the order of the scenario
};

/// A moment in which a process is about to send a message, and faults may happen.
struct SendPoint {
  std::string_view host;
  std::string_view process;
  std::uint64_t nth = 0;  ///< of that process, from 1 when faults may begin
  std::string_view step;  ///< id of the step whose commands run
};

/// A check that the scenario's file does not know, by the name of the property it judges.
struct OwnCheck {
  Property property;  ///< `always` or `eventually`
  std::function<std::unique_ptr<Check>(const Observation& world)> make;
};

struct RunOptions {
  RunOptions() = default;
  std::uint64_t seed = 1;
  sim::Schedule schedule;
  /// Plays these choices instead of drawing them from the seed.
  std::optional<sim::ChoiceTape> choices;
  /// Gets what happened, at its end.
  std::function<void(Recording)> record;
  /// The rest of the run is left out once this property is violated; or empty.
  std::string stop_at;
  /// A fault it gives begins there, before the message leaves.
  std::function<std::optional<FaultSpec>(const SendPoint&)> at_send;
  /// Judge beside those of the scenario.
  std::vector<OwnCheck> checks;
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

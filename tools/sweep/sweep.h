#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/file/scenario.h"
#include "scenarios/sweep/tally.h"
#include "sim/schedule.h"
#include "tools/cases/find.h"
#include "tools/sweep/seeds.h"
#include "tools/sweep/worker_pool.h"

namespace shardlab::tools {

struct SweptScenario {
  std::string file;  ///< as it was given
  scenarios::Scenario scenario;
};

/// Every scenario is played with every seed.
struct SweepPlan {
  std::vector<SweptScenario> scenarios;
  Seeds seeds;
  sim::Schedule schedule;
  unsigned workers = 1;
  std::optional<Duration> time;  ///< real; no world begins later

  /// Of all scenarios together.
  std::uint64_t worlds() const { return scenarios.size() * seeds.count(); }
};

/// The case of a finding.
struct SweptCase {
  std::size_t scenario = 0;  ///< its position in the plan
  std::uint64_t seed = 0;
  FoundCase found;
};

struct SweepResult {
  std::vector<scenarios::Tally> tallies;  ///< one for each scenario of the plan
  JobsResult jobs;
  Duration real{0};
  std::vector<SweptCase> cases;  ///< in the order of the findings

  /// Null when there is none of that seed.
  const FoundCase* case_of(std::size_t scenario, std::uint64_t seed) const;

  std::uint64_t worlds() const;
};

/// Seed after seed, each for all scenarios in turn, so that one who has no time for all of it sees
/// something of each. The tallies do not depend on the number of workers. Tells its progress on
/// standard error.
SweepResult play_sweep(const SweepPlan& plan);

}  // namespace shardlab::tools

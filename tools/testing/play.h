#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/case/case.h"
#include "scenarios/run/runner.h"

namespace shardlab::testing {

/// What is asked of a run beyond the properties of its scenario.
struct Demand {
  std::vector<scenarios::OwnCheck> checks{};
  /// Only properties are judged: no command that fails, nothing that a step expects.
  bool commands_may_fail = false;
  /// So many does `always_held` play; `max_success` in RC_PARAMS goes before it.
  int runs = 20;
};

/// A run, and whether everything asked of it held.
struct Played {
  scenarios::Scenario scenario;
  std::uint64_t seed = 0;
  Demand demand;
  scenarios::RunReport report;
  /// Also of a run that could not be judged: its property then is `inconclusive`.
  std::optional<scenarios::CaseFailure> failure;
  std::optional<std::string> case_file;  ///< when a saved case was played

  bool held() const { return !failure; }
};

/// Plays a scenario. With SHARDLAB_CASE=CASE in the environment, the name of a found case or a
/// path, a test that has found that case plays it instead.
Played play(const scenarios::Scenario& scenario, std::uint64_t seed, Demand demand = {});

/// What a test says of a run that did not hold. Its first line plays it again: the run is saved as
/// a case and made smaller for that, which takes as long as SHARDLAB_SHRINK says (10s; 0s: not at
/// all). Cases lie in SHARDLAB_DIR (.shardlab). Throws WrongUsage.
std::string tell(const Played& played);

}  // namespace shardlab::testing

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/case/failure_text.h"
#include "sim/schedule.h"
#include "tools/sweep/worker.h"

namespace shardlab::tools {

/// A world that went wrong, to be played once more for its case.
struct Suspect {
  std::string file;              ///< of the scenario
  scenarios::Scenario scenario;  ///< as it was played: that of the file, perhaps with more faults
  std::uint64_t seed = 0;
  sim::Schedule schedule;
  std::string test{};  ///< that played it, or empty
};

/// Found by one command; more would only be in the way.
inline constexpr std::size_t most_cases = 5;

/// How far a case has come.
struct FoundCase {
  scenarios::Case smallest;
  scenarios::RunReport report;  ///< of `smallest`
  std::string file;             ///< of `smallest`
  std::string raw_file;         ///< as it was found; empty when it was read from a file
  std::optional<scenarios::Shrinking> shrinking;
  /// The same case gave two different traces: an error of the program, or a scenario that holds
  /// what no file can say.
  bool is_nondeterministic = false;
  bool was_interrupted = false;
};

struct ShrinkOptions {
  std::string folder;  ///< `".shardlab"`
  unsigned workers = 1;
  Duration budget{0};  ///< real; 0: the case is not shrunk
  std::vector<scenarios::OwnCheck> checks{};
};

/// Plays the world again with nothing left to its seed, saves the case, says on standard error
/// where, and shrinks it. None when what is written down does not go wrong: then only the seed
/// shows it. The failure is the weightiest of the run. Throws WrongUsage, ScenarioError.
std::optional<FoundCase> find_case(const Suspect& suspect, const ShrinkOptions& options);

/// Goes on with a case that lies in a file, which holds the smallest in the end. None when it does
/// not fail any more.
std::optional<FoundCase> shrink_file(const std::string& path, const ShrinkOptions& options);

}  // namespace shardlab::tools

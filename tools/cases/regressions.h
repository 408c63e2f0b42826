#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/case/case.h"
#include "scenarios/sweep/world_record.h"

namespace shardlab::tools {

/// A case that was played again to see that it holds now.
struct PlayedCase {
  std::string file;
  scenarios::Ending ending = scenarios::Ending::held;
  std::optional<scenarios::CaseFailure> failure;  ///< when it is violated
  bool fails_as_before = false;                   ///< then: in the way it once did
  std::string error;                              ///< when it could not be played
};

struct PlayedCases {
  std::vector<PlayedCase> cases;  ///< in the order of the files
  bool was_interrupted = false;
  std::size_t left_out = 0;  ///< then

  std::size_t count(scenarios::Ending ending) const;
};

/// Plays each case to its end in worker processes. Throws ScenarioError when one cannot be read.
PlayedCases play_cases(const std::vector<std::string>& files, unsigned workers);

/// A line with the numbers, and two for each case that did not hold; empty when there are none:
///
///     regressions  12 cases  held 11  violated 1
///       FAIL      rows-on-their-shard: 1 of 7 rows on test-0000000200 is outside ...
///       replay    shardlab replay regressions/3f9c1e.toml
std::string format_text(const PlayedCases& played);

/// Exit status: 70 when one could not be played, 1 when one is violated, 3 inconclusive, 5 when
/// there was none, else 0.
int status_of(const PlayedCases& played);

}  // namespace shardlab::tools

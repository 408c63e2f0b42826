#pragma once

#include "scenarios/history/clues.h"
#include "scenarios/history/linearizability.h"

namespace shardlab::scenarios::history {

/// Why there is no order of a history's operations.
struct Explanation {
  std::size_t operation = 0;  ///< the read that no order explains: its number
  std::size_t prefix = 0;     ///< operations that had begun when it ended; without it all is well
  std::vector<Clue> clues;    ///< against that read
};

/// Of a history that is violated: looks for the smallest beginning of it that is, too. Each attempt
/// may take `budget` steps; when one is given up the beginning that is found may be a longer one.
Explanation explain(const History& history, std::uint64_t budget = default_budget);

/// The operations that had begun when this read ended, without the results that came later.
History beginning_of(const History& history, std::size_t read);

}  // namespace shardlab::scenarios::history

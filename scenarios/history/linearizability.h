#pragma once

#include "scenarios/history/history.h"

namespace shardlab::scenarios::history {

enum class Verdict {
  linearizable,  ///< there is an order
  violated,      ///< there is none
  unknown,       ///< the search was given up
};

std::string_view to_string(Verdict verdict);

struct Judgement {
  Verdict verdict = Verdict::linearizable;
  std::uint64_t steps = 0;  ///< operations that were tried as the next one
};

/// Enough for a set or list of ten thousand operations.
inline constexpr std::uint64_t default_budget = 20'000'000;

/// Is there one order of the operations in which each one that is ok has its result, none comes
/// before one that had ended when it began, those of unknown outcome come where they help or not at
/// all, and those that were refused do not come? Gives up after `budget` steps, or when it would
/// have to remember a million states.
/// Source: Wing and Gong, "Testing and verifying concurrent objects", 1993; Lowe, "Testing for
/// linearizability", 2017 (the list of events and the states seen, as in porcupine and Knossos).
Judgement judge(const History& history, std::uint64_t budget = default_budget);

}  // namespace shardlab::scenarios::history

#pragma once

#include "scenarios/sweep/world_record.h"

namespace shardlab::tools {

// Exit statuses of the program. 0, 1 and 3 are the verdict of a run: scenarios/report/run_report.h.
inline constexpr int exit_held = 0;
inline constexpr int exit_violated = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_inconclusive = 3;
inline constexpr int exit_nondeterminism = 4;
inline constexpr int exit_nothing_ran = 5;
inline constexpr int exit_changed = 6;
inline constexpr int exit_internal = 70;
inline constexpr int exit_interrupted = 130;

/// Of worlds of which the worst ended so.
inline int exit_status_of(scenarios::Ending ending) {
  switch (ending) {
    case scenarios::Ending::held: return exit_held;
    case scenarios::Ending::violated: return exit_violated;
    case scenarios::Ending::inconclusive: return exit_inconclusive;
    case scenarios::Ending::failed: return exit_internal;
  }
  return exit_internal;
}

}  // namespace shardlab::tools

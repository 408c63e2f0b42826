#pragma once

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

}  // namespace shardlab::tools

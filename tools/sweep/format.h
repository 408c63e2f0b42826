#pragma once

#include <string>

#include "tools/cases/regressions.h"
#include "tools/sweep/sweep.h"

namespace shardlab::tools {

/// A block for each scenario, what the sweep as a whole says, and the verdict in the last line.
/// Only the line `figures` differs between two sweeps of the same plan:
///
///     guide  1,000 seeds  held 999  violated 1
///       FAIL      rows-on-their-shard (safety)  seed 77
///                 t=0:41.872 event 18233: 1 of 7 rows on test-0000000200 is outside ...
///       replay    shardlab run guide.toml --seed 77
///       sometimes frozen-reached 1,000 · replica-read-stale never
///       faults    12,345 injected, 14 % wasted: interrupt 40 %, clog 31 %
///       traces    9c01f2a4b7d3e658   18,233,011 events
///     figures     28.1 worlds/s · 2,150 simulated s/s · 205,000 events/s · 31 ms CPU a world ·
///     worker peak 61 MB verdict     violated: 1 of 1,000 worlds
std::string format_text(const SweepPlan& plan, const SweepResult& result);

/// The same facts: a line of JSON for each scenario, and one for the sweep, keys in a fixed order.
std::string format_json(const SweepPlan& plan, const SweepResult& result);

/// The line that plays one world of a sweep again: its case, or its seed.
std::string replay_line(const SweepPlan& plan, const SweepResult& result, std::size_t scenario,
                        std::uint64_t seed);

/// 130 interrupted, 5 nothing ran, 70 an internal error, 1 violated, 3 inconclusive, 0 held: the
/// first of these that is so.
int exit_status(const SweepResult& result);
/// The worse of both.
int exit_status(const PlayedCases& regressions, const SweepResult& result);

/// A line of JSON; empty when there are none.
std::string format_json(const PlayedCases& regressions);

}  // namespace shardlab::tools

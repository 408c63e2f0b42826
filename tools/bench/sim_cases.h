#pragma once

#include "sim/schedule.h"
#include "tools/bench/sample.h"

namespace shardlab::bench {

// Each on a sim::Scheduler of its own, with coroutines of type Task<>; an event is what the name
// says.

struct SimOptions {
  bool digest = true;
  bool cancellable = false;  ///< children of a TaskGroup, as all coroutines of a process are
  sim::Schedule schedule;
};
/// `co_await sleep_until(...)` for random durations.
Sample sleep_on_scheduler(Work work, SimOptions options = {});
/// `co_await post`.
Sample post_on_scheduler(Work work, SimOptions options = {});
/// Functions that post themselves.
Sample raw_post_on_scheduler(Work work);
/// Pairs of coroutines that notify each other over two Conditions: there and back.
Sample notify_round_trip(Work work);
/// The same over two Channels of capacity 1.
Sample channel_round_trip(Work work);

enum class Outcome { in_time, deadline };
/// `Condition::wait_until(deadline)`, each against a coroutine that sleeps and then notifies.
Sample race_of_condition(Work work, Outcome outcome);
/// `until(deadline, sleep)`. With `Outcome::deadline` an exception tells of the timeout.
Sample race_of_until(Work work, Outcome outcome);

/// Bytes that each coroutine holds while it sleeps, its timer included.
double bytes_per_sleeper(std::size_t coroutines);

}  // namespace shardlab::bench

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/coroutine.h"
#include "sim/fault.h"

namespace shardlab::sim {

class Scheduler;

/// The clock of one host, as a function of the loop's time, in integers. It has two faces: the wall
/// clock, which can be off and jump, and the steady clock, which only ever runs on. Both run at the
/// host's own rate. Undisturbed, both read the loop's time.
///
/// Faults of one clock add up. Their objects must not outlive the world.
class HostClock {
 public:
  /// Drift stays below this, so that time never stands still.
  static constexpr std::int64_t drift_limit_ppm = 500'000;

  explicit HostClock(const Scheduler& scheduler);
  HostClock(const HostClock&) = delete;
  HostClock& operator=(const HostClock&) = delete;

  /// The wall clock. It goes backwards where a step takes it back.
  TimePoint now();
  /// The steady clock: for durations. It neither is off nor jumps, but drifts with the host.
  TimePoint steady() const;
  /// How far the wall clock is off from the loop's time.
  Duration error() const;

  /// The first instant, in the loop's time, at which the steady clock will have moved on by
  /// `duration`; reckoned at the rate the clock has now.
  TimePoint deadline(Duration duration);
  /// Suspends until the steady clock has moved on by `duration`, whatever its rate does meanwhile.
  /// Throws Error: cancelled.
  Task<> sleep(Duration duration);

  /// The wall clock is off by `offset` as long as the fault lives. Counts readings.
  [[nodiscard]] std::unique_ptr<Fault> skew(Duration offset);
  /// The clock runs too fast by `ppm` millionths (too slow when negative) as long as the fault
  /// lives. What the wall clock got wrong meanwhile stays wrong. Counts readings that are off,
  /// deadlines that are not where an exact clock would put them, and sleepers whose end moved.
  [[nodiscard]] std::unique_ptr<Fault> drift(std::int64_t ppm);
  /// The wall clock steps by `step`, once; timers stay where they are. The clock stays moved when
  /// the fault ends: another jump takes it back. Counts readings that are off, until it ends.
  std::unique_ptr<Fault> jump(Duration step);

 private:
  class Skew;
  class Drift;
  class Jump;
  struct Reader;

  void change_rate(std::int64_t ppm);

  const Scheduler& scheduler_;
  TimePoint since_;         ///< when the rate last changed, in the loop's time
  TimePoint steady_since_;  ///< the steady clock then
  std::int64_t ppm_ = 0;
  Duration offset_{0};
  std::vector<Reader*> readers_;  ///< the faults that count
  Condition rate_changed_;
};

}  // namespace shardlab::sim

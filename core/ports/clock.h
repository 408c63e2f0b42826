#pragma once

#include "core/base/coroutine.h"

namespace shardlab {

/// The clock of the host a process runs on. It may be skewed, drift and jump; durations are
/// measured on it too.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  /// Suspends for at least `duration`. Throws Error: cancelled.
  virtual Task<> sleep(Duration duration) = 0;
  /// The instant, as the event loop counts time, at which `duration` from now will have passed.
  /// For `until(clock.deadline(5s), task)` and `Condition::wait_until`.
  virtual TimePoint deadline(Duration duration) const = 0;
};

}  // namespace shardlab

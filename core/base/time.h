#pragma once

#include <chrono>
#include <cstdint>

namespace shardlab {

using Duration = std::chrono::nanoseconds;

/// Tag of the one time line everything lives on. It has no `now()`: time is asked of a port.
struct WorldClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<WorldClock>;
  static constexpr bool is_steady = true;
};

/// Nanoseconds since the Unix epoch.
using TimePoint = WorldClock::time_point;

constexpr std::int64_t to_ns(TimePoint at) { return at.time_since_epoch().count(); }
constexpr TimePoint from_ns(std::int64_t ns) { return TimePoint(Duration(ns)); }

using namespace std::chrono_literals;

}  // namespace shardlab

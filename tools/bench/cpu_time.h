#pragma once

#include <cstdint>
#include <ctime>

namespace shardlab::bench {

/// Nanoseconds this thread has computed so far. Unlike the time on the wall it stands still while
/// the machine does something else.
inline std::int64_t cpu_time_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace shardlab::bench

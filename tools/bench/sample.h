#pragma once

#include <cstddef>
#include <cstdint>

#include "tools/bench/cpu_time.h"
#include "tools/bench/memory_use.h"

namespace shardlab::bench {

/// How much one case is to do.
struct Work {
  std::size_t coroutines = 100;
  std::uint64_t events = 500'000;
};

/// What it took, for each event.
struct Sample {
  double ns = 0;
  double allocations = 0;
};

/// From its birth to `sample`; both lie in the steady state of a case.
class Measurement {
 public:
  Sample sample(std::uint64_t events) const {
    const std::int64_t ended = cpu_time_ns();
    const auto count = static_cast<double>(events);
    Sample sample;
    sample.ns = static_cast<double>(ended - began_) / count;
    sample.allocations =
        static_cast<double>(memory_use().allocations - before_.allocations) / count;
    return sample;
  }

 private:
  MemoryUse before_ = memory_use();
  std::int64_t began_ = cpu_time_ns();
};

}  // namespace shardlab::bench

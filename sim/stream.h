#pragma once

#include <cstdint>

namespace shardlab::sim {

/// xoshiro256** seeded by splitmix64: the same numbers on every platform.
/// Source: Blackman, Vigna, "Scrambled linear pseudorandom number generators".
class Stream {
 public:
  explicit Stream(std::uint64_t seed);
  std::uint64_t next();
  /// Uniform in [0, bound), exact (Lemire). `bound` must not be 0.
  std::uint64_t below(std::uint64_t bound);

 private:
  std::uint64_t state_[4];
};

}  // namespace shardlab::sim

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

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

/// Where every nondeterministic decision of a world comes from. A decision is a named draw; the
/// part of the name before the first dot picks the stream, so that a new draw in one subsystem
/// does not shift the others: `draw("network.latency", 1000)`.
class Choices {
 public:
  explicit Choices(std::uint64_t seed) : seed_(seed) {}

  std::uint64_t seed() const { return seed_; }
  /// Uniform in [0, bound); 0 for bound 0 or 1 (still counted as a draw). By convention 0 is the
  /// calmest choice: the oldest event first, the shortest latency, no fault.
  std::uint64_t draw(std::string_view site, std::uint64_t bound);
  /// True with probability `numerator / denominator`; the calmest choice is false.
  bool chance(std::string_view site, std::uint64_t numerator, std::uint64_t denominator);
  std::uint64_t draws() const { return draws_; }

 private:
  Stream& stream(std::string_view subsystem);

  std::uint64_t seed_;
  std::uint64_t draws_ = 0;
  std::map<std::string, Stream, std::less<>> streams_;
};

}  // namespace shardlab::sim

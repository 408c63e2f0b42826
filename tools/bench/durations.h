#pragma once

#include <cstdint>

namespace shardlab::bench {

/// How long the next one sleeps: 1 to 1,000,000 ns, the same sequence for every contestant.
/// C++17, because the headers of one peer do not compile as C++20.
class Durations {
 public:
  std::int64_t next_ns() {
    state_ += 0x9e3779b97f4a7c15ull;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    z ^= z >> 31;
    return 1 + static_cast<std::int64_t>(((z >> 32) * 1'000'000) >> 32);
  }

 private:
  std::uint64_t state_ = 42;
};

}  // namespace shardlab::bench

#pragma once

#include <cstdint>

namespace shardlab::sim {

/// Something that is wrong with the world, for as long as this object lives: a partition, a slow
/// disk, a skewed clock. Its destructor mends what it broke, unless the world mended it before.
///
/// It counts what it changed (a message dropped, a write delayed). A fault whose count stays at
/// zero was wasted: the run would have been the same without it.
class Fault {
 public:
  Fault() = default;
  Fault(const Fault&) = delete;
  Fault& operator=(const Fault&) = delete;
  virtual ~Fault() = default;

  virtual std::uint64_t effects() const { return effects_; }

 protected:
  void count_effect(std::uint64_t times = 1) { effects_ += times; }

 private:
  std::uint64_t effects_ = 0;
};

}  // namespace shardlab::sim

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/base/time.h"
#include "sim/fault.h"

namespace shardlab::sim {

/// What keeps a process, or all processes of a host, from running: pauses and slowness, as faults.
/// Pauses nest, costs add up.
///
/// Paused means that nothing runs: peers see silence, messages arrive and lie there, timers fall
/// due and fire at the end of the pause, in their order. A paused process can crash. Slow means
/// that every step takes that long before it has its effect, one after the other.
class Hindrance {
 public:
  /// `changed` is called after each change; `delayed` gives how many steps were delayed so far.
  Hindrance(std::function<void()> changed, std::function<std::uint64_t()> delayed);
  Hindrance(const Hindrance&) = delete;
  Hindrance& operator=(const Hindrance&) = delete;

  /// Both count the steps that were delayed while they lived, whatever delayed them.
  [[nodiscard]] std::unique_ptr<Fault> pause();
  [[nodiscard]] std::unique_ptr<Fault> slow(Duration cost);

  bool is_paused() const;
  /// What a step costs; 0 is the normal state.
  Duration cost() const;
  /// What was hindered is gone. Faults that still live have no part in what comes next.
  void forget();

 private:
  class Delay;
  std::unique_ptr<Fault> add(bool is_pause, Duration cost);

  std::function<void()> changed_;
  std::function<std::uint64_t()> delayed_;
  std::vector<Delay*> delays_;  ///< in force, in the order they came
};

}  // namespace shardlab::sim

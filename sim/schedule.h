#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace shardlab::sim {

/// Which of several ops that are runnable at one instant goes first. Time always comes before it:
/// no strategy runs a later op before an earlier one. `"fifo"`, `"random"`, `"pct:3"`, `"delay:5"`.
struct Schedule {
  enum class Kind : std::uint8_t {
    fifo,    ///< the oldest
    random,  ///< each with the same chance: draw `schedule.next`
    /// Each lane has a priority of its own, the highest goes first. At `count - 1` drawn steps the
    /// lane that would go is put below all others. A bug that needs `count` orderings shows up with
    /// a chance of at least 1 / (lanes * steps^(count - 1)) in a run.
    /// Source: Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding
    /// Bugs", ASPLOS 2010.
    pct,
    /// The oldest, except at `count` drawn steps, where it is put behind all others.
    /// Source: Emmi, Qadeer, Rakamaric, "Delay-Bounded Scheduling", POPL 2011.
    delay_bounded,
  };

  Kind kind = Kind::fifo;
  std::uint32_t count = 0;          ///< pct: depth, 1 to 3; delay_bounded: delays, 1 to 1000
  std::uint64_t horizon = 100'000;  ///< steps among which change points and delays are drawn

  /// `"pct"` alone means depth 3, `"delay"` alone means 5 delays; a second number is the horizon:
  /// `"pct:2:5000"`. Error: invalid_argument, with what is known.
  static Result<Schedule> parse(std::string_view text);
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// The form that `parse` reads; the horizon only where it is not the usual one.
std::string to_string(const Schedule& schedule);

}  // namespace shardlab::sim

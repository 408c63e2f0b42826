#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "scenarios/case/case.h"

namespace shardlab::scenarios {

/// Plays smaller candidates for a case, as many as somebody's patience allows.
class Trials {
 public:
  virtual ~Trials() = default;

  /// How many are played at once.
  virtual std::size_t at_once() const { return 1; }
  /// A candidate that fails as the case does, with its own digest and failure. The first of the
  /// list that does; those behind it need not be played. None: none does, or patience has ended.
  struct Hit {
    std::size_t index = 0;
    Case candidate;
  };
  virtual std::optional<Hit> first_failing(std::vector<Case> candidates) = 0;
  virtual bool is_over() const = 0;
  /// Called with every smaller case, so that it can be saved.
  virtual void found_smaller(const Case&) {}
};

struct Shrunk {
  Case smallest;
  /// Every single part was left out once more, and without it there is no failure.
  bool is_minimal = false;
};

/// Makes a case smaller as long as it fails in the same way: leaves out draws, faults, visits,
/// rows, tablets, vtgates, then makes times and values simpler. Parts go in halves, quarters and so
/// on, down to single ones, again and again until no single one can go.
/// Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002.
Shrunk shrink(Case start, Trials& trials);

}  // namespace shardlab::scenarios

#pragma once

#include <array>

#include "core/base/event.h"

namespace shardlab::worker {

/// A job went from one state to the next: `"cloning the data (offline)"`.
struct WorkerStateChanged {
  static constexpr std::string_view kind = "WorkerStateChanged";
  std::string_view job, state;
  auto fields() const { return std::array{EventField{"job", job}, EventField{"state", state}}; }
};

/// A tablet could not be given back as it was taken: somebody has to do it by hand.
struct CleanUpFailed {
  static constexpr std::string_view kind = "CleanUpFailed";
  std::string_view action, target, error;
  auto fields() const {
    return std::array{EventField{"action", action}, EventField{"target", target},
                      EventField{"error", error}};
  }
};

/// SplitDiff has compared one table, while both tablets still stand at the same source position.
struct SplitDiffTableCompared {
  static constexpr std::string_view kind = "SplitDiffTableCompared";
  std::string_view source, target, table, key_range;
  bool clean = false;
  auto fields() const {
    return std::array{EventField{"source", source}, EventField{"target", target},
                      EventField{"table", table}, EventField{"key_range", key_range},
                      EventField{"clean", clean}};
  }
};

}  // namespace shardlab::worker

#pragma once

#include <array>

#include "core/base/event.h"

namespace shardlab::sim {

/// A fault came into force.
struct FaultStarted {
  static constexpr std::string_view kind = "FaultStarted";
  std::string_view fault;   ///< `"partition"`
  std::string_view target;  ///< what it is about, as its kind puts it: `"a,b | c"`

  auto fields() const {
    return std::array{EventField{"fault", fault}, EventField{"target", target}};
  }
};

/// A fault is over.
struct FaultEnded {
  static constexpr std::string_view kind = "FaultEnded";
  std::string_view fault;
  std::string_view target;
  std::uint64_t effects;  ///< see Fault

  auto fields() const {
    return std::array{EventField{"fault", fault}, EventField{"target", target},
                      EventField{"effects", effects}};
  }
};

}  // namespace shardlab::sim

#pragma once

#include <array>

#include "core/base/event.h"

namespace shardlab::vreplication {

/// A stream started, stopped at its position, or failed and will be tried again.
struct StreamStateChanged {
  static constexpr std::string_view kind = "VReplicationStreamStateChanged";
  std::int64_t id = 0;
  std::string_view source, state, position, message;
  auto fields() const {
    return std::array{EventField{"id", id}, EventField{"source", source},
                      EventField{"state", state}, EventField{"position", position},
                      EventField{"message", message}};
  }
};

}  // namespace shardlab::vreplication

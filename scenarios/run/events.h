#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/base/event.h"

namespace shardlab::scenarios {

/// The operator typed a command and waits for its end.
struct CommandStarted {
  static constexpr std::string_view kind = "CommandStarted";
  std::string_view name;       ///< `"MigrateServedTypes"`
  std::string_view arguments;  ///< `"test_keyspace/0 master"`
  auto fields() const {
    return std::array{EventField{"name", name}, EventField{"arguments", arguments}};
  }
};

/// It ended, or the run's limit was reached.
struct CommandEnded {
  static constexpr std::string_view kind = "CommandEnded";
  std::string_view name;
  std::string_view arguments;
  std::int64_t status = 0;  ///< as the shell sees it
  std::string_view error;
  auto fields() const {
    return std::array{EventField{"name", name}, EventField{"arguments", arguments},
                      EventField{"status", status}, EventField{"error", error}};
  }
};

}  // namespace shardlab::scenarios

#pragma once

#include <string_view>
#include <vector>

namespace shardlab::scenarios {

/// Events of a run that a trigger can name, and what they are in the trace.
struct EventName {
  std::string_view name;   ///< `"migrate.frozen"`
  std::string_view kind;   ///< `"MigrationStepDone"`
  std::string_view field;  ///< that must read `value`; empty when any event of the kind will do
  std::string_view value;
  std::string_view about;  ///< half a sentence
};

const std::vector<EventName>& event_names();
/// Null for an unknown name.
const EventName* find_event_name(std::string_view name);

}  // namespace shardlab::scenarios

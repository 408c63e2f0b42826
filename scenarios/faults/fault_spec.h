#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "scenarios/faults/event_names.h"
#include "scenarios/faults/kinds.h"
#include "scenarios/faults/target.h"
#include "scenarios/shell/command_line.h"
#include "sim/file.h"

namespace shardlab::scenarios {

/// When a fault begins: at a time, after something, or on an event; then a delay.
struct FaultTrigger {
  enum class On { time, step, fault, event };
  On on = On::time;
  Duration at{0};                                          ///< of `time`: since faults may begin
  std::string id;                                          ///< of `step` or `fault`
  const EventName* event = nullptr;                        ///< of `event`
  std::vector<std::pair<std::string, std::string>> where;  ///< fields of it that must read so
  std::uint64_t nth = 1;                                   ///< of those events
  Duration least_delay{0};                                 ///< drawn between both ends
  Duration most_delay{0};
};

/// One `[[fault]]` of a scenario file.
struct FaultSpec {
  std::string id;
  const FaultKindInfo* kind = nullptr;
  FaultTarget target;
  std::optional<FaultTarget> peer;
  FaultTrigger trigger;
  std::optional<Duration> length;  ///< without one it lasts until faults are over
  std::int64_t amount = 0;         ///< in the unit of the kind
  std::int64_t chance_millionths = 1'000'000;
  std::optional<sim::CrashMode> unsynced;  ///< of a power loss: what becomes of it
  std::optional<CommandLine> command;      ///< of `command`
  std::string step;                        ///< of `out-of-turn`: its id
};

/// `"crash master(test_keyspace/0) on migrate.frozen for 10 s"`.
std::string to_text(const FaultSpec& spec);

}  // namespace shardlab::scenarios

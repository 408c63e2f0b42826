#pragma once

#include <string_view>

#include "scenarios/situations/watcher.h"
#include "tests/scenarios/checks/fake_world.h"

namespace shardlab::scenarios::situations {

// Events as a run records them.

inline void show_command(Watcher& watcher, std::string_view name, std::string_view arguments) {
  show(watcher, "CommandStarted", {{"name", name}, {"arguments", arguments}});
}

inline void show_command_end(Watcher& watcher, std::string_view name, std::string_view arguments,
                             std::int64_t status = 0) {
  show(watcher, "CommandEnded",
       {{"name", name},
        {"arguments", arguments},
        {"status", status},
        {"error", std::string_view()}});
}

inline void show_step(Watcher& watcher, std::string_view step, std::string_view type = "master") {
  show(watcher, "MigrationStepDone",
       {{"keyspace", std::string_view("ks")}, {"type", type}, {"step", step}});
}

inline void show_fault(Watcher& watcher, std::string_view fault, std::string_view target) {
  show(watcher, "FaultStarted", {{"fault", fault}, {"target", target}});
}

inline void show_fault_end(Watcher& watcher, std::string_view fault, std::string_view target,
                           std::uint64_t effects = 1) {
  show(watcher, "FaultEnded", {{"fault", fault}, {"target", target}, {"effects", effects}});
}

inline void kill(Watcher& watcher, std::string_view host, std::string_view process) {
  show_fault(watcher, "crash", host);
  show(watcher, "ProcessCrashed", {}, host, process);
}

}  // namespace shardlab::scenarios::situations

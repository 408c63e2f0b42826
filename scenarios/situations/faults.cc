#include <fmt/format.h>

#include "scenarios/situations/catalogue.h"
#include "scenarios/situations/words.h"

namespace shardlab::scenarios::situations {
namespace {

struct Group {
  std::string_view name;
  std::span<const std::string_view> kinds;
};

std::string_view told(Phase phase) {
  switch (phase) {
    case Phase::before_clone: return "before SplitClone";
    case Phase::clone: return "when SplitClone has its turn";
    case Phase::diff: return "when SplitDiff has its turn";
    case Phase::rdonly_migration: return "when rdonly migrates";
    case Phase::replica_migration: return "when replicas migrate";
    case Phase::cutover: return "when the master migrates";
    case Phase::afterwards: return "after the cutover";
  }
  return "";
}

}  // namespace

/// Every group of faults in every phase.
Theme faults_theme() {
  const Group groups[] = {{"process", process_faults()},
                          {"network", network_faults()},
                          {"disk", disk_faults()},
                          {"clock", clock_faults()}};
  const Phase phases[] = {
      Phase::before_clone,      Phase::clone,   Phase::diff,      Phase::rdonly_migration,
      Phase::replica_migration, Phase::cutover, Phase::afterwards};
  Theme theme{"faults", "faults with an effect, in each part of the procedure", {}};
  for (const Phase phase : phases) {
    for (const Group& group : groups) {
      theme.situations.push_back(
          {fmt::format("{}-fault-in-{}", group.name, to_string(phase)),
           fmt::format("a {} fault that has an effect begins {}", group.name, told(phase)),
           fault_took_effect(group.kinds) && begun_in(phase),
           phase == Phase::afterwards ? very_rare : rare});
    }
  }
  return theme;
}

}  // namespace shardlab::scenarios::situations

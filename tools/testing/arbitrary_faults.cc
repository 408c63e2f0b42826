#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "scenarios/cluster/host_names.h"
#include "tools/testing/generators.h"
#include "tools/testing/pick.h"

namespace shardlab::testing {
namespace {

using scenarios::FaultKindInfo;
using scenarios::FaultSpec;
using scenarios::FaultTarget;
using scenarios::FaultTrigger;
using scenarios::Scenario;
using std::chrono::milliseconds;
using Aim = FaultKindInfo::Aim;

/// What an operator does in such a fault is for the scenario to say.
bool is_of_operators(const FaultKindInfo& kind) {
  return kind.name == "command" || kind.name == "out-of-turn";
}

std::vector<const FaultKindInfo*> kinds_to_choose() {
  std::vector<const FaultKindInfo*> kinds;
  for (const FaultKindInfo& kind : scenarios::fault_kinds()) {
    if (!is_of_operators(kind)) kinds.push_back(&kind);
  }
  return kinds;
}

/// Whom a fault of the kind can be about.
std::vector<FaultTarget> targets_of(const FaultKindInfo& kind, const Scenario& scenario) {
  const bool has_servers = kind.aim != Aim::etcd;
  const bool has_etcds = kind.aim != Aim::server;
  const bool has_others = kind.aim == Aim::host || kind.aim == Aim::host_or_process;
  std::vector<FaultTarget> targets;
  for (const std::string& shard : scenarios::shard_paths(scenario)) {
    if (!has_servers) break;
    for (const char* role : {"replica", "rdonly", "master"}) targets.push_back({role, shard, ""});
  }
  for (const std::string& cell : scenario.cluster.cells) {
    if (has_others) targets.push_back({"vtgate", cell, ""});
    if (has_etcds) targets.push_back({"etcd", cell, ""});
  }
  if (has_etcds) targets.push_back({"etcd", "global", ""});
  if (!has_others) return targets;
  targets.push_back({"", "vtworker", ""});
  targets.push_back({"", "vtctld", ""});
  return targets;
}

FaultTarget pick_target(const FaultKindInfo& kind, const Scenario& scenario) {
  static const std::vector<std::string> processes{"", "vttablet", "mysqld"};
  FaultTarget target = pick_one(targets_of(kind, scenario));
  const std::string& process = pick_one(processes);
  const bool is_tablet = target.argument.find('/') != std::string::npos;
  if (is_tablet && kind.aim == Aim::host_or_process) target.process = process;
  return target;
}

/// Somebody else; for every other tablet one of its own shard, with which it has more to do.
FaultTarget pick_peer(const FaultKindInfo& kind, const FaultTarget& target,
                      const Scenario& scenario) {
  std::vector<FaultTarget> others = targets_of(kind, scenario);
  std::erase_if(others, [&](const FaultTarget& one) { return one.text() == target.text(); });
  std::vector<FaultTarget> near = others;
  std::erase_if(near, [&](const FaultTarget& one) { return one.argument != target.argument; });
  const bool is_near = pick(0, 1) == 0;
  const bool is_tablet = target.argument.find('/') != std::string::npos;
  return pick_one(is_near && is_tablet ? near : others);
}

FaultTrigger pick_trigger(const Scenario& scenario) {
  constexpr std::int64_t last_ms = 60'000, most_delay_ms = 1'000;
  FaultTrigger trigger;
  trigger.on = std::array{FaultTrigger::On::time, FaultTrigger::On::step,
                          FaultTrigger::On::event}[pick<std::size_t>(0, 2)];
  switch (trigger.on) {
    case FaultTrigger::On::step: trigger.id = pick_one(scenario.steps).id; break;
    case FaultTrigger::On::event:
      trigger.event = &pick_one(scenarios::event_names());
      trigger.nth = pick<std::uint64_t>(1, 3);
      break;
    default: trigger.at = milliseconds(pick<std::int64_t>(0, last_ms)); return trigger;
  }
  trigger.least_delay = trigger.most_delay = milliseconds(pick<std::int64_t>(0, most_delay_ms));
  return trigger;
}

/// The kind's own amount, and some that are greater.
std::int64_t pick_amount(const FaultKindInfo& kind) {
  if (kind.amount.empty()) return 0;
  return scenarios::parse_amount(kind, kind.amount) * pick<std::int64_t>(1, 5);
}

FaultSpec pick_fault(const Scenario& scenario) {
  constexpr std::int64_t least_ms = 10, most_ms = 30'000;
  static const std::vector<const FaultKindInfo*> kinds = kinds_to_choose();
  FaultSpec fault;
  fault.kind = pick_one(kinds);
  fault.trigger = pick_trigger(scenario);
  if (fault.kind->aim != Aim::nobody) fault.target = pick_target(*fault.kind, scenario);
  if (fault.kind->has_peer()) fault.peer = pick_peer(*fault.kind, fault.target, scenario);
  if (!fault.kind->is_instant()) {
    fault.length = milliseconds(pick<std::int64_t>(least_ms, most_ms));
  }
  fault.amount = pick_amount(*fault.kind);
  if (fault.kind->world == sim::FaultKind::power_loss) {
    fault.unsynced = static_cast<sim::CrashMode>(pick(0, 2));
  }
  return fault;
}

}  // namespace

rc::Gen<std::vector<FaultSpec>> arbitrary_faults(const Scenario& scenario, std::size_t at_most) {
  const rc::Gen<FaultSpec> fault = rc::gen::exec([scenario] { return pick_fault(scenario); });
  return rc::gen::map(several(at_most, fault), [](std::vector<FaultSpec> faults) {
    for (std::size_t i = 0; i < faults.size(); ++i) faults[i].id = fmt::format("fault-{}", i + 1);
    return faults;
  });
}

}  // namespace shardlab::testing

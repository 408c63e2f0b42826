#include "scenarios/file/read_faults.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>

#include "scenarios/cluster/host_names.h"
#include "scenarios/text/suggest.h"

namespace shardlab::scenarios {
namespace {

constexpr Duration longest = std::chrono::hours(24);

bool is_known_fault(const Scenario& scenario, const std::string& id) {
  return std::any_of(scenario.faults.begin(), scenario.faults.end(),
                     [&](const FaultSpec& fault) { return fault.id == id; });
}

const FaultKindInfo& read_kind(const Section& section) {
  std::vector<std::string_view> names;
  for (const FaultKindInfo& kind : fault_kinds()) names.push_back(kind.name);
  return fault_kinds()[choice_of(section.need("kind"), "fault kind", "kinds", names)];
}

/// A host that the scenario has, a shard that it has or will have, an earlier fault.
void check_target(const Node& node, const FaultTarget& target, const Scenario& scenario) {
  if (target.function == "last") {
    if (is_known_fault(scenario, target.argument)) return;
    std::vector<std::string_view> ids;
    for (const FaultSpec& fault : scenario.faults) ids.push_back(fault.id);
    fail_at(node.place, fmt::format("no fault \"{}\" before this one", target.argument),
            did_you_mean(target.argument, "faults", ids));
  }
  const std::vector<std::string> hosts = host_names(scenario);
  if (target.function.empty()) {
    if (std::find(hosts.begin(), hosts.end(), target.argument) != hosts.end()) return;
    const std::vector<std::string_view> names(hosts.begin(), hosts.end());
    fail_at(node.place, fmt::format("unknown host \"{}\"", target.argument),
            did_you_mean(target.argument, "hosts", names));
  }
  std::vector<std::string> known;
  const bool is_cell = is_about_etcd(target) || target.function == "vtgate";
  if (is_about_etcd(target)) known.push_back("global");
  if (is_cell) {
    known.insert(known.end(), scenario.cluster.cells.begin(), scenario.cluster.cells.end());
  } else {
    known = shard_paths(scenario);
  }
  if (std::find(known.begin(), known.end(), target.argument) != known.end()) return;
  const std::vector<std::string_view> names(known.begin(), known.end());
  fail_at(node.place, fmt::format("unknown {} \"{}\"", is_cell ? "cell" : "shard", target.argument),
          did_you_mean(target.argument, is_cell ? "cells" : "shards", names));
}

void check_aim(const Node& node, const FaultTarget& target, const FaultKindInfo& kind) {
  using Aim = FaultKindInfo::Aim;
  const bool for_process = kind.aim == Aim::host_or_process;
  if (!target.process.empty() && !for_process) {
    fail_at(node.place, fmt::format("\"{}\" is about a whole host, not a process", kind.name),
            fmt::format("write {}", FaultTarget{target.function, target.argument, ""}.text()));
  }
  const bool is_etcd = is_about_etcd(target) || target.argument.starts_with("etcd-");
  if (kind.aim == Aim::etcd && !is_etcd && target.function != "last") {
    fail_at(node.place, fmt::format("\"{}\" needs an etcd", kind.name),
            "write etcd(global) or etcd(test)");
  }
}

FaultTarget read_target(const Node& node, const FaultKindInfo& kind, const Scenario& scenario) {
  FaultTarget target = parsed(node, parse_target);
  check_target(node, target, scenario);
  check_aim(node, target, kind);
  return target;
}

const EventName* read_event(const Node& node) {
  std::vector<std::string_view> names;
  for (const EventName& event : event_names()) names.push_back(event.name);
  return &event_names()[choice_of(node, "event", "events", names)];
}

void read_delay(const Node& node, FaultTrigger& trigger) {
  if (node.kind != Node::Kind::table) {
    trigger.least_delay = trigger.most_delay = duration_of(node);
    return;
  }
  constexpr std::array<std::string_view, 1> draws{"uniform"};
  const Section delay(node, "\"delay\"", {"min", "max", "draw"});
  if (const Node* draw = delay.find("draw")) choice_of(*draw, "draw", "draws", draws);
  delay.read("min", trigger.least_delay);
  trigger.most_delay = duration_of(delay.need("max"));
  if (trigger.most_delay < trigger.least_delay) {
    fail_at(node.place, "\"max\" is shorter than \"min\"");
  }
}

void read_after(const Node& node, const Scenario& scenario, FaultTrigger& trigger) {
  trigger.id = text_of(node);
  if (is_known_fault(scenario, trigger.id)) {
    trigger.on = FaultTrigger::On::fault;
    return;
  }
  trigger.on = FaultTrigger::On::step;
  std::vector<std::string_view> ids;
  for (const Step& step : scenario.steps) ids.push_back(step.id);
  choice_of(node, "step or fault", "steps", ids);
}

FaultTrigger read_trigger(const Section& section, const Scenario& scenario) {
  FaultTrigger trigger;
  const Node* at = section.find("at");
  const Node* after = section.find("after");
  const Node* on = section.find("on");
  const int given = (at != nullptr) + (after != nullptr) + (on != nullptr);
  if (given != 1) {
    fail_at(section.table().place,
            "a fault begins \"at\" a time, \"after\" a step or fault, or \"on\" "
            "an event: one of them",
            "for example: on = \"migrate.frozen\"");
  }
  if (at) trigger.at = duration_of(*at);
  if (after) read_after(*after, scenario, trigger);
  if (on) {
    trigger.on = FaultTrigger::On::event;
    trigger.event = read_event(*on);
  }
  for (const std::string_view key : {"where", "nth"}) {
    const Node* node = section.find(key);
    if (node && !on) fail_at(node->place, fmt::format("\"{}\" belongs to \"on\"", key));
  }
  if (const Node* where = section.find("where")) {
    if (where->kind != Node::Kind::table) {
      fail_at(where->place, "\"where\" names fields of the event",
              "for example: where = { type = \"master\" }");
    }
    for (const Member& member : where->members) {
      trigger.where.emplace_back(member.key, text_of(member.value));
    }
  }
  if (const Node* nth = section.find("nth")) {
    trigger.nth = static_cast<std::uint64_t>(integer_of(*nth, 1, 1'000'000'000));
  }
  if (const Node* delay = section.find("delay")) read_delay(*delay, trigger);
  return trigger;
}

void read_length(const Section& section, FaultSpec& fault) {
  const Node* length = section.find("for");
  if (!length) return;
  if (fault.kind->is_instant()) {
    fail_at(length->place,
            fmt::format("\"{}\" happens at once and has no length", fault.kind->name));
  }
  fault.length = duration_of(*length);
  if (*fault.length > longest) fail_at(length->place, "a fault lasts a day at most");
}

void read_amount(const Section& section, FaultSpec& fault) {
  const Node* amount = section.find("amount");
  if (fault.kind->amount.empty()) {
    if (amount) fail_at(amount->place, fmt::format("\"{}\" has no amount", fault.kind->name));
    return;
  }
  fault.amount = parse_amount(*fault.kind, fault.kind->amount);
  if (!amount) return;
  fault.amount =
      parsed(*amount, [&](std::string_view text) { return parse_amount(*fault.kind, text); });
  const bool is_signed = fault.kind->world && sim::is_signed(*fault.kind->world);
  if (!is_signed && fault.amount < 0) fail_at(amount->place, "\"amount\" must not be negative");
}

void read_disk(const Section& section, FaultSpec& fault) {
  const Node* disk = section.find("disk");
  if (!disk) return;
  constexpr std::array<std::string_view, 3> fates{"kept", "lost", "torn"};
  const Section how(*disk, "\"disk\"", {"unsynced"});
  const Node& unsynced = how.need("unsynced");
  fault.unsynced = static_cast<sim::CrashMode>(choice_of(unsynced, "fate", "fates", fates));
  if (fault.kind->name != "power-loss") {
    fail_at(disk->place, "only a power loss takes what no disk has synced",
            "write kind = \"power-loss\"");
  }
}

void read_chance(const Section& section, FaultSpec& fault) {
  const Node* chance = section.find("chance");
  if (!chance) return;
  try {
    fault.chance_millionths = parse_millionths(chance->text);
  } catch (const TextError& error) {
    fail_at(chance->place, error.text, error.hint);
  }
}

void read_who(const Section& section, const Scenario& scenario, FaultSpec& fault) {
  const Node* target = section.find("target");
  const Node* peer = section.find("peer");
  if (fault.kind->aim == FaultKindInfo::Aim::nobody) {
    if (target) fail_at(target->place, fmt::format("\"{}\" has no target", fault.kind->name));
  } else {
    fault.target = read_target(section.need("target"), *fault.kind, scenario);
  }
  if (fault.kind->has_peer()) {
    fault.peer = read_target(section.need("peer"), *fault.kind, scenario);
  } else if (peer) {
    fail_at(peer->place, fmt::format("\"{}\" has no peer", fault.kind->name));
  }
}

void read_command(const Section& section, const VirtualFiles& files, FaultSpec& fault) {
  const Node* run = section.find("run");
  const bool is_command = fault.kind->cluster == ClusterFault::command;
  if (run && !is_command) fail_at(run->place, fmt::format("\"{}\" runs nothing", fault.kind->name));
  if (!is_command) return;
  const Node& line = section.need("run");
  auto commands = parsed(line, [&](std::string_view text) { return parse_commands(text, files); });
  if (commands.size() != 1) fail_at(line.place, "\"run\" must be one command");
  fault.command = std::move(commands.front());
  if (fault.command->script != "kvtctl.sh") {
    fail_at(line.place, "a second operator has only kvtctl.sh",
            "for example: run = \"./kvtctl.sh ListAllTablets test\"");
  }
}

void read_step_out_of_turn(const Section& section, const Scenario& scenario, FaultSpec& fault) {
  const Node* step = section.find("step");
  const bool is_wanted = fault.kind->cluster == ClusterFault::out_of_turn;
  if (step && !is_wanted) {
    fail_at(step->place, fmt::format("\"{}\" plays no step", fault.kind->name));
  }
  if (!is_wanted) return;
  const Node& id = section.need("step");
  std::vector<std::string_view> ids;
  for (const Step& one : scenario.steps) ids.push_back(one.id);
  const Step& one = scenario.steps[choice_of(id, "step", "steps", ids)];
  const bool has_any = std::any_of(one.commands.begin(), one.commands.end(),
                                   [](const auto& line) { return line.script == "kvtctl.sh"; });
  if (!has_any) {
    fail_at(id.place, fmt::format("the step \"{}\" has no kvtctl.sh", one.id),
            "a second operator has only kvtctl.sh");
  }
  fault.step = one.id;
}

FaultSpec read_fault(const Node& node, const Scenario& scenario, const VirtualFiles& files) {
  const Section section(node, "[[fault]]",
                        {"id", "kind", "target", "peer", "at", "after", "on", "where", "nth",
                         "delay", "for", "amount", "chance", "disk", "run", "step"});
  FaultSpec fault;
  fault.id = fmt::format("fault-{}", scenario.faults.size() + 1);
  section.read("id", fault.id);
  if (is_known_fault(scenario, fault.id) || scenario.find_step(fault.id)) {
    fail_at(section.need("id").place, fmt::format("the id \"{}\" is given twice", fault.id));
  }
  fault.kind = &read_kind(section);
  read_who(section, scenario, fault);
  fault.trigger = read_trigger(section, scenario);
  read_length(section, fault);
  read_amount(section, fault);
  read_disk(section, fault);
  read_chance(section, fault);
  read_command(section, files, fault);
  read_step_out_of_turn(section, scenario, fault);
  return fault;
}

}  // namespace

void read_faults(const Section& root, Scenario& scenario) {
  const Node* faults = root.find("fault");
  if (!faults) return;
  VirtualFiles files;
  for (const auto& [name, file] : scenario.files) files[name] = file.content;
  for (const Node& node : list_of(*faults)) {
    scenario.faults.push_back(read_fault(node, scenario, files));
  }
}

}  // namespace shardlab::scenarios

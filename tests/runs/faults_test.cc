#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <set>

#include "scenarios/faults/fault_spec.h"
#include "scenarios/run/runner.h"
#include "tests/runs/guide_run.h"

using namespace shardlab;
using namespace shardlab::scenarios;

namespace {

/// A fault of the kind that meets a guide with visitors: something that talks, writes, waits.
FaultSpec telling_fault(const FaultKindInfo& kind) {
  FaultSpec fault;
  fault.id = "fault";
  fault.kind = &kind;
  const std::string shard = "test_keyspace/0";
  switch (kind.aim) {
    case FaultKindInfo::Aim::etcd: fault.target = {"etcd", "global", ""}; break;
    case FaultKindInfo::Aim::server: fault.target = {"master", shard, ""}; break;
    case FaultKindInfo::Aim::nobody: break;
    default: fault.target = {"master", shard, ""};
  }
  constexpr std::array of_replicas{
      ClusterFault::stop_replication, ClusterFault::lag,
      ClusterFault::delayed_replica,  ClusterFault::purged_log,
      ClusterFault::unsynced_crash,   ClusterFault::errant_transaction};
  if (std::ranges::find(of_replicas, kind.cluster) != of_replicas.end()) {
    fault.target.function = "replica";
  }
  const bool is_of_watches =
      kind.cluster == ClusterFault::silent_watch || kind.cluster == ClusterFault::compaction;
  if (kind.cluster == ClusterFault::watch_cut || is_of_watches) fault.target.argument = "test";
  if (kind.cluster == ClusterFault::minority) fault.target.function = "leader";
  if (kind.cluster == ClusterFault::out_of_turn) fault.step = "migrate-rdonly";
  if (kind.has_peer()) fault.peer = FaultTarget{"vtgate", "test", ""};
  if (!kind.amount.empty()) fault.amount = parse_amount(kind, kind.amount);
  if (!kind.is_instant()) fault.length = 3s;
  if (kind.cluster == ClusterFault::command) {
    fault.command = CommandLine{"kvtctl.sh", {"ListAllTablets", "test"}, "./kvtctl.sh ...", 0};
  }
  if (kind.cluster == ClusterFault::interrupt) {
    fault.trigger.on = FaultTrigger::On::event;
    fault.trigger.event = find_event_name("clone.copying");
  } else if (is_of_watches) {
    fault.trigger.on = FaultTrigger::On::event;
    fault.trigger.event = find_event_name("migrate.controls-set");
  } else if (kind.cluster == ClusterFault::expire_leases ||
             kind.cluster == ClusterFault::slow_etcd || kind.cluster == ClusterFault::lost_answer) {
    fault.trigger.on = FaultTrigger::On::event;
    fault.trigger.event = find_event_name("topo.lock-taken");
    fault.trigger.nth = 4;
  } else if (kind.cluster == ClusterFault::deadlock ||
             kind.cluster == ClusterFault::errant_transaction) {
    fault.target.argument = "test_keyspace/-80";
    fault.trigger.on = FaultTrigger::On::event;
    fault.trigger.event = find_event_name("stream.running");
    fault.trigger.nth = 2;
    fault.length = 10s;
  } else {
    fault.trigger.at = 20s;
  }
  return fault;
}

/// The guide with visitors until all its commands can be done again when they fail.
Scenario hardy_guide() {
  Scenario scenario = runs::scenario_of("swarm.toml");
  scenario.is_swarm = false;
  scenario.loads = runs::scenario_of("guide-live.toml").loads;
  return scenario;
}

std::string story_of(const RunReport& report) {
  std::string text;
  for (const FaultLine& fault : report.faults) {
    text += fmt::format("{}: {} ({} effects)\n", fault.what, fault.target, fault.effects);
  }
  for (const PropertyReport& property : report.properties) {
    if (property.outcome == PropertyOutcome::violated) text += property.name + property.detail;
  }
  return text;
}

}  // namespace

TEST_CASE("Faults: each kind happens in the guide and changes something, and the guide holds") {
  for (const FaultKindInfo& kind : fault_kinds()) {
    CAPTURE(kind.name);
    Scenario scenario = hardy_guide();
    scenario.faults.push_back(telling_fault(kind));
    if (kind.cluster == ClusterFault::minority) scenario.cluster.etcd_global = 3;
    const RunReport report = run_scenario(scenario, RunOptions());
    INFO(story_of(report));
    REQUIRE(report.faults.size() == 1);
    CHECK(report.faults[0].at.has_value());
    CHECK(report.faults[0].effects > 0);
    CHECK(verdict_of(report) == Verdict::held);
  }
  CHECK(fault_kinds().size() >= 30);
}

TEST_CASE(
    "Faults: the guide goes on when the leader of each etcd of three is lost, one after one") {
  Scenario scenario = hardy_guide();
  scenario.cluster.etcd_global = scenario.cluster.etcd_per_cell = 3;
  for (const auto& [id, cell, at] :
       {std::tuple("global", "global", 15s), std::tuple("cell", "test", 25s)}) {
    FaultSpec lost = telling_fault(*find_fault_kind("power-loss"));
    lost.id = id;
    lost.target = {"leader", cell, ""};
    lost.trigger.at = at;
    lost.length = 20s;
    scenario.faults.push_back(lost);
  }
  int elected = 0;
  RunOptions options;
  options.trace = [&](const sim::TraceEvent& event) {
    if (event.kind == "EtcdLeaderElected" && event.text("before") != "") ++elected;
  };
  const RunReport report = run_scenario(scenario, std::move(options));
  INFO(story_of(report));
  CHECK(elected >= 2);
  for (const FaultLine& fault : report.faults) CHECK(fault.effects > 0);
  CHECK(verdict_of(report) == Verdict::held);
}

TEST_CASE("Faults: a commit whose answer is lost is done, and its visitor does not know it") {
  for (const char* name : {"cut-before-commit", "cut-after-commit"}) {
    CAPTURE(name);
    Scenario scenario = hardy_guide();
    scenario.faults.push_back(telling_fault(*find_fault_kind(name)));
    const RunReport report = run_scenario(scenario, RunOptions());
    INFO(story_of(report));
    CHECK(report.faults.at(0).effects == 1);
    CHECK(report.loads.at(0).unknown == 1);  // either way he cannot tell
    CHECK(verdict_of(report) == Verdict::held);
  }
}

TEST_CASE("Faults: a tablet whose statements are killed while it starts, starts all the same") {
  Scenario scenario = hardy_guide();
  FaultSpec restart = telling_fault(*find_fault_kind("restart"));
  restart.target.process = "vttablet";
  FaultSpec kill = telling_fault(*find_fault_kind("kill-query"));
  kill.id = "kill";
  kill.amount = 8;
  kill.trigger = restart.trigger;
  kill.length = 10s;
  scenario.faults = {restart, kill};
  const RunReport report = run_scenario(scenario, RunOptions());
  INFO(story_of(report));
  CHECK(report.faults.at(1).effects == 8);
  CHECK(verdict_of(report) == Verdict::held);
}

TEST_CASE("Faults: what a master acknowledged and had not synced is lost, and that is found") {
  Scenario scenario = hardy_guide();
  FaultSpec crash = telling_fault(*find_fault_kind("unsynced-crash"));
  crash.target.function = "master";
  scenario.faults = {crash};
  const RunReport report = run_scenario(scenario, RunOptions());
  INFO(story_of(report));
  CHECK(report.faults.at(0).effects > 0);
  CHECK(verdict_of(report) == Verdict::violated);
  const auto lost =
      std::ranges::find(report.properties, "acknowledged-writes-survive", &PropertyReport::name);
  REQUIRE(lost != report.properties.end());
  CHECK(lost->outcome == PropertyOutcome::violated);
}

TEST_CASE("Faults: a log is purged only where another replica still has it") {
  Scenario scenario = hardy_guide();
  FaultSpec first = telling_fault(*find_fault_kind("purged-log"));
  FaultSpec second = first, third = first;
  second.id = "second";
  second.trigger.at += 5s;
  third.id = "third";
  third.trigger.at += 10s;
  scenario.faults = {first, second, third};
  const RunReport report = run_scenario(scenario, RunOptions());
  INFO(story_of(report));
  CHECK(report.faults.at(0).effects > 0);
  std::set<std::string> purged;
  for (const FaultLine& fault : report.faults) {
    if (fault.effects > 0) purged.insert(fault.target);
  }
  CHECK(purged.size() == 1);
  CHECK(verdict_of(report) == Verdict::held);
}

TEST_CASE("Faults: replication that is stopped by hand is not what SplitDiff left") {
  Scenario scenario = hardy_guide();
  FaultSpec stop = telling_fault(*find_fault_kind("stop-replication"));
  stop.trigger.on = FaultTrigger::On::event;
  stop.trigger.event = find_event_name("diff.comparing");
  stop.length = 30s;
  scenario.faults = {stop};
  const RunReport report = run_scenario(scenario, RunOptions());
  INFO(story_of(report));
  CHECK(report.faults.at(0).effects == 1);
  CHECK(verdict_of(report) == Verdict::held);
}

TEST_CASE("Faults: somebody who migrates out of turn is refused, or has done it") {
  for (const char* step : {"migrate-rdonly", "migrate-replica", "migrate-master", "schema"}) {
    for (const char* after : {"vschema", "masters", "clone", "diff"}) {
      CAPTURE(step, after);
      Scenario scenario = hardy_guide();
      FaultSpec early = telling_fault(*find_fault_kind("out-of-turn"));
      early.step = step;
      early.trigger.on = FaultTrigger::On::step;
      early.trigger.id = after;
      scenario.faults = {early};
      const RunReport report = run_scenario(scenario, RunOptions());
      INFO(story_of(report));
      CHECK(verdict_of(report) == Verdict::held);
    }
  }
}

TEST_CASE("Faults: one is on an event, one after it, and hits whom that one hit") {
  Scenario scenario = hardy_guide();
  FaultSpec die = telling_fault(*find_fault_kind("crash"));
  die.id = "die";
  die.length.reset();
  die.trigger.on = FaultTrigger::On::event;
  die.trigger.event = find_event_name("migrate.source-readonly");
  die.trigger.where = {{"type", "master"}};
  FaultSpec rise = telling_fault(*find_fault_kind("restart"));
  rise.id = "rise";
  rise.target = {"last", "die", ""};
  rise.trigger.on = FaultTrigger::On::fault;
  rise.trigger.id = "die";
  rise.trigger.least_delay = rise.trigger.most_delay = 30s;
  scenario.faults = {die, rise};
  const RunReport report = run_scenario(scenario, RunOptions());
  INFO(story_of(report));
  REQUIRE(report.faults.size() == 2);
  CHECK(report.faults[0].target == "test-0000000100");
  CHECK(report.faults[1].target == "test-0000000100");
  REQUIRE(report.faults[0].at);
  REQUIRE(report.faults[1].at);
  CHECK(*report.faults[1].at - *report.faults[0].at == 30s);
  CHECK(verdict_of(report) == Verdict::held);
}

TEST_CASE("Faults: before the step that says so none begins, nor by bad luck of its chance") {
  Scenario scenario = hardy_guide();
  scenario.faults_after = "clone";
  FaultSpec early = telling_fault(*find_fault_kind("pause"));
  early.trigger.at = 1s;
  FaultSpec never = telling_fault(*find_fault_kind("crash"));
  never.chance_millionths = 0;
  scenario.faults = {early, never};
  const RunReport report = run_scenario(scenario, RunOptions());
  REQUIRE(report.faults.size() == 2);
  REQUIRE(report.faults[0].at);
  const auto clone = std::find_if(report.steps.begin(), report.steps.end(), [](const auto& step) {
    return step.what.starts_with("SplitClone");
  });
  REQUIRE(clone != report.steps.end());
  CHECK(*report.faults[0].at > clone->at + 1s);
  CHECK_FALSE(report.faults[1].at);
}

TEST_CASE("Faults: a Guestbook that was down has its visitors again, and the visitor his turn") {
  Scenario scenario = hardy_guide();
  FaultSpec down = telling_fault(*find_fault_kind("crash"));
  down.target = {"", "guestbook", ""};
  down.length = 5s;
  down.trigger.on = FaultTrigger::On::event;
  down.trigger.event = find_event_name("clone.copying");  // its step ends with two posts
  scenario.faults = {down};
  const RunReport report = run_scenario(scenario, RunOptions());
  INFO(story_of(report));
  CHECK(report.faults.at(0).effects == 1);
  CHECK(verdict_of(report) == Verdict::held);
  REQUIRE(report.loads.size() == 1);
  CHECK(report.loads[0].ok > 500);  // 20 a second, most of them after the crash
}

TEST_CASE("Faults: SplitDiff that is interrupted gives back its tablets by itself") {
  Scenario scenario = hardy_guide();
  FaultSpec interrupt = telling_fault(*find_fault_kind("interrupt"));
  interrupt.trigger.event = find_event_name("diff.comparing");
  scenario.faults = {interrupt};
  const RunReport report = run_scenario(scenario, RunOptions());
  INFO(story_of(report));
  CHECK(verdict_of(report) == Verdict::held);
  std::set<std::string> typed;
  bool was_interrupted = false;
  for (const StepReport& step : report.steps) {
    typed.insert(step.what.substr(0, step.what.find(' ')));
    was_interrupted |= step.outcome.find("interrupted") != std::string::npos;
  }
  CHECK(was_interrupted);
  CHECK_FALSE(typed.contains("ChangeSlaveType"));
}

TEST_CASE("Faults: an operator who does not try again cancels nothing") {
  Scenario scenario = hardy_guide();
  scenario.retry.reset();
  const auto clone = *scenario.find_step("clone");
  Step again = scenario.steps[clone];
  again.id = "clone-again";
  again.done_when.reset();
  scenario.steps.insert(scenario.steps.begin() + static_cast<std::ptrdiff_t>(clone) + 1, again);
  const RunReport report = run_scenario(scenario, RunOptions());
  int failed = 0;
  for (const StepReport& step : report.steps) {
    failed += !step.failures.empty();
    CHECK_FALSE(step.what.starts_with("CancelResharding"));
  }
  CHECK(failed == 1);
  for (const PropertyReport& property : report.properties) {
    CAPTURE(property.name, property.detail);
    const bool is_about_the_operator = property.name == "procedure-is-recoverable";
    CHECK((property.outcome == PropertyOutcome::violated) == is_about_the_operator);
  }
}

TEST_CASE("Swarm: a seed draws the same scenario again, another seed another one") {
  const Scenario scenario = runs::scenario_of("swarm.toml");
  std::set<std::string> digests;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    RunOptions options;
    options.seed = seed;
    const RunReport first = run_scenario(scenario, options);
    const RunReport second = run_scenario(scenario, options);
    CHECK(first.digest == second.digest);
    CHECK(first.drawn == second.drawn);
    digests.insert(first.digest);
  }
  CHECK(digests.size() == 6);
}

TEST_CASE("Swarm: its choices, played again, give the same run") {
  const Scenario scenario = runs::scenario_of("swarm.toml");
  sim::ChoiceTape tape;
  RunOptions options;
  options.seed = 5;
  options.record = [&](const scenarios::Recording& run) { tape = run.choices; };
  const RunReport drawn = run_scenario(scenario, options);
  RunOptions replay;
  replay.choices = tape;
  const RunReport played = run_scenario(scenario, replay);
  CHECK(played.digest == drawn.digest);
  CHECK(played.played == sim::Choices::Misfit());
}

#include <catch2/catch.hpp>

#include "scenarios/checks/topology_view.h"
#include "tests/runs/guide_run.h"

using namespace shardlab;
using namespace shardlab::scenarios;
using namespace shardlab::runs;
using fakes::guestbook::Outcome;

namespace {

/// The guide while visitors write; processes will die, so that service need not go on.
Scenario a_scenario_with_crashes(int vtgates = 1) {
  Scenario scenario = scenario_of("guide-live.toml");
  std::erase_if(scenario.properties,
                [](const Property& property) { return property.name == "service-goes-on"; });
  scenario.cluster.vtgates["test"] = vtgates;
  return scenario;
}

sim::Process& process(GuideRun& run, const std::string& host, const std::string& name) {
  sim::Host* found = run.cluster().world().find_host(host);
  check(found && found->find_process(name), "the cluster has no such process");
  return *found->find_process(name);
}

/// Everything works in the end, and no acknowledged write is lost.
void finish_under_load(GuideRun& run) {
  run.play_to("look-again");
  CHECK(run.serving(topodata::MASTER) == std::vector<std::string>{"-80", "80-"});
  run.play_to_end();
  run.run_for(1min);
  CHECK(run.violations() == std::vector<std::string>());
  CHECK(run.cluster().ledger().summary().writes_acknowledged > 100);
}

bool has_caught_up(GuideRun& run, const std::string& replica, const std::string& master) {
  return run.texts_on(replica) == run.texts_on(master);
}

/// Does the action right after the first such event.
void when(GuideRun& run, std::string kind, std::string field, std::string value,
          std::function<void()> action) {
  run.cluster().world().trace().observe(
      [&run, kind, field, value, action, done = false](const sim::TraceEvent& event) mutable {
        if (done || event.kind != kind || event.text(field) != value) return;
        done = true;
        run.in(0s, action);
      });
}

std::uint64_t writes_acknowledged(GuideRun& run) {
  return run.cluster().ledger().summary().writes_acknowledged;
}

}  // namespace

TEST_CASE("Crash: a replica comes back, registers, replicates what it missed and serves") {
  GuideRun run(21, a_scenario_with_crashes());
  run.run_for(2s);
  run.cluster().stop(alias(101));
  CHECK_FALSE(run.cluster().is_serving(alias(101)));
  run.run_for(10s);
  CHECK_FALSE(has_caught_up(run, alias(101), alias(100)));

  run.cluster().start(alias(101));
  CHECK(run.run_until([&] { return run.cluster().is_serving(alias(101)); }, 30s));
  run.cluster().stop_load();
  CHECK(run.run_until([&] { return has_caught_up(run, alias(101), alias(100)); }, 30s));
  CHECK(run.type("./kvtctl.sh RunHealthCheck " + alias(101)).status == 0);
  CHECK(run.type("./kvtctl.sh ListAllTablets test")
            .output.find(alias(101) + " test_keyspace 0 replica ") != std::string::npos);
  run.cluster().start_load(run.scenario().loads.front());
  finish_under_load(run);
}

TEST_CASE("Crash: the tablets that SplitClone reads die; it is run again when they are back") {
  GuideRun run(22, a_scenario_with_crashes());
  run.play_to("schema");
  when(run, "WorkerStateChanged", "state", "cloning the data (offline)", [&] {
    for (const std::uint32_t uid : {103, 104}) run.cluster().stop(alias(uid));
  });
  const CommandResult first = run.type("./sharded-vtworker.sh SplitClone test_keyspace/0");
  INFO(first.output);
  CHECK(first.status == 1);
  CHECK_FALSE(first.timed_out);
  for (const std::uint32_t uid : {103, 104}) run.cluster().start(alias(uid));
  for (const std::uint32_t uid : {103, 104}) {
    CHECK(run.run_until([&] { return run.cluster().is_serving(alias(uid)); }, 1min));
  }
  finish_under_load(run);
}

TEST_CASE("Crash: vtctld dies while replica reads migrate; the command is run again and ends") {
  GuideRun run(23, a_scenario_with_crashes());
  run.play_to("migrate-rdonly");
  run.in(3s, [&] { run.cluster().stop("vtctld"); });
  const CommandResult first = run.type("./kvtctl.sh MigrateServedTypes test_keyspace/0 replica");
  INFO(first.output);
  CHECK(first.status == 1);
  CHECK_FALSE(first.timed_out);
  run.cluster().start("vtctld");
  run.run_for(2s);
  const CommandResult second = run.type("./kvtctl.sh MigrateServedTypes test_keyspace/0 replica");
  INFO(second.output);
  CHECK(second.status == 0);
  CHECK(run.serving(topodata::REPLICA) == std::vector<std::string>{"-80", "80-"});
  CHECK_FALSE(run.cluster().is_serving(alias(101)));
  finish_under_load(run);
}

TEST_CASE("Crash: vtctld dies after any step of the master's cutover; run again, it completes") {
  const std::string step =
      GENERATE("source-readonly", "positions-read", "targets-caught-up", "frozen",
               "reverse-streams-created", "targets-enabled", "streams-deleted", "targets-serving",
               "graph-migrated", "source-not-serving");
  CAPTURE(step);
  GuideRun run(24, a_scenario_with_crashes());
  run.play_to("migrate-replica");
  when(run, "MigrationStepDone", "step", step, [&] { run.cluster().stop("vtctld"); });
  const CommandResult first = run.type("./kvtctl.sh MigrateServedTypes test_keyspace/0 master");
  INFO(first.output);
  CHECK(first.status == 1);
  CHECK_FALSE(first.timed_out);
  run.cluster().start("vtctld");
  run.run_for(2s);
  const std::uint64_t before = writes_acknowledged(run);
  finish_under_load(run);
  CHECK(writes_acknowledged(run) > before + 10);
}

TEST_CASE("Crash: one of two vtgates dies, and visitors go on through the other") {
  GuideRun run(25, a_scenario_with_crashes(2));
  run.run_for(5s);
  run.cluster().stop("vtgate-test-1");
  run.run_for(1s);
  const auto before = run.cluster().ledger().summary();
  run.run_for(10s);
  const auto after = run.cluster().ledger().summary();
  CHECK(after.reads_ok > before.reads_ok + 50);
  CHECK(after.writes_acknowledged > before.writes_acknowledged + 10);
  run.cluster().start("vtgate-test-1");
  run.run_for(5s);
  const auto failed = run.cluster().ledger().summary().reads_failed;
  run.run_for(10s);
  CHECK(run.cluster().ledger().summary().reads_failed == failed);
  finish_under_load(run);
}

TEST_CASE("Crash: the only vtgate dies; nothing is acknowledged until it is back") {
  GuideRun run(26, a_scenario_with_crashes());
  run.run_for(5s);
  run.cluster().stop("vtgate-test-1");
  const std::uint64_t before = writes_acknowledged(run);
  run.run_for(5s);
  CHECK(writes_acknowledged(run) == before);
  run.cluster().start("vtgate-test-1");
  run.run_for(10s);
  CHECK(writes_acknowledged(run) > before + 10);
  finish_under_load(run);
}

TEST_CASE("Crash: the master's vttablet alone dies and is master again when it is back") {
  GuideRun run(27, a_scenario_with_crashes());
  run.run_for(5s);
  process(run, alias(100), "vttablet").crash();
  const std::uint64_t before = writes_acknowledged(run);
  run.run_for(5s);
  CHECK(writes_acknowledged(run) == before);
  process(run, alias(100), "vttablet").start();
  CHECK(run.run_until([&] { return run.cluster().is_serving(alias(100)); }, 30s));
  CHECK(run.run_until([&] { return writes_acknowledged(run) > before + 10; }, 30s));
  CHECK(tablet_records(run.cluster()).front().type() == topodata::MASTER);
  finish_under_load(run);
}

TEST_CASE("Crash: the master with its mysqld dies and keeps every acknowledged write") {
  GuideRun run(28, a_scenario_with_crashes());
  run.run_for(10s);
  run.cluster().stop(alias(100));
  run.run_for(2s);
  run.cluster().start(alias(100));
  CHECK(run.run_until([&] { return run.cluster().is_serving(alias(100)); }, 30s));
  CHECK(run.run_until([&] { return run.post(3, "are you back?") == Outcome::acknowledged; }, 30s));
  finish_under_load(run);
}

TEST_CASE("Crash: a new shard's master dies while it follows, and catches up when it is back") {
  GuideRun run(29, a_scenario_with_crashes());
  run.play_to("clone");
  run.cluster().stop(alias(200));
  run.run_for(10s);
  run.cluster().start(alias(200));
  CHECK(run.run_until(
      [&] { return run.cluster().is_listening(alias(200), LiveCluster::tablet_port); }, 30s));
  run.cluster().stop_load();
  CHECK(run.run_until(
      [&] {
        return run.texts_on(alias(200)).size() + run.texts_on(alias(300)).size() ==
               run.texts_on(alias(100)).size();
      },
      1min));
  run.cluster().start_load(run.scenario().loads.front());
  finish_under_load(run);
}

TEST_CASE("Crash: the old master comes back after the cutover and never serves: it is frozen") {
  GuideRun run(30, a_scenario_with_crashes());
  run.play_to("look-again");
  const std::vector<std::string> rows = run.texts_on(alias(100));
  run.cluster().stop(alias(100));
  run.run_for(5s);
  bool has_served = false;
  run.cluster().world().trace().observe([&](const sim::TraceEvent& event) {
    if (event.kind != "TabletServingChanged" || event.text("alias") != alias(100)) return;
    if (event.text("state") == "SERVING") has_served = true;
  });
  run.cluster().start(alias(100));
  run.run_for(1min);
  CHECK(run.cluster().is_listening(alias(100), LiveCluster::tablet_port));
  CHECK_FALSE(has_served);
  CHECK(run.post(3, "to the new master") == Outcome::acknowledged);
  CHECK(run.texts_on(alias(100)) == rows);
  finish_under_load(run);
}

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
void finish(GuideRun& run) {
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

std::uint64_t writes_acknowledged(GuideRun& run) {
  return run.cluster().ledger().summary().writes_acknowledged;
}

std::string read_only_on(GuideRun& run, const std::string& alias) {
  return run.type("./kvtctl.sh ExecuteFetchAsDba " + alias + " \"SELECT @@global.read_only\"")
      .output;
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
  CHECK(run.type("./kvtctl.sh ListAllTablets test").output.find(alias(101) +
                                                                " test_keyspace 0 replica ") !=
        std::string::npos);
  run.cluster().start_load(run.scenario().loads.front());
  finish(run);
}

TEST_CASE("Crash: the source of SplitClone's rows dies, and a second try copies from another") {
  GuideRun run(22, a_scenario_with_crashes());
  run.play_to("schema");
  run.in(200ms, [&] { run.cluster().stop(alias(104)); });
  run.in(200ms, [&] { run.cluster().stop(alias(103)); });
  const CommandResult first = run.type("./sharded-vtworker.sh SplitClone test_keyspace/0");
  INFO(first.output);
  CHECK(first.status == 1);
  run.cluster().start(alias(103));
  run.cluster().start(alias(104));
  CHECK(run.run_until([&] { return run.cluster().is_serving(alias(103)); }, 1min));
  run.run_for(10s);
  CHECK(run.type("./kvtctl.sh ChangeSlaveType test-0000000104 rdonly").status == 0);
  CHECK(run.type("./kvtctl.sh ChangeSlaveType test-0000000103 rdonly").status == 0);
  finish(run);
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
  finish(run);
}

TEST_CASE("Crash: vtctld dies at any moment of the master's cutover; running it again completes") {
  for (const Duration moment : {20ms, 60ms, 100ms, 140ms, 180ms, 220ms, 260ms}) {
    CAPTURE(moment.count());
    GuideRun run(24, a_scenario_with_crashes());
    run.play_to("migrate-replica");
    run.in(moment, [&] { run.cluster().stop("vtctld"); });
    const CommandResult first = run.type("./kvtctl.sh MigrateServedTypes test_keyspace/0 master");
    INFO(first.output);
    CHECK_FALSE(first.timed_out);
    run.cluster().start("vtctld");
    run.run_for(2s);
    const std::uint64_t before = writes_acknowledged(run);
    finish(run);
    CHECK(writes_acknowledged(run) > before + 10);
  }
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
  finish(run);
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
  finish(run);
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
  finish(run);
}

TEST_CASE("Crash: the master with its mysqld dies and keeps every acknowledged write") {
  GuideRun run(28, a_scenario_with_crashes());
  run.run_for(10s);
  run.cluster().stop(alias(100));
  run.run_for(2s);
  run.cluster().start(alias(100));
  CHECK(run.run_until([&] { return run.cluster().is_serving(alias(100)); }, 30s));
  CHECK(run.run_until([&] { return run.post(3, "are you back?") == Outcome::acknowledged; }, 30s));
  finish(run);
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
  finish(run);
}

TEST_CASE("Crash: the old master comes back after the cutover and does not serve: it is frozen") {
  GuideRun run(30, a_scenario_with_crashes());
  run.play_to("look-again");
  const std::vector<std::string> rows = run.texts_on(alias(100));
  run.cluster().stop(alias(100));
  run.run_for(5s);
  run.cluster().start(alias(100));
  for (int second = 0; second < 60; ++second) {
    run.run_for(1s);
    if (run.cluster().is_serving(alias(100))) FAIL("serves after " << second << " s");
  }
  CHECK(run.cluster().is_listening(alias(100), LiveCluster::tablet_port));
  CHECK(run.texts_on(alias(100)) == rows);
  CHECK(run.post(3, "to the new master") == Outcome::acknowledged);
  CHECK(run.texts_on(alias(100)) == rows);
  INFO(read_only_on(run, alias(100)));
  finish(run);
}

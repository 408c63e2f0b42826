#include "scenarios/case/case_file.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

#include "scenarios/case/failure_text.h"
#include "scenarios/cluster/host_names.h"
#include "scenarios/file/load.h"
#include "scenarios/file/scenario_error.h"
#include "scenarios/swarm/swarm.h"
#include "tests/temporary_folder.h"

namespace shardlab::scenarios {
namespace {

const std::string guide = SHARDLAB_SOURCE_DIR "/scenarios/files/guide-live.toml";

void write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

/// One fault of every kind that needs no id of another.
std::vector<FaultSpec> every_kind() {
  std::vector<FaultSpec> faults;
  for (const FaultKindInfo& kind : fault_kinds()) {
    FaultSpec fault;
    fault.id = fmt::format("fault-{}", faults.size() + 1);
    fault.kind = &kind;
    if (kind.aim == FaultKindInfo::Aim::etcd) {
      fault.target = parse_target("etcd(global)");
    } else if (kind.aim != FaultKindInfo::Aim::nobody) {
      fault.target = parse_target("master(test_keyspace/0)");
    }
    if (kind.has_peer()) fault.peer = parse_target("vtctld");
    fault.trigger.at = Duration(41'203'456'789);
    if (!kind.is_instant()) fault.length = 1500ms;
    if (!kind.amount.empty()) fault.amount = parse_amount(kind, kind.amount);
    if (kind.name == "power-loss") fault.unsynced = sim::CrashMode::torn;
    if (kind.cluster == ClusterFault::command) {
      fault.command = parse_commands("./kvtctl.sh ListAllTablets test", {}).front();
    }
    if (kind.cluster == ClusterFault::out_of_turn) fault.step = "schema";
    faults.push_back(std::move(fault));
  }
  return faults;
}

Case a_case() {
  Case made;
  made.base = guide;
  made.scenario = load_scenario(guide);
  made.scenario.pace = 300ms;
  made.scenario.data->count = 3;
  made.scenario.loads.front().visits = std::vector<Visit>{
      {.at = 1500ms, .kind = Visit::Kind::write, .page = 5},
      {.at = Duration(2'000'000'001), .kind = Visit::Kind::read_master, .page = 7},
      {.at = 3s, .kind = Visit::Kind::read_replica, .page = ~std::uint64_t{0}}};
  made.scenario.faults = every_kind();
  made.schedule = *sim::Schedule::parse("pct:2");
  made.draws.append("network.latency", 10, 0);
  made.draws.append("network.latency", 10, 7);
  made.draws.append("schedule.next", 3, 2);
  made.found_by = {"swarm", 7741, "0.1.0", "2026-11-22"};
  made.failure = {"rows-on-their-shard", "safety", "t=0:41.872 event 7: 1 \"row\" \\ is\tlost"};
  made.digest = "9c01f2a4b7d3e658";
  made.events = 18'233;
  made.found = CaseSize{61, 412, 11, 15};
  return made;
}

TEST_CASE("Case file: what was written is read again, every kind of fault with it") {
  const TemporaryFolder folder;
  const Case written = a_case();
  const CaseText text = to_text(written, folder.path(), "a.choices");
  CHECK(text.choices.empty());
  write(folder.file("a.toml"), text.toml);
  const Case read = load_case(folder.file("a.toml"));
  REQUIRE(read.scenario.faults.size() == written.scenario.faults.size());
  for (std::size_t i = 0; i < read.scenario.faults.size(); ++i) {
    CHECK(to_text(read.scenario.faults[i]) == to_text(written.scenario.faults[i]));
    CHECK(read.scenario.faults[i].unsynced == written.scenario.faults[i].unsynced);
  }
  CHECK(read.scenario.loads.front().visits == written.scenario.loads.front().visits);
  CHECK(read.scenario.pace == 300ms);
  CHECK(read.scenario.steps.size() == written.scenario.steps.size());
  CHECK(read.schedule == written.schedule);
  CHECK(read.failure.sentence == written.failure.sentence);
  CHECK(read.found == written.found);
  // The bounds are those of the values: only values are played.
  CHECK(read.draws.find("network.latency")->values == std::vector<std::uint64_t>{0, 7});
  CHECK(to_text(read, folder.path(), "a.choices").toml == text.toml);
}

TEST_CASE("Case file: many draws lie beside it") {
  const TemporaryFolder folder;
  Case written = a_case();
  for (std::uint64_t i = 1; i < 500; ++i) written.draws.append("network.latency", 1000, i);
  const CaseText text = to_text(written, folder.path(), "a.choices");
  REQUIRE_FALSE(text.choices.empty());
  write(folder.file("a.toml"), text.toml);
  write(folder.file("a.choices"), text.choices);
  CHECK(load_case(folder.file("a.toml")).draws == written.draws);
  write(folder.file("a.choices"), "not draws");
  CHECK_THROWS_AS(load_case(folder.file("a.toml")), ScenarioError);
}

TEST_CASE("Case file: of a swarm nothing is left open") {
  const TemporaryFolder folder;
  Case written = a_case();
  written.base = SHARDLAB_SOURCE_DIR "/scenarios/files/swarm.toml";
  write(folder.file("a.toml"), to_text(written, folder.path(), "").toml);
  CHECK_FALSE(load_case(folder.file("a.toml")).scenario.is_swarm);
  CHECK(is_case(folder.file("a.toml")));
  CHECK_FALSE(is_scenario(folder.file("a.toml")));
}

TEST_CASE("Case file: what a swarm draws is read again as it was drawn") {
  const TemporaryFolder folder;
  Case written = a_case();
  written.base = SHARDLAB_SOURCE_DIR "/scenarios/files/swarm.toml";
  const Scenario swarm = load_scenario(written.base);
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    sim::Choices choices(seed);
    written.scenario = draw_swarm(swarm, choices).scenario;
    written.scenario.loads.front().visits.emplace();
    const std::string toml = to_text(written, folder.path(), "").toml;
    write(folder.file("a.toml"), toml);
    const Case read = load_case(folder.file("a.toml"));
    CHECK(read.scenario.cluster == written.scenario.cluster);
    CHECK(read.scenario.latency.p99 == written.scenario.latency.p99);
    CHECK(host_names(read.scenario) == host_names(written.scenario));
    CHECK(to_text(read, folder.path(), "").toml == toml);
  }
}

TEST_CASE("Case file: faults of the scenario that are gone from the case stay gone") {
  const TemporaryFolder folder;
  Case written = a_case();
  written.base = SHARDLAB_SOURCE_DIR "/scenarios/files/cutover-crash.toml";
  written.scenario.faults.clear();
  write(folder.file("a.toml"), to_text(written, folder.path(), "").toml);
  CHECK(load_case(folder.file("a.toml")).scenario.faults.empty());
}

TEST_CASE("Case file: what a program changed of the scenario is written, too") {
  const TemporaryFolder folder;
  Case written = a_case();
  Scenario& scenario = written.scenario;
  scenario.limit = 90s;
  scenario.cluster.etcd_global = 3;
  scenario.cluster.vtctlds = 2;
  scenario.retry = Retry{3, 7s};
  scenario.faults_after = "clone";
  scenario.properties = {
      Property{.name = "everything-settles", .kind = Property::Kind::eventually, .within = 30s}};
  Step again;
  again.id = "clone-again";
  again.commands = parse_commands("./sharded-vtworker.sh SplitClone test_keyspace/0", {});
  std::swap(scenario.steps[0], scenario.steps[1]);
  scenario.steps.resize(6);
  scenario.steps.push_back(again);
  written.found_by.test = "A \"test\" of mine";
  write(folder.file("a.toml"), to_text(written, folder.path(), "").toml);
  const Case read = load_case(folder.file("a.toml"));
  CHECK(read.scenario.limit == 90s);
  CHECK(read.scenario.cluster == scenario.cluster);
  CHECK(read.scenario.retry->times == 3);
  CHECK(read.scenario.retry->every == 7s);
  CHECK(read.scenario.faults_after == "clone");
  REQUIRE(read.scenario.properties.size() == 1);
  CHECK(read.scenario.properties.front().within == 30s);
  REQUIRE(read.scenario.steps.size() == 7);
  CHECK(read.scenario.steps[0].id == "up");
  CHECK(read.scenario.steps[1].id == "vschema");
  CHECK(read.scenario.steps[6].commands.front().arguments == again.commands.front().arguments);
  CHECK(read.found_by.test == written.found_by.test);
}

TEST_CASE("Case file: faults may begin at the start, though the scenario says later") {
  const TemporaryFolder folder;
  Case written = a_case();
  written.base = SHARDLAB_SOURCE_DIR "/scenarios/files/cutover-crash.toml";
  write(folder.file("a.toml"), to_text(written, folder.path(), "").toml);
  CHECK(load_case(folder.file("a.toml")).scenario.faults_after.empty());
}

TEST_CASE("Case file: a scenario is no case, and the message says what to do") {
  try {
    load_case(guide);
    FAIL("it was read");
  } catch (const ScenarioError& error) {
    CHECK(std::string(error.what()).find("shardlab run") != std::string::npos);
  }
}

TEST_CASE("Failure text: verdict, sizes, story, what was dropped, and the replay line last") {
  Case what = a_case();
  what.scenario.faults.resize(1);
  RunReport report;
  const auto step = [&](Duration at, std::string name, std::string outcome) {
    StepReport told;
    told.at = at;
    told.what = std::move(name);
    told.outcome = std::move(outcome);
    report.steps.push_back(told);
  };
  for (int i = 0; i < 40; ++i) step(i * 1s, fmt::format("ListAllTablets {}", i), "");
  step(41'180ms, "MigrateServedTypes test_keyspace/0 master", "no write for 1.8 s");
  report.visits.push_back(
      {41'203ms, 41'210ms, "guestbook INSERT page 5 \"hello-0412\"", "acknowledged"});
  report.faults.push_back(
      {"crash master(test_keyspace/0) on migrate.frozen", "test-0000000100", 41'204ms, 3});
  report.faults.push_back({"pause vtctld at 1m", "", std::nullopt, 0});
  Shrinking shrinking;
  shrinking.tries = 97;
  shrinking.real = 6100ms;
  shrinking.is_minimal = true;
  const std::string only = "   <- without it, no failure\n";
  CHECK(format_failure(what, report, "found/3f9c1e.toml", "found/3f9c1e-raw.toml", shrinking) ==
        "FAIL  rows-on-their-shard      swarm      seed 7741      safety\n\n"
        "found     61 faults, 412 visits, 11 rows, 15 tablets        found/3f9c1e-raw.toml\n"
        "shrunk    1 fault, 3 visits, 3 rows, 15 tablets        97 tries; "
        "played twice: same violation, same trace\n\n"
        "   0:39.000  ListAllTablets 39\n"
        "   0:41.180  MigrateServedTypes test_keyspace/0 master   no write for 1.8 s\n"
        "   0:41.203  guestbook INSERT page 5 \"hello-0412\"   acknowledged" +
            only +
            "   0:41.204  FAULT crash master(test_keyspace/0) on migrate.frozen: test-0000000100" +
            only +
            "   0:41.872  rows-on-their-shard: 1 \"row\" \\ is\tlost\n\n"
            "not needed (dropped): 60 faults, 409 visits, 8 rows\n"
            "trace     9c01f2a4b7d3e658   18,233 events\n"
            "replay    shardlab replay found/3f9c1e.toml\n");
}

TEST_CASE("Failure text: a story has fifteen lines at most, and says what it leaves out") {
  Case what = a_case();
  RunReport report;
  for (int i = 0; i < 60; ++i) {
    report.visits.push_back(
        {i * 1s, i * 1s, fmt::format("guestbook INSERT page {}", i), "refused"});
  }
  const auto story = story_of(what, report, false);
  // What comes after the failure, at 41.872 s, is no part of the story.
  CHECK(story.size() == 15);
  CHECK(story.front().find("29 more before and during") != std::string::npos);
  CHECK(story.back().find("rows-on-their-shard") != std::string::npos);
}

}  // namespace
}  // namespace shardlab::scenarios

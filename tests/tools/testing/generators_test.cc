#include "tools/testing/generators.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <rapidcheck/catch.h>

#include "scenarios/case/case_file.h"
#include "scenarios/file/load.h"
#include "tests/temporary_folder.h"
#include "tools/testing/play.h"

namespace shardlab::testing {
namespace {

using scenarios::Case;
using scenarios::FaultSpec;
using scenarios::Scenario;
using scenarios::Step;
using scenarios::Visit;

const Scenario& guide() {
  static const Scenario read = scenarios::load_scenario(SHARDLAB_SCENARIOS "/guide-live.toml");
  return read;
}

/// As somebody else reads it: through a case file.
Scenario read_again(const Scenario& scenario) {
  const TemporaryFolder folder;
  Case what;
  what.base = guide().path;
  what.scenario = scenario;
  what.found_by = {"guide-live", 1, "0.1.0", "2026-11-26"};
  what.failure = {"rows-on-their-shard", "safety", "a row is lost"};
  what.digest = "9c01f2a4b7d3e658";
  std::ofstream(folder.file("a.toml")) << to_text(what, folder.path(), "").toml;
  return scenarios::load_case(folder.file("a.toml")).scenario;
}

std::vector<std::string> told(const std::vector<FaultSpec>& faults) {
  std::vector<std::string> lines;
  for (const FaultSpec& fault : faults) lines.push_back(to_text(fault));
  return lines;
}

std::string typed(const std::vector<Step>& steps) {
  std::string text;
  for (const Step& step : steps) {
    text += step.id + "\n";
    for (const auto& command : step.commands) text += "  " + command.typed + "\n";
  }
  return text;
}

std::string shown(const Scenario& scenario) {
  std::ostringstream text;
  rc::show(scenario, text);
  return text.str();
}

TEST_CASE("Generators: every fault can be written down and read again", "[property]") {
  rc::prop("faults", [] {
    Scenario scenario = guide();
    scenario.faults = *arbitrary_faults(scenario, 6);
    RC_ASSERT(scenario.faults.size() <= 6U);
    RC_ASSERT(told(read_again(scenario).faults) == told(scenario.faults));
  });
}

TEST_CASE("Generators: visits come in their order, and are read again", "[property]") {
  rc::prop("visits", [] {
    Scenario scenario = guide();
    const auto visits = *arbitrary_visits(20s, 4, 30);
    RC_ASSERT(visits.size() <= 30U);
    RC_ASSERT(std::ranges::is_sorted(visits, {}, &Visit::at));
    for (const Visit& visit : visits) RC_ASSERT(visit.page < 4U && visit.at <= 20s);
    scenario.loads = {scenarios::Load{.visits = visits}};
    RC_ASSERT(*read_again(scenario).loads.front().visits == visits);
  });
}

TEST_CASE("Generators: every cluster can be written down and read again", "[property]") {
  rc::prop("clusters", [] {
    const Scenario scenario = *arbitrary_cluster(guide());
    RC_ASSERT(shown(read_again(scenario)).find("zone2") == shown(scenario).find("zone2"));
    RC_ASSERT(read_again(scenario).cluster.vtgates == scenario.cluster.vtgates);
    RC_ASSERT(read_again(scenario).sharded_template.back().uids ==
              scenario.sharded_template.back().uids);
    RC_ASSERT(read_again(scenario).keyspaces.front().shards.front().uids ==
              scenario.keyspaces.front().shards.front().uids);
  });
}

TEST_CASE("Generators: steps in every order are read again as they are", "[property]") {
  rc::prop("steps", [] {
    Scenario scenario = guide();
    scenario.steps = *arbitrary_steps(scenario, 8);
    RC_ASSERT(typed(read_again(scenario).steps) == typed(scenario.steps));
    RC_ASSERT(typed(scenario.steps).find("DeleteShard") == std::string::npos);
  });
}

TEST_CASE("Generators: the smallest is the calmest") {
  const rc::Random random(7);
  CHECK(arbitrary_faults(guide())(random, 0).value().empty());
  CHECK(arbitrary_visits()(random, 0).value().empty());
  const auto steps = arbitrary_steps(guide())(random, 0).value();
  REQUIRE(steps.size() == 11);
  CHECK(steps.back().id == "migrate-master");
  const auto clusters = rc::detail::checkTestable([] {
    *arbitrary_cluster(guide());
    RC_FAIL("any");
  });
  const auto& smallest = clusters.get<rc::detail::FailureResult>().counterExample.front().second;
  INFO(smallest);
  CHECK(smallest.find("guide-live in test\n  1 vtgate in test\n  shard 0: 2 replica, 2 rdonly") ==
        0);
}

TEST_CASE("Generators: rapidcheck leaves only the fault that matters") {
  const auto result = rc::detail::checkTestable([] {
    const auto faults = *arbitrary_faults(guide(), 6);
    RC_ASSERT(std::ranges::none_of(faults, [](const FaultSpec& fault) {
      return fault.kind->name == "pause" && fault.length > Duration(5s);
    }));
  });
  REQUIRE(result.is<rc::detail::FailureResult>());
  const auto& example = result.get<rc::detail::FailureResult>().counterExample;
  REQUIRE(example.size() == 1);
  INFO(example.front().second);
  CHECK(example.front().second.find("pause replica(test_keyspace/0)") != std::string::npos);
  CHECK(example.front().second.find("for 5001ms") != std::string::npos);
  CHECK(example.front().second.find(',') == std::string::npos);
}

TEST_CASE("Generators: whatever is generated is played to a verdict", "[property]") {
  const auto result = rc::detail::checkTestable(
      [] {
        Scenario scenario = *arbitrary_cluster(guide());
        scenario.limit = 3min;
        scenario.loads = {*arbitrary_load()};
        scenario.steps = *arbitrary_steps(scenario);
        scenario.faults = *arbitrary_faults(scenario);
        const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1000);
        const scenarios::RunReport report = play(scenario, seed).report;
        RC_ASSERT(!report.properties.empty());
        for (const auto& property : report.properties)
          RC_ASSERT(property.name != "no-process-fails");
      },
      rc::detail::TestMetadata(), rc::detail::TestParams{.seed = 7, .maxSuccess = 6});
  std::ostringstream said;
  printResultMessage(result, said);
  INFO(said.str());
  CHECK(result.is<rc::detail::SuccessResult>());
}

}  // namespace
}  // namespace shardlab::testing

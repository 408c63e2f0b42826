#include "tools/sweep/format.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/exit_status.h"

using namespace shardlab;
using namespace shardlab::tools;
using scenarios::Ending;
using scenarios::Property;

namespace {

SweepPlan a_plan() {
  SweepPlan plan;
  plan.scenarios.push_back({"my files/guide.toml", {}});
  plan.scenarios[0].scenario.name = "guide";
  plan.scenarios[0].scenario.properties = {{"frozen-reached", Property::Kind::sometimes, {}},
                                           {"write-refused", Property::Kind::sometimes, {}}};
  plan.seeds.range = {1, 4};
  return plan;
}

scenarios::WorldRecord a_world(std::uint64_t seed, Ending ending = Ending::held) {
  scenarios::WorldRecord record;
  record.seed = seed;
  record.ending = ending;
  record.digest = "9c01f2a4b7d3e658";
  record.events = 1000;
  record.length = 70s;
  record.cpu = 30ms;
  record.reached = {"frozen-reached"};
  if (ending == Ending::violated) {
    record.property = "rows-on-their-shard";
    record.violation_class = "safety";
    record.detail = "t=0:41.872 event 18233: 1 row is lost\n          row 7";
  }
  if (ending == Ending::inconclusive) record.detail = "limit of 30 m reached";
  return record;
}

SweepResult a_result(const SweepPlan& plan, const std::vector<scenarios::WorldRecord>& records) {
  SweepResult result;
  result.tallies.emplace_back(plan.scenarios[0].scenario);
  for (const auto& record : records) result.tallies[0].add(record);
  result.real = 2s;
  result.jobs.peak_kb = 61 * 1024;
  return result;
}

}  // namespace

TEST_CASE("check: a sweep in which all held, line by line") {
  const SweepPlan plan = a_plan();
  const SweepResult result = a_result(plan, {a_world(1), a_world(2), a_world(3), a_world(4)});
  CHECK(format_text(plan, result) ==
        "guide  4 seeds  held 4\n"
        "  sometimes 1 of 2 reached\n"
        "  never     write-refused\n"
        "  rarest    frozen-reached 4\n"
        "  traces    " +
            result.tallies[0].digest() +
            "   4,000 events\n"
            "figures     2.0 worlds/s · 140 simulated s/s · 2,000 events/s · 30 ms CPU a world · "
            "worker peak 61 MB\n"
            "verdict     held: 4 worlds of 1 scenario\n");
  CHECK(exit_status(result) == exit_held);
}

TEST_CASE("check: findings stand with their first seed and the line that plays it again") {
  SweepPlan plan = a_plan();
  plan.schedule = *sim::Schedule::parse("random");
  const SweepResult result =
      a_result(plan, {a_world(1, Ending::violated), a_world(2, Ending::inconclusive),
                      scenarios::record_of_failure(3, "its worker process ended with status 3"),
                      a_world(4, Ending::violated)});
  CHECK(format_text(plan, result) ==
        "guide  4 seeds  held 0  violated 2  inconclusive 1  internal error 1\n"
        "  FAIL      rows-on-their-shard (safety)  seed 1 and 1 other\n"
        "            t=0:41.872 event 18233: 1 row is lost\n"
        "  replay    shardlab run 'my files/guide.toml' --seed 1 --schedule random\n"
        "  OPEN      inconclusive  seed 2\n"
        "            limit of 30 m reached\n"
        "  replay    shardlab run 'my files/guide.toml' --seed 2 --schedule random\n"
        "  ERROR     internal error  seed 3\n"
        "            its worker process ended with status 3\n"
        "  replay    shardlab run 'my files/guide.toml' --seed 3 --schedule random\n"
        "  sometimes 1 of 2 reached\n"
        "  never     write-refused\n"
        "  rarest    frozen-reached 3\n"
        "  traces    " +
            result.tallies[0].digest() +
            "   3,000 events\n"
            "figures     2.0 worlds/s · 105 simulated s/s · 1,500 events/s · 22.5 ms CPU a world · "
            "worker peak 61 MB\n"
            "verdict     internal error: 2 violated, 1 inconclusive, 1 internal error in 4 "
            "worlds\n");
  CHECK(exit_status(result) == exit_internal);
}

TEST_CASE("check: how many faults were wasted, and of which kinds the most") {
  const SweepPlan plan = a_plan();
  scenarios::WorldRecord record = a_world(1);
  record.faults = {{"crash", 1000, 0}, {"clog", 100, 31}, {"interrupt", 134, 50}};
  const SweepResult result = a_result(plan, {record});
  CHECK(format_text(plan, result)
            .find("\n  faults    1,234 injected, 7 % wasted: interrupt 37 %, "
                  "clog 31 %\n") != std::string::npos);
  const std::string json = format_json(plan, result);
  const auto faults = nlohmann::json::parse(json.substr(0, json.find('\n'))).at("faults");
  CHECK(faults.at("injected") == 1234);
  CHECK(faults.at("wasted") == 81);
  CHECK(faults.at("kinds").at(0).at("kind") == "interrupt");
  CHECK(faults.at("kinds").at(0).at("wasted") == 50);
  CHECK(faults.at("kinds").size() == 3);
}

TEST_CASE("check: a sweep that was cut short says so, and what it saw still counts") {
  SweepPlan plan = a_plan();
  plan.time = 60s;
  SweepResult result = a_result(plan, {a_world(1)});
  result.jobs.end = JobsResult::End::out_of_time;
  std::string text = format_text(plan, result);
  CHECK(text.starts_with("guide  1 of 4 seeds  held 1\n"));
  CHECK(text.find("\ntime        1 m were up after 1 of 4 worlds\n") != std::string::npos);
  CHECK(text.ends_with("\nverdict     held: 1 world of 1 scenario\n"));
  CHECK(exit_status(result) == exit_held);

  result.jobs.end = JobsResult::End::interrupted;
  text = format_text(plan, result);
  CHECK(text.find("\nstopped     Ctrl-C after 1 of 4 worlds\n") != std::string::npos);
  CHECK(text.ends_with("\nverdict     held so far, stopped by Ctrl-C: 1 world of 1 scenario\n"));
  CHECK(exit_status(result) == exit_interrupted);

  result = a_result(plan, {});
  result.jobs.end = JobsResult::End::out_of_time;
  CHECK(format_text(plan, result).ends_with("\nverdict     nothing ran\n"));
  CHECK(exit_status(result) == exit_nothing_ran);
}

TEST_CASE("check: Ctrl-C among the regressions leaves some out, and nothing else runs") {
  PlayedCases regressions;
  regressions.cases.resize(1);
  regressions.left_out = 3;
  regressions.was_interrupted = true;
  CHECK(format_text(regressions) == "regressions  4 cases  held 1  left out 3\n");
  CHECK(format_json(regressions) == "{\"regressions\":4,\"held\":1,\"not_held\":[]}\n");
  SweepResult result;
  result.jobs.end = JobsResult::End::interrupted;
  CHECK(format_text(a_plan(), result) ==
        "stopped     Ctrl-C after 0 of 4 worlds\n"
        "verdict     nothing ran so far, stopped by Ctrl-C\n");
  CHECK(nlohmann::json::parse(format_json(a_plan(), result))["end"] == "interrupted");
  CHECK(exit_status(regressions, result) == exit_interrupted);
}

TEST_CASE("check: situations that nobody reached are told before the verdict") {
  SweepPlan plan = a_plan();
  plan.seeds.range = {1, 100};
  std::vector<scenarios::WorldRecord> records;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) records.push_back(a_world(seed));
  const SweepResult result = a_result(plan, records);
  const std::string text = format_text(plan, result);
  CHECK(text.find("\nNEVER       write-refused: reached in none of 100 worlds\n") !=
        std::string::npos);
  CHECK(text.ends_with("\nverdict     violated: 1 situation never reached in 100 worlds\n"));
  CHECK(exit_status(result) == exit_violated);
}

TEST_CASE("check: of many situations the missing and the five rarest are named, in short lines") {
  SweepPlan plan = a_plan();
  auto& properties = plan.scenarios[0].scenario.properties;
  for (int i = 0; i < 20; ++i) {
    properties.push_back({fmt::format("a-situation-with-a-name-{}", i), Property::Kind::sometimes});
  }
  std::vector<scenarios::WorldRecord> records{a_world(1), a_world(2)};
  for (int i = 0; i < 14; ++i) {
    records[0].reached.push_back(fmt::format("a-situation-with-a-name-{}", i));
    if (i > 2) records[1].reached.push_back(records[0].reached.back());
  }
  const std::string text = format_text(plan, a_result(plan, records));
  CHECK(text.find("\n  sometimes 15 of 22 reached\n"
                  "  never     write-refused · a-situation-with-a-name-14 · "
                  "a-situation-with-a-name-15\n"
                  "            a-situation-with-a-name-16 · a-situation-with-a-name-17 · "
                  "a-situation-with-a-name-18\n"
                  "            a-situation-with-a-name-19\n"
                  "  rarest    a-situation-with-a-name-0 1 · a-situation-with-a-name-1 1 · "
                  "a-situation-with-a-name-2 1\n"
                  "            frozen-reached 2 · a-situation-with-a-name-3 2\n") !=
        std::string::npos);
}

TEST_CASE("check: JSON has a line for each scenario and one for the sweep") {
  const SweepPlan plan = a_plan();
  const SweepResult result = a_result(plan, {a_world(1), a_world(2, Ending::violated)});
  const std::string text = format_json(plan, result);
  const std::size_t end = text.find('\n');
  const auto scenario = nlohmann::json::parse(text.substr(0, end));
  CHECK(scenario.at("scenario") == "guide");
  CHECK(scenario.at("held") == 1);
  CHECK(scenario.at("findings").at(0).at("seed") == 2);
  CHECK(scenario.at("findings").at(0).at("replay") ==
        "shardlab run 'my files/guide.toml' --seed 2");
  CHECK(scenario.at("sometimes").at("write-refused") == 0);
  CHECK(scenario.at("digest") == result.tallies[0].digest());
  const auto sweep = nlohmann::json::parse(text.substr(end + 1));
  CHECK(sweep.at("verdict") == "violated");
  CHECK(sweep.at("exit_status") == 1);
  CHECK(sweep.at("planned") == 4);
  CHECK(sweep.at("worlds") == 2);
  CHECK(sweep.at("figures").at("real_ns") == 2'000'000'000);
}

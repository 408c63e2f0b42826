#include "scenarios/sweep/tally.h"

#include <catch2/catch.hpp>

#include "core/base/error.h"

using namespace shardlab::scenarios;
using namespace std::chrono_literals;

namespace {

Scenario a_scenario() {
  Scenario scenario;
  scenario.name = "guide";
  scenario.properties = {{"rows-on-their-shard", Property::Kind::always, {}},
                         {"frozen-reached", Property::Kind::sometimes, {}},
                         {"write-refused", Property::Kind::sometimes, {}}};
  return scenario;
}

WorldRecord a_world(std::uint64_t seed) {
  WorldRecord record;
  record.seed = seed;
  record.digest = "9c01f2a4b7d3e658";
  record.events = 100;
  record.length = 70s;
  record.cpu = 30ms;
  record.reached = {"frozen-reached"};
  return record;
}

WorldRecord a_violation(std::uint64_t seed, std::string detail) {
  WorldRecord record = a_world(seed);
  record.ending = Ending::violated;
  record.property = "rows-on-their-shard";
  record.violation_class = "safety";
  record.detail = std::move(detail);
  return record;
}

Tally tally_of(const std::vector<WorldRecord>& records) {
  Tally tally(a_scenario());
  for (const WorldRecord& record : records) tally.add(record);
  return tally;
}

std::vector<WorldRecord> worlds(std::uint64_t count) {
  std::vector<WorldRecord> records;
  for (std::uint64_t seed = 1; seed <= count; ++seed) records.push_back(a_world(seed));
  return records;
}

}  // namespace

TEST_CASE("tally: worlds add up") {
  const Tally tally = tally_of({a_world(1), a_violation(2, "lost"), a_world(3)});
  CHECK(tally.worlds() == 3);
  CHECK(tally.worlds(Ending::held) == 2);
  CHECK(tally.worlds(Ending::violated) == 1);
  CHECK(tally.events() == 300);
  CHECK(tally.length() == 210s);
  CHECK(tally.cpu() == 90ms);
  CHECK(tally.situations()[0].worlds == 3);
  CHECK(tally.situations()[1].worlds == 0);
}

TEST_CASE("tally: worlds that fail in the same way are one finding with the first seed") {
  WorldRecord other = a_violation(4, "3 rows are lost");
  other.property = "acknowledged-writes-survive";
  const Tally tally =
      tally_of({a_violation(2, "1 row is lost"), other, a_violation(5, "2 rows are lost\n  more"),
                record_of_failure(6, "its worker process was killed by signal 9 (Killed)")});
  REQUIRE(tally.findings().size() == 3);
  CHECK(tally.findings()[0].first == a_violation(2, "1 row is lost"));
  CHECK(tally.findings()[0].worlds == 2);
  CHECK(tally.findings()[1].first.seed == 4);
  CHECK(tally.findings()[1].worlds == 1);
  CHECK(tally.findings()[2].first.ending == Ending::failed);
  CHECK(tally.judged() == 3);
}

TEST_CASE("tally: faults add up by kind, the most wasted first; one that was spared is none") {
  WorldRecord first = a_world(1), second = a_world(2);
  first.faults = {{"crash", 2, 0}, {"clog", 4, 2}};
  second.faults = {{"clog", 4, 2}, {"reset", 1, 1}, {"pause", 2, 1}};
  const Tally tally = tally_of({first, second});
  const std::vector<FaultCount> wanted{
      {"reset", 1, 1}, {"clog", 8, 4}, {"pause", 2, 1}, {"crash", 2, 0}};
  CHECK(tally.faults() == wanted);
  CHECK(sum_of(tally.faults()).planned == 13);
  CHECK(sum_of(tally.faults()).wasted == 6);
  CHECK(decode_world_record(encode(second)) == second);

  RunReport report;
  FaultLine met, idle, spared;
  met.kind = idle.kind = spared.kind = "crash";
  met.effects = 3;
  spared.was_spared = true;
  report.faults = {met, idle, spared};
  CHECK(record_of(report).faults == std::vector<FaultCount>{{"crash", 2, 1}});
}

TEST_CASE("tally: the digest depends on every world and on their order") {
  WorldRecord changed = a_world(2);
  changed.digest = "0000000000000000";
  const std::string digest = tally_of({a_world(1), a_world(2)}).digest();
  CHECK(digest.size() == 16);
  CHECK(digest == tally_of({a_world(1), a_world(2)}).digest());
  CHECK(digest != tally_of({a_world(2), a_world(1)}).digest());
  CHECK(digest != tally_of({a_world(1), changed}).digest());
  CHECK(digest != tally_of({a_world(1), a_world(2), a_world(3)}).digest());
}

TEST_CASE("sweep: a situation that none of a hundred worlds reached is a violation") {
  CHECK(never_reached({tally_of(worlds(99))}).empty());
  CHECK(ending_of({tally_of(worlds(99))}) == Ending::held);
  const auto never = never_reached({tally_of(worlds(60)), tally_of(worlds(40))});
  REQUIRE(never.size() == 1);
  CHECK(never[0].name == "write-refused");
  CHECK(never[0].worlds == 100);
  CHECK(ending_of({tally_of(worlds(100))}) == Ending::violated);
}

TEST_CASE("sweep: a rare situation fails it only after as many worlds as it says") {
  Scenario scenario = a_scenario();
  scenario.properties = {{"cutover-interrupted", Property::Kind::sometimes, {}},
                         {"init-interrupted", Property::Kind::sometimes, {}}};
  Tally tally(scenario);
  for (const WorldRecord& record : worlds(2'000)) tally.add(record);
  const std::vector<NeverReached> never = never_reached({tally});
  REQUIRE(never.size() == 1);
  CHECK(never[0].name == "cutover-interrupted");
}

TEST_CASE("tally: coverage tells what is missing and what is rare") {
  std::vector<WorldRecord> records = worlds(3);
  Coverage coverage = tally_of(records).coverage();
  CHECK(coverage.all == 2);
  CHECK(coverage.reached == 1);
  CHECK(coverage.never == std::vector<std::string>{"write-refused"});
  records[1].reached.push_back("write-refused");
  coverage = tally_of(records).coverage();
  CHECK(coverage.never.empty());
  REQUIRE(coverage.rarest.size() == 2);
  CHECK(coverage.rarest[0].name == "write-refused");
  CHECK(coverage.rarest[0].worlds == 1);
}

TEST_CASE("sweep: a situation that one scenario reached counts for all") {
  std::vector<WorldRecord> stale = worlds(1);
  stale[0].reached.push_back("write-refused");
  CHECK(never_reached({tally_of(worlds(200)), tally_of(stale)}).empty());
}

TEST_CASE("sweep: the worst world decides, an internal error before a violation") {
  WorldRecord open = a_world(3);
  open.ending = Ending::inconclusive;
  CHECK(ending_of({tally_of({})}) == std::nullopt);
  CHECK(ending_of({tally_of({a_world(1)}), tally_of({})}) == Ending::held);
  CHECK(ending_of({tally_of({a_world(1), open})}) == Ending::inconclusive);
  CHECK(ending_of({tally_of({open}), tally_of({a_violation(2, "lost")})}) == Ending::violated);
  CHECK(ending_of({tally_of({a_violation(2, "lost"), record_of_failure(4, "died")})}) ==
        Ending::failed);
}

TEST_CASE("world record: what is read back is what was written") {
  const WorldRecord record = a_violation(1ULL << 63, "lost\n  row 7 \xff");
  CHECK(decode_world_record(encode(record)) == record);
  CHECK(decode_world_record(encode(WorldRecord())) == WorldRecord());
}

TEST_CASE("world record: a long detail is cut, torn bytes are an error") {
  const std::string bytes = encode(a_violation(1, std::string(100'000, 'x')));
  CHECK(bytes.size() < 10'000);
  CHECK(decode_world_record(bytes).detail.size() == 4000);
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    CHECK_THROWS_AS(decode_world_record(bytes.substr(0, size)), shardlab::Error);
  }
  CHECK_THROWS_AS(decode_world_record(bytes + "x"), shardlab::Error);
}

TEST_CASE("world record: of a report it keeps the weightiest violation and what was reached") {
  RunReport report;
  report.seed = 7;
  report.digest = "9c01f2a4b7d3e658";
  report.steps = {{1s, "SplitDiff", "", {"exit status 1: no"}}};
  report.properties = {
      {"everything-settles", Property::Kind::eventually, PropertyOutcome::violated, "open"},
      {"rows-on-their-shard", Property::Kind::always, PropertyOutcome::violated, "lost"},
      {"frozen-reached", Property::Kind::sometimes, PropertyOutcome::held, ""},
      {"write-refused", Property::Kind::sometimes, PropertyOutcome::inconclusive, ""}};
  WorldRecord record = record_of(report);
  CHECK(record.seed == 7);
  CHECK(record.ending == Ending::violated);
  CHECK(record.property == "rows-on-their-shard");
  CHECK(record.violation_class == "safety");
  CHECK(record.detail == "lost");
  CHECK(record.reached == std::vector<std::string>{"frozen-reached"});

  report.properties.resize(1);
  report.properties[0].outcome = PropertyOutcome::inconclusive;
  report.properties[0].detail = "";
  record = record_of(report);
  CHECK(record.property == "SplitDiff");
  CHECK(record.violation_class == "expectation");

  report.steps.clear();
  record = record_of(report);
  CHECK(record.ending == Ending::inconclusive);
  CHECK(record.property == "everything-settles");
  report.inconclusive = "limit of 30 m reached";
  CHECK(record_of(report).detail == "limit of 30 m reached");
}

#include "scenarios/report/format.h"

#include <catch2/catch.hpp>

using namespace shardlab::scenarios;
using namespace std::chrono_literals;

namespace {

using Kind = Property::Kind;

RunReport a_run() {
  RunReport report;
  report.scenario = "guide";
  report.seed = 42;
  report.tablets = 15;
  report.commands = 26;
  report.steps = {{0ns, "ready", "shard 0: master test-0000000100", {}},
                  {12'400ms, "SplitClone test_keyspace/0 -> -80,80-", "11 rows copied", {}},
                  {64s, "master", "", {}}};
  report.properties = {{"rows-on-their-shard", Kind::always, PropertyOutcome::held, ""},
                       {"everything-settles", Kind::eventually, PropertyOutcome::held, ""},
                       {"frozen-reached", Kind::sometimes, PropertyOutcome::violated, ""}};
  report.loads = {{1376, 36, 0, 3100us, 1810ms}};
  report.digest = "9c01f2a4b7d3e658";
  report.events = 18'233;
  report.length = 70s;
  return report;
}

std::string last_line(const std::string& text) {
  return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

}  // namespace

TEST_CASE("report: a run that held, line by line") {
  CHECK(format_text(a_run()) ==
        "guide · seed 42 · 15 tablets · 26 commands · faults off\n"
        "  t=0:00.000  ready                                   shard 0: master test-0000000100\n"
        "  t=0:12.400  SplitClone test_keyspace/0 -> -80,80-   11 rows copied\n"
        "  t=1:04.000  master\n"
        "properties  1 always ok · 1 eventually ok · 0/1 sometimes reached\n"
        "load        1,412 ops  ok 1,376  refused 36  unknown 0   p50 3.1 ms  p99 1.81 s\n"
        "trace       9c01f2a4b7d3e658   18,233 events\n"
        "verdict     held\n");
}

TEST_CASE("report: a violated property is named with its reason and its class") {
  RunReport report = a_run();
  report.properties[0].outcome = PropertyOutcome::violated;
  report.properties[0].detail = "row 5 is on shard 80-";
  const auto text = format_text(report);
  CHECK_THAT(text, Catch::Contains("properties  0/1 always ok · 1 eventually ok"));
  CHECK_THAT(text, Catch::Contains("    FAIL  rows-on-their-shard: row 5 is on shard 80-\n"));
  CHECK(last_line(text) == "verdict     violated (safety): rows-on-their-shard\n");
}

TEST_CASE("report: the weightiest violation is named first") {
  RunReport report = a_run();
  report.steps[2].failures = {"serving('master') does not hold"};
  CHECK(last_line(format_text(report)) == "verdict     violated (expectation): master\n");
  report.properties[1].outcome = PropertyOutcome::violated;
  CHECK(last_line(format_text(report)) ==
        "verdict     violated (liveness): everything-settles and 1 more\n");
}

TEST_CASE("report: a failed expectation stands below its step") {
  RunReport report = a_run();
  report.steps[1].failures = {"no line of output matches \"Success:\""};
  CHECK_THAT(format_text(report), Catch::Contains("11 rows copied\n    FAIL  no line of output"));
}

TEST_CASE("report: a situation not reached in one run is no failure") {
  CHECK(verdict_of(a_run()) == Verdict::held);
}

TEST_CASE("report: a reached limit is inconclusive, unless something is violated already") {
  RunReport report = a_run();
  report.inconclusive = "limit of 30 m reached";
  CHECK(verdict_of(report) == Verdict::inconclusive);
  CHECK(last_line(format_text(report)) == "verdict     inconclusive: limit of 30 m reached\n");
  report.properties[1].outcome = PropertyOutcome::violated;
  CHECK(verdict_of(report) == Verdict::violated);
}

TEST_CASE("report: a property that could not be judged makes the run inconclusive") {
  RunReport report = a_run();
  report.properties[0].outcome = PropertyOutcome::inconclusive;
  CHECK(verdict_of(report) == Verdict::inconclusive);
  CHECK_THAT(format_text(report), Catch::Contains("    OPEN  rows-on-their-shard\n"));
}

TEST_CASE("report: each verdict has its exit status") {
  CHECK(exit_status(Verdict::held) == 0);
  CHECK(exit_status(Verdict::violated) == 1);
  CHECK(exit_status(Verdict::inconclusive) == 3);
}

TEST_CASE("report: JSON has the same facts in a fixed order") {
  RunReport report = a_run();
  report.steps.resize(1);
  report.properties.resize(1);
  CHECK(format_json(report) ==
        R"({"scenario":"guide","seed":42,"schedule":"fifo","tablets":15,"commands":26,)"
        R"("faults":[],"verdict":"held",)"
        R"("exit_status":0,"steps":[{"at_ns":0,"what":"ready",)"
        R"("outcome":"shard 0: master test-0000000100","failures":[]}],)"
        R"("properties":[{"name":"rows-on-their-shard","kind":"always","outcome":"held"}],)"
        R"("loads":[{"ops":1412,"ok":1376,"refused":36,"unknown":0,"p50_ns":3100000,)"
        R"("p99_ns":1810000000}],"digest":"9c01f2a4b7d3e658","events":18233,)"
        R"("length_ns":70000000000})"
        "\n");
}

TEST_CASE("report: bytes that are no UTF-8 do not break the JSON") {
  RunReport report = a_run();
  report.steps[0].failures = {"bad \xff byte"};
  CHECK_THAT(format_json(report), Catch::Contains("\"class\":\"expectation\""));
}

TEST_CASE("report: moments, spans and counts") {
  CHECK(format_moment(0ns) == "0:00.000");
  CHECK(format_moment(75min + 1ms) == "75:00.001");
  CHECK(format_moment(-158ms) == "-0:00.158");
  CHECK(format_span(850ns) == "850 ns");
  CHECK(format_span(3100us) == "3.1 ms");
  CHECK(format_span(1816ms) == "1.81 s");
  CHECK(format_span(12'340us) == "12.3 ms");
  CHECK(format_span(40s) == "40 s");
  CHECK(format_span(2min) == "2 m");
  CHECK(format_span(1005ms) == "1 s");
  CHECK(format_span(0ns) == "0 ns");
  CHECK(format_count(0) == "0");
  CHECK(format_count(999) == "999");
  CHECK(format_count(1000) == "1,000");
  CHECK(format_count(1234567) == "1,234,567");
}

TEST_CASE("report: real time is a text of its own, for standard error") {
  CHECK(format_real_time(210ms, 98'700ms) == "0.21 s real (x470)");
  CHECK(format_real_time(0ns, 1s) == "0.00 s real (x0)");
}

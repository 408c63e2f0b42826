#include <catch2/catch.hpp>
#include <cstdlib>
#include <fmt/format.h>
#include <set>

#include "scenarios/report/format.h"
#include "scenarios/run/runner.h"
#include "tests/runs/golden_file.h"
#include "tests/runs/guide_run.h"
#include "tests/runs/program.h"

using namespace shardlab;
using namespace shardlab::scenarios;
using namespace shardlab::runs;

namespace {

struct Played {
  std::string report;
  std::string digest;
  std::string transcript;
};

Played play(const std::string& file, std::uint64_t seed) {
  Played played;
  RunOptions options;
  options.seed = seed;
  options.transcript = [&](std::string_view text) { played.transcript += text; };
  const RunReport report = run_scenario(scenario_of(file), std::move(options));
  played.report = format_text(report) + format_json(report);
  played.digest = report.digest;
  return played;
}

/// `"guide 7 9c01f2a4b7d3e658"`, a line for each world.
std::string digests_of(const std::string& name, std::uint64_t first, std::uint64_t last) {
  std::string lines;
  std::set<std::string> different;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const std::string digest = play(name + ".toml", seed).digest;
    different.insert(digest);
    lines += fmt::format("{} {} {}\n", name, seed, digest);
  }
  CHECK(different.size() == last - first + 1);
  return lines;
}

}  // namespace

TEST_CASE("One seed, one world: the same report, digest and transcript twice", "[determinism]") {
  const Played first = play("guide.toml", 7);
  const Played second = play("guide.toml", 7);
  CHECK(first_difference(first.transcript, second.transcript) == "");
  CHECK(first.report == second.report);
  CHECK(first.digest == second.digest);
  CHECK(first.digest.size() == 16);
}

TEST_CASE("One seed, one world: also after others ran in the same process", "[determinism]") {
  const std::string in_a_row = run_program("run scenarios/files/guide-live.toml --seeds 1..5").out;
  std::string alone;
  for (int seed = 1; seed <= 5; ++seed) {
    alone +=
        run_program(fmt::format("run scenarios/files/guide-live.toml --seeds {0}..{0}", seed)).out;
  }
  CHECK(alone.size() > 100);
  CHECK(in_a_row == alone);
}

// The ordinary run looks at a sample of these, in several ways: tests/determinism/tests.cmake.
TEST_CASE("One seed, one world: 100 seeds of the guide have the digests they had",
          "[determinism][long]") {
  const std::string difference =
      difference_to_golden("digests-guide.txt", digests_of("guide", 1, 100));
  INFO(difference);
  CHECK(difference.empty());
}

TEST_CASE("One seed, one world: 100 seeds of the guide under load have the digests they had",
          "[determinism][long]") {
  const std::string difference =
      difference_to_golden("digests-guide-live.txt", digests_of("guide-live", 1, 100));
  INFO(difference);
  CHECK(difference.empty());
}

TEST_CASE("One seed, one world: another seed is another world", "[determinism]") {
  const Played seven = play("guide.toml", 7);
  const Played eight = play("guide.toml", 8);
  CHECK(seven.digest != eight.digest);
  CHECK(seven.transcript != eight.transcript);
}

TEST_CASE("One seed, one world: a watched world is the same as one that is not", "[determinism]") {
  RunOptions quiet;
  quiet.seed = 9;
  RunOptions watched = quiet;
  std::uint64_t events = 0;
  watched.trace = [&](const sim::TraceEvent&) { ++events; };
  watched.transcript = [](std::string_view) {};
  const RunReport a = run_scenario(scenario_of("guide.toml"), quiet);
  const RunReport b = run_scenario(scenario_of("guide.toml"), watched);
  CHECK(format_json(a) == format_json(b));
  CHECK(events == b.events);
}

TEST_CASE("One seed, one world: the environment decides nothing", "[determinism]") {
  const std::string arguments = "run scenarios/files/guide.toml --seed 7 --transcript";
  const Ran plain = run_program(arguments, "env -i");
  const Ran elsewhere = run_program(arguments,
                                    "env TZ=Asia/Kolkata LANG=de_DE.UTF-8 LC_ALL=zh_CN.UTF-8 "
                                    "LC_NUMERIC=de_DE MALLOC_PERTURB_=77");
  CHECK(plain.status == 0);
  CHECK(plain.out.size() > 1000);
  CHECK(first_difference(plain.out, elsewhere.out) == "");
  for (const char* name : {"LANG", "LC_ALL"}) setenv(name, "C.UTF-8", 1);
  setenv("TZ", "America/Lima", 1);
  const Played here = play("guide.toml", 7);
  CHECK(plain.out.starts_with(here.transcript));
  CHECK(plain.out.find(here.digest) != std::string::npos);
}

TEST_CASE("One seed, one world: every schedule keeps its order, and the guide holds under it",
          "[determinism]") {
  std::set<std::string> digests;
  for (const char* schedule : {"fifo", "random", "pct:3", "delay:20"}) {
    RunOptions options;
    options.seed = 5;
    options.schedule = sim::Schedule::parse(schedule).value();
    const RunReport first = run_scenario(scenario_of("guide-live.toml"), options);
    const RunReport second = run_scenario(scenario_of("guide-live.toml"), options);
    CHECK(format_json(first) == format_json(second));
    CHECK(verdict_of(first) == Verdict::held);
    digests.insert(first.digest);
  }
  CHECK(digests.size() == 4);
}

#include <catch2/catch.hpp>
#include <fstream>

#include "scenarios/case/case_file.h"
#include "scenarios/file/load.h"
#include "scenarios/run/runner.h"
#include "tests/temporary_folder.h"

using namespace shardlab;
using namespace shardlab::scenarios;

namespace {

const std::string swarm_file = SHARDLAB_SOURCE_DIR "/scenarios/files/swarm.toml";

/// What the seed plays, with nothing left to it.
Case played_by(const Scenario& swarm, std::uint64_t seed) {
  Recording recording;
  RunOptions options;
  options.seed = seed;
  options.record = [&](Recording run) { recording = std::move(run); };
  const RunReport report = run_scenario(swarm, std::move(options));
  Case what = case_of(swarm_file, std::move(recording), report, {"swarm", seed, "0", "2026-11-30"});
  what.failure = {"everything-settles", "liveness", "nothing: the world holds"};
  return what;
}

Case by_way_of_a_file(const Case& what, const TemporaryFolder& folder) {
  const CaseText text = to_text(what, folder.path(), "a.choices");
  std::ofstream(folder.file("a.toml"), std::ios::binary) << text.toml;
  std::ofstream(folder.file("a.choices"), std::ios::binary) << text.choices;
  return load_case(folder.file("a.toml"));
}

void play_from_file(std::uint64_t first, std::uint64_t last) {
  const TemporaryFolder folder;
  const Scenario swarm = load_scenario(swarm_file);
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    CAPTURE(seed);
    const Case what = played_by(swarm, seed);
    const RunReport report = play_case(what);
    const RunReport again = play_case(by_way_of_a_file(what, folder));
    CHECK(again.digest == report.digest);
    CHECK(again.events == report.events);
  }
}

}  // namespace

TEST_CASE("Case: what a swarm plays is played alike from its file, event by event") {
  play_from_file(1, 5);
}

TEST_CASE("Case: a hundred worlds of the swarm are played alike from their files", "[long]") {
  play_from_file(6, 105);
}

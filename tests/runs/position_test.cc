// position-means-content on a cluster: a row that somebody else changes.
#include <catch2/catch.hpp>

#include "tests/runs/guide_run.h"

using namespace shardlab;
using namespace shardlab::runs;

TEST_CASE("Position: a row that is gone from a destination is noticed at that commit") {
  GuideRun run(41, scenario_of("guide-live.toml"));
  run.play_to("clone");
  const std::string line =
      "./kvtctl.sh ExecuteFetchAsDba test-0000000200 \"DELETE FROM messages WHERE page = 2\"";
  REQUIRE(run.type(line).status == 0);
  run.run_for(5s);
  const std::vector<std::string> violations = run.violations();
  REQUIRE_FALSE(violations.empty());
  INFO(violations.front());
  CHECK(violations.front().starts_with("position-means-content: "));
  CHECK(violations.front().find("stands, at a commit\n  page 2 time") != std::string::npos);
}

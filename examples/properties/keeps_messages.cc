// Properties that hold: whoever comes and whatever breaks, no message is lost.
#include <catch2/catch.hpp>
#include <shardlab/scenarios/file/load.h>
#include <shardlab/tools/testing/always_held.h>
#include <shardlab/tools/testing/generators.h>
#include <shardlab/tools/testing/held.h>

using namespace shardlab::testing;
using shardlab::scenarios::load_scenario;
using shardlab::scenarios::Scenario;

TEST_CASE("One run: the guide splits a shard while visitors write") {
  const Scenario guide = load_scenario(SHARDLAB_SCENARIOS "/guide-live.toml");
  REQUIRE_THAT(play(guide, 7), Held());
}

TEST_CASE("Many runs: whatever fails during the cutover, it can be completed") {
  const Scenario cutover = load_scenario(SHARDLAB_SCENARIOS "/cutover-crash.toml");
  always_held("any visitors, any faults", [&] {
    Scenario scenario = cutover;
    scenario.loads = {*arbitrary_load()};
    scenario.faults = *arbitrary_faults(scenario);
    return scenario;
  });
}

// Operators who do not keep to the guide. Their commands may fail; the messages must stay.
#include <catch2/catch.hpp>
#include <shardlab/scenarios/file/load.h>
#include <shardlab/tools/testing/always_held.h>
#include <shardlab/tools/testing/generators.h>

using namespace shardlab::testing;
using shardlab::scenarios::load_scenario;
using shardlab::scenarios::Property;
using shardlab::scenarios::Scenario;

TEST_CASE("Slips of an operator lose no message, in clusters of any size") {
  Scenario guide = load_scenario(SHARDLAB_SCENARIOS "/guide-live.toml");
  guide.properties = {Property{.name = "acknowledged-writes-survive"},
                      Property{.name = "rows-on-their-shard"},
                      Property{.name = "one-writer-per-range"}};
  Demand demand;
  demand.commands_may_fail = true;
  always_held(
      "steps left out, repeated, too early, cancelled, reversed",
      [&] {
        Scenario scenario = *arbitrary_cluster(guide);
        scenario.steps = *arbitrary_steps(scenario);
        return scenario;
      },
      demand);
}

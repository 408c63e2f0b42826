#include "scenarios/file/topology.h"

#include <catch2/catch.hpp>
#include <set>

#include "scenarios/file/load.h"

using namespace shardlab::scenarios;

namespace {

using Names = std::vector<std::string>;

Scenario swarm() { return load_scenario(SHARDLAB_SOURCE_DIR "/scenarios/files/swarm.toml"); }

Names typed_in(const Scenario& scenario, const std::string& step) {
  Names typed;
  for (const CommandLine& command : scenario.steps[*scenario.find_step(step)].commands) {
    typed.push_back(command.typed);
  }
  return typed;
}

}  // namespace

TEST_CASE("Topology: nothing chosen leaves the guide's cluster and names") {
  const Scenario scenario = with_topology(swarm(), Topology());
  CHECK(scenario.keyspaces[0].shards[0].uids == NumberRange{100, 104});
  CHECK(typed_in(scenario, "masters") ==
        Names{"./kvtctl.sh InitShardMaster -force test_keyspace/-80 test-0000000200",
              "./kvtctl.sh InitShardMaster -force test_keyspace/80- test-0000000300"});
  CHECK(scenario.steps.back().id == "look-again");
  CHECK(source_shards(scenario) == Names{"0"});
  CHECK(other_shards(scenario).empty());
}

TEST_CASE("Topology: a part of a keyspace is split in two cells, and its steps say so") {
  const Scenario open = swarm();
  Topology topology;
  topology.split = &open.swarm.splits.at(2);
  topology.replica = 1;
  topology.rdonly = 1;
  topology.cells = {"test", "zone2"};
  topology.vtgates = 3;
  const Scenario scenario = with_topology(open, topology);
  CHECK(source_shards(scenario) == Names{"-80"});
  CHECK(target_shards(scenario) == Names{"-40", "40-80"});
  CHECK(other_shards(scenario) == Names{"80-"});
  REQUIRE(scenario.keyspaces[0].shards.size() == 2);
  CHECK(scenario.keyspaces[0].shards[1].uids == NumberRange{400, 401});
  CHECK(scenario.keyspaces[0].shards[1].master == 400);
  CHECK(scenario.cluster.vtgates == std::map<std::string, int>{{"test", 3}, {"zone2", 3}});
  CHECK(typed_in(scenario, "list") ==
        Names{"./kvtctl.sh ListAllTablets test", "./kvtctl.sh ListAllTablets zone2"});
  CHECK(typed_in(scenario, "clone") ==
        Names{"./sharded-vtworker.sh SplitClone -min_healthy_rdonly_tablets 1 "
              "test_keyspace/-80"});
  CHECK(typed_in(scenario, "look") ==
        Names{"./kvtctl.sh ExecuteFetchAsDba test-0000000100 \"SELECT COUNT(*) FROM messages\"",
              "./kvtctl.sh ExecuteFetchAsDba test-0000000200 \"SELECT COUNT(*) FROM messages\"",
              "./kvtctl.sh ExecuteFetchAsDba test-0000000300 \"SELECT COUNT(*) FROM messages\""});
  const auto& up = scenario.steps[*scenario.find_step("up")].expect;
  CHECK(up.that->source == "count(tablets) == 16");
  CHECK(up.output == Names{"Creating test_keyspace.shard--40 pods in cell test...",
                           "Creating test_keyspace.shard-40-80 pods in cell test..."});
  const auto& cutover = scenario.steps[*scenario.find_step("migrate-master")].expect;
  CHECK(cutover.that->source == "serving('master') == ['-40', '40-80', '80-']");
}

TEST_CASE("Topology: each split gives every shard hundred uids of its own") {
  const Scenario open = swarm();
  for (const Split& split : open.swarm.splits) {
    Topology topology;
    topology.split = &split;
    const Scenario scenario = with_topology(open, topology);
    std::vector<ShardSpec> shards = scenario.keyspaces[0].shards;
    shards.insert(shards.end(), scenario.sharded_template.begin(), scenario.sharded_template.end());
    std::set<std::uint64_t> firsts;
    for (const ShardSpec& shard : shards) {
      CHECK(shard.uids.first % 100 == 0);
      CHECK(shard.uids.size() == 5);
      CHECK(firsts.insert(shard.uids.first).second);
    }
    CHECK(firsts.size() == 1 + split.targets.size() + split.others.size());
  }
}

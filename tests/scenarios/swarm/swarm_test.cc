#include "scenarios/swarm/swarm.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "scenarios/checks/placement.h"
#include "scenarios/cluster/host_names.h"
#include "scenarios/file/load.h"
#include "scenarios/file/topology.h"

using namespace shardlab;
using namespace shardlab::scenarios;

namespace {

const Scenario& swarm() {
  static const Scenario scenario = load_scenario(SHARDLAB_SOURCE_DIR "/scenarios/files/swarm.toml");
  return scenario;
}

Drawn drawn_with(std::uint64_t seed) {
  sim::Choices choices(seed);
  return draw_swarm(swarm(), choices);
}

constexpr std::uint64_t seeds = 400;

}  // namespace

TEST_CASE("Swarm: the calmest choices are the guide's cluster without a fault") {
  sim::Choices choices{sim::ChoiceTape()};
  const Drawn drawn = draw_swarm(swarm(), choices);
  CHECK(drawn.scenario.faults.empty());
  CHECK(source_shards(drawn.scenario) == std::vector<std::string>{"0"});
  CHECK(target_shards(drawn.scenario) == std::vector<std::string>{"-80", "80-"});
  CHECK(drawn.scenario.cluster.cells == std::vector<std::string>{"test"});
  CHECK(drawn.scenario.keyspaces[0].shards[0].uids.size() == 5);
  CHECK(drawn.scenario.data->count == 11);
  CHECK(drawn.schedule == sim::Schedule());
  CHECK(drawn.said[0] == "0 becomes -80, 80-");
  CHECK(drawn.said[1] == "in test: 3 replica and 2 rdonly a shard, vtgates 1");
}

TEST_CASE("Swarm: seeds draw every split, number of tablets, cells, and kind of fault") {
  std::set<std::vector<std::string>> splits;
  std::set<std::size_t> cells;
  std::set<int> replicas, vtgates;
  std::set<std::int64_t> rows;
  std::set<std::string> loads;
  std::set<std::string_view> kinds;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Drawn drawn = drawn_with(seed);
    const Scenario& scenario = drawn.scenario;
    splits.insert(target_shards(scenario));
    cells.insert(scenario.cluster.cells.size());
    replicas.insert(scenario.sharded_template[0].replica);
    vtgates.insert(scenario.cluster.vtgates.at("test"));
    rows.insert(scenario.data->count);
    loads.insert(drawn.said[2]);
    for (const FaultSpec& fault : scenario.faults) kinds.insert(fault.kind->name);
  }
  CHECK(splits.size() == 3);
  CHECK(cells.size() == 2);
  CHECK(replicas.size() == 3);
  CHECK(vtgates.size() == 3);
  CHECK(rows.contains(0));
  CHECK(rows.contains(1));
  CHECK(loads.size() > seeds / 4);
  CHECK(kinds.size() == fault_kinds().size());
}

TEST_CASE("Swarm: faults are about what the drawn cluster has, and complete") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    const Drawn drawn = drawn_with(seed);
    const Scenario& scenario = drawn.scenario;
    const std::vector<std::string> shards = shard_paths(scenario);
    const std::vector<std::string> hosts = host_names(scenario);
    for (const FaultSpec& fault : scenario.faults) {
      CAPTURE(to_text(fault));
      for (const FaultTarget* target : {&fault.target, fault.peer ? &*fault.peer : nullptr}) {
        if (!target || target->argument.empty()) continue;
        const bool is_of_cell = target->function == "vtgate" || is_about_etcd(*target);
        const auto& known = target->function.empty() ? hosts : shards;
        if (target->function == "leader") CHECK(scenario.cluster.etcd_global == 3);
        if (!is_of_cell) CHECK(std::ranges::count(known, target->argument) == 1);
      }
      CHECK(fault.kind->has_peer() == fault.peer.has_value());
      CHECK(fault.kind->is_instant() != fault.length.has_value());
      CHECK(fault.trigger.least_delay == fault.trigger.most_delay);
      if (fault.trigger.on == FaultTrigger::On::step) {
        CHECK(scenario.find_step(fault.trigger.id).has_value());
      }
      if (fault.kind->cluster == ClusterFault::interrupt) {
        CHECK(fault.trigger.on == FaultTrigger::On::event);
      }
      if (fault.kind->cluster == ClusterFault::command) CHECK(fault.command.has_value());
      if (fault.kind->cluster == ClusterFault::out_of_turn) CHECK(scenario.find_step(fault.step));
    }
  }
}

TEST_CASE("Swarm: every fault takes the same draws whatever it turns out to be") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    sim::Choices choices(seed);
    choices.record();
    const Drawn drawn = draw_swarm(swarm(), choices);
    const std::size_t faults = drawn.scenario.faults.size();
    for (const char* site :
         {"swarm.fault", "swarm.moment", "swarm.delay", "swarm.target", "swarm.process",
          "swarm.length", "swarm.amount", "swarm.disk", "swarm.typed"}) {
      CAPTURE(seed, site);
      const auto* drawn_there = choices.recorded().find(site);
      CHECK((drawn_there ? drawn_there->values.size() : 0) == faults);
    }
  }
}

TEST_CASE("Swarm: pages on the borders lie on either side of each") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Drawn drawn = drawn_with(seed);
    if (drawn.said[2].find("borders") == std::string::npos) continue;
    for (const ShardSpec& shard : drawn.scenario.sharded_template) {
      const ShardRange range(shard.name);
      const auto& pages = drawn.scenario.loads[0].pages;
      CHECK(std::ranges::any_of(pages, [&](auto page) { return range.contains_page(page); }));
    }
  }
}

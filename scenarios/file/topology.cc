#include "scenarios/file/topology.h"

#include <algorithm>

#include "scenarios/checks/placement.h"
#include "scenarios/file/read_steps.h"

namespace shardlab::scenarios {
namespace {

constexpr std::uint64_t uids_per_shard = 100;

bool is_split(const Scenario& scenario, const ShardSpec& shard) {
  const ShardRange range(shard.name);
  return std::ranges::any_of(scenario.sharded_template, [&](const ShardSpec& target) {
    return range.intersects(ShardRange(target.name));
  });
}

std::vector<std::string> shards_of(const Scenario& scenario, bool split) {
  std::vector<std::string> names;
  for (const ShardSpec& shard : scenario.keyspaces.front().shards) {
    if (is_split(scenario, shard) == split) names.push_back(shard.name);
  }
  return names;
}

/// Gives shards their uids, hundred after hundred.
class Numbers {
 public:
  ShardSpec shard(const std::string& name, bool has_master) {
    ShardSpec shard;
    shard.name = name;
    shard.uids.first = next_ += uids_per_shard;
    if (has_master) shard.master = shard.uids.first;
    return shard;
  }

 private:
  std::uint64_t next_ = 0;
};

void apply(const Split& split, Scenario& scenario) {
  Numbers numbers;
  std::vector<ShardSpec>& shards = scenario.keyspaces.front().shards;
  const ShardSpec as_before = shards.front();
  shards = {numbers.shard(split.source, true)};
  scenario.sharded_template.clear();
  for (const std::string& target : split.targets) {
    scenario.sharded_template.push_back(numbers.shard(target, false));
  }
  for (const std::string& other : split.others) shards.push_back(numbers.shard(other, true));
  const auto number_of_tablets = [&](ShardSpec& shard) {
    shard.replica = as_before.replica;
    shard.rdonly = as_before.rdonly;
  };
  std::ranges::for_each(shards, number_of_tablets);
  std::ranges::for_each(scenario.sharded_template, number_of_tablets);
}

void set_tablets(ShardSpec& shard, const Topology& topology) {
  if (topology.replica > 0) shard.replica = topology.replica;
  if (topology.rdonly > 0) shard.rdonly = topology.rdonly;
  const int tablets = shard.replica + shard.rdonly;
  shard.uids.last = shard.uids.first + static_cast<std::uint64_t>(tablets) - 1;
}

}  // namespace

std::vector<std::string> source_shards(const Scenario& scenario) {
  return shards_of(scenario, true);
}

std::vector<std::string> other_shards(const Scenario& scenario) {
  return shards_of(scenario, false);
}

std::vector<std::string> target_shards(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const ShardSpec& shard : scenario.sharded_template) names.push_back(shard.name);
  return names;
}

Scenario with_topology(Scenario scenario, const Topology& topology) {
  if (topology.split) apply(*topology.split, scenario);
  for (ShardSpec& shard : scenario.keyspaces.front().shards) set_tablets(shard, topology);
  for (ShardSpec& shard : scenario.sharded_template) set_tablets(shard, topology);
  Cluster& cluster = scenario.cluster;
  if (!topology.cells.empty()) {
    const int vtgates = cluster.vtgates.begin()->second;
    cluster.cells = topology.cells;
    cluster.vtgates.clear();
    for (const std::string& cell : cluster.cells) cluster.vtgates[cell] = vtgates;
  }
  if (topology.vtgates > 0) {
    for (auto& [cell, count] : cluster.vtgates) count = topology.vtgates;
  }
  if (topology.etcd > 0) cluster.etcd_global = cluster.etcd_per_cell = topology.etcd;
  if (scenario.step_texts) scenario.steps = read_steps(*scenario.step_texts, scenario);
  return scenario;
}

}  // namespace shardlab::scenarios

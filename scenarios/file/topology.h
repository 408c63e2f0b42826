#pragma once

#include <string>
#include <vector>

#include "scenarios/file/scenario.h"

namespace shardlab::scenarios {

/// Shards of the first keyspace that `[template.sharded]` splits, and those that stay as they are.
std::vector<std::string> source_shards(const Scenario& scenario);
std::vector<std::string> other_shards(const Scenario& scenario);
std::vector<std::string> target_shards(const Scenario& scenario);

/// One choice of a swarm for each thing that it leaves open about the cluster.
struct Topology {
  const Split* split = nullptr;  ///< null: as the scenario has it, like the others
  int replica = 0;
  int rdonly = 0;
  std::vector<std::string> cells;
  int vtgates = 0;
  int etcd = 0;
};

/// The scenario with that cluster and the steps for it. Tablets have the guide's uids: 100 and up
/// on the source, 200 and 300 and so on on the targets, then those that stay.
Scenario with_topology(Scenario scenario, const Topology& topology);

}  // namespace shardlab::scenarios

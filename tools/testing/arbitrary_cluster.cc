#include "tools/testing/generators.h"
#include "tools/testing/pick.h"

namespace shardlab::testing {
namespace {

using scenarios::Scenario;
using scenarios::ShardSpec;

void resize(ShardSpec& shard, int replica, int rdonly) {
  shard.replica = replica;
  shard.rdonly = rdonly;
  shard.uids.last = shard.uids.first + static_cast<std::uint64_t>(replica + rdonly) - 1;
  if (shard.master && !shard.uids.contains(*shard.master)) shard.master = shard.uids.first;
}

}  // namespace

rc::Gen<Scenario> arbitrary_cluster(Scenario scenario) {
  // A master and one to take its place; SplitClone wants two rdonly tablets.
  constexpr int least_replica = 2, most_replica = 4, least_rdonly = 2, most_rdonly = 3;
  return rc::gen::exec([scenario = std::move(scenario)] {
    Scenario made = scenario;
    scenarios::Cluster& cluster = made.cluster;
    if (cluster.cells.size() < 2 && pick(0, 1) == 1) cluster.cells.push_back("zone2");
    for (const std::string& cell : cluster.cells) cluster.vtgates[cell] = pick(1, 2);
    for (scenarios::KeyspaceSpec& keyspace : made.keyspaces) {
      for (ShardSpec& shard : keyspace.shards) {
        const int replica = pick(least_replica, most_replica);
        resize(shard, replica, pick(least_rdonly, most_rdonly));
      }
    }
    const int replica = pick(least_replica, most_replica);
    const int rdonly = pick(least_rdonly, most_rdonly);
    for (ShardSpec& shard : made.sharded_template) resize(shard, replica, rdonly);
    return made;
  });
}

}  // namespace shardlab::testing

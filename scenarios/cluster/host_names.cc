#include "scenarios/cluster/host_names.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace shardlab::scenarios {
namespace {

void add_tablets(const Scenario& scenario, const ShardSpec& shard,
                 std::vector<std::string>& hosts) {
  const auto& cells = scenario.cluster.cells;
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    for (std::uint64_t uid = shard.uids.first; uid <= shard.uids.last; ++uid) {
      hosts.push_back(tablet_host(cells[cell], cell * uids_per_cell + uid));
    }
  }
}

}  // namespace

std::string tablet_host(const std::string& cell, std::uint64_t uid) {
  return fmt::format("{}-{:010}", cell, uid);
}

std::string etcd_host(const std::string& cell) {
  return "etcd-" + (cell.empty() ? std::string("global") : cell);
}

std::vector<std::string> etcd_hosts(const Cluster& cluster, const std::string& cell) {
  const int members = cell.empty() ? cluster.etcd_global : cluster.etcd_per_cell;
  if (members == 1) return {etcd_host(cell)};
  std::vector<std::string> hosts;
  for (int i = 1; i <= members; ++i) hosts.push_back(fmt::format("{}-{}", etcd_host(cell), i));
  return hosts;
}

bool is_etcd_host(const std::string& host, const std::string& cell) {
  const std::string name = etcd_host(cell);
  if (!host.starts_with(name)) return false;
  const std::string member = host.substr(name.size());
  return member.empty() || (member.size() > 1 && member.front() == '-' &&
                            member.find_first_not_of("0123456789", 1) == std::string::npos);
}

std::string vtgate_host(const std::string& cell, int number) {
  return fmt::format("vtgate-{}-{}", cell, number);
}

std::string vtctld_host(int number) {
  return number == 1 ? "vtctld" : fmt::format("vtctld-{}", number);
}

std::vector<std::string> host_names(const Scenario& scenario) {
  std::vector<std::string> hosts = etcd_hosts(scenario.cluster, "");
  for (const std::string& cell : scenario.cluster.cells) {
    std::ranges::move(etcd_hosts(scenario.cluster, cell), std::back_inserter(hosts));
  }
  for (int i = 1; i <= scenario.cluster.vtctlds; ++i) hosts.push_back(vtctld_host(i));
  hosts.insert(hosts.end(), {"vtworker", "operator"});
  for (const KeyspaceSpec& keyspace : scenario.keyspaces) {
    for (const ShardSpec& shard : keyspace.shards) add_tablets(scenario, shard, hosts);
  }
  for (const ShardSpec& shard : scenario.sharded_template) add_tablets(scenario, shard, hosts);
  for (const auto& [cell, count] : scenario.cluster.vtgates) {
    for (int i = 1; i <= count; ++i) hosts.push_back(vtgate_host(cell, i));
  }
  hosts.push_back("guestbook");
  return hosts;
}

std::vector<std::string> shard_paths(const Scenario& scenario) {
  std::vector<std::string> paths;
  for (const KeyspaceSpec& keyspace : scenario.keyspaces) {
    for (const ShardSpec& shard : keyspace.shards)
      paths.push_back(keyspace.name + "/" + shard.name);
  }
  for (const ShardSpec& shard : scenario.sharded_template) {
    paths.push_back(scenario.keyspaces.front().name + "/" + shard.name);
  }
  return paths;
}

}  // namespace shardlab::scenarios

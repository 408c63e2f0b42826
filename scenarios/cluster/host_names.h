#pragma once

#include <string>
#include <vector>

#include "scenarios/file/scenario.h"

namespace shardlab::scenarios {

/// Uids of the tablets of the second cell begin here. Source: Vitess examples/kubernetes.
inline constexpr std::uint64_t uids_per_cell = 100'000'000;

/// `"test-0000000100"`.
std::string tablet_host(const std::string& cell, std::uint64_t uid);
/// `"etcd-test"`; `"etcd-global"` for the cell `""`. Of an etcd with several members what their
/// names have in common.
std::string etcd_host(const std::string& cell);
/// The hosts of an etcd: `"etcd-test"` alone, or `"etcd-test-1"`, `"etcd-test-2"`, ...
std::vector<std::string> etcd_hosts(const Cluster& cluster, const std::string& cell);
/// Whether the host is one of those, however many there are; `""` or `"global"` for the global one.
bool is_etcd_host(const std::string& host, const std::string& cell);
/// `"vtgate-test-1"`; numbers from 1.
std::string vtgate_host(const std::string& cell, int number);

/// `"vtctld"`, `"vtctld-2"`; numbers from 1.
std::string vtctld_host(int number);

/// All hosts of a scenario's cluster: see LiveCluster.
std::vector<std::string> host_names(const Scenario& scenario);
/// `"test_keyspace/0"`, `"test_keyspace/-80"`: shards that are there or can be created.
std::vector<std::string> shard_paths(const Scenario& scenario);

}  // namespace shardlab::scenarios

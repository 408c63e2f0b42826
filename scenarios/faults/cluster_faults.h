#pragma once

#include <functional>
#include <memory>
#include <string>

#include "scenarios/cluster/live_cluster.h"
#include "scenarios/faults/kinds.h"

namespace shardlab::scenarios {

// What can be wrong with a cluster beyond what its world knows. All of it has happened at once; the
// trace tells `FaultStarted` and `FaultEnded` of it like of any other.

/// Kills processes (`"vttablet"`, or all of the host for `""`) and starts them again.
std::unique_ptr<sim::Fault> restart_processes(LiveCluster& cluster, const std::string& host,
                                              const std::string& process);
/// Ends all leases of the etcd on that host; wasted when it does not run or has none.
std::unique_ptr<sim::Fault> expire_leases(LiveCluster& cluster, const std::string& host);
/// Kills all connections of the mysqld on that host.
std::unique_ptr<sim::Fault> drop_connections(LiveCluster& cluster, const std::string& host);
/// What an operator does; wasted when `act` says false. `detail` is the command line, or empty.
std::unique_ptr<sim::Fault> operator_fault(LiveCluster& cluster, std::string_view kind,
                                           const std::string& detail,
                                           const std::function<bool()>& act);

}  // namespace shardlab::scenarios

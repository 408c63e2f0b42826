#pragma once

#include <functional>
#include <memory>
#include <string>

#include "scenarios/cluster/live_cluster.h"
#include "scenarios/faults/kinds.h"

namespace shardlab::scenarios {

// What can be wrong with a cluster beyond what its world knows; the trace tells `FaultStarted` and
// `FaultEnded` of it like of any other. This has happened at once:

/// Kills processes (`"vttablet"`, or all of the host for `""`) and starts them again.
std::unique_ptr<sim::Fault> restart_processes(LiveCluster& cluster, const std::string& host,
                                              const std::string& process);
/// Ends all leases of the etcd on that host; wasted when it does not run or has none.
std::unique_ptr<sim::Fault> expire_leases(LiveCluster& cluster, const std::string& host);
/// Kills all connections of the mysqld on that host.
std::unique_ptr<sim::Fault> drop_connections(LiveCluster& cluster, const std::string& host);
/// Cancels all watches of the etcd on that host.
std::unique_ptr<sim::Fault> cancel_watches(LiveCluster& cluster, const std::string& host);
/// What an operator does; wasted when `act` says false. `detail` is the command line, or empty.
std::unique_ptr<sim::Fault> operator_fault(LiveCluster& cluster, std::string_view kind,
                                           const std::string& detail,
                                           const std::function<bool()>& act);

// This lasts as long as the fault lives:

/// Stops processes of a host, `"vtctld"` or `"test-0000000100/mysqld"`, as SIGSTOP does.
std::unique_ptr<sim::Fault> pause_processes(LiveCluster& cluster, const std::string& target);
/// Cuts the etcd on that host off from the other members; wasted when there are none.
std::unique_ptr<sim::Fault> cut_off_member(LiveCluster& cluster, const std::string& host);
/// Of the kinds silent-watch and compaction, at the etcd on that host. Its effects are the changes
/// that a watcher was not told in time.
std::unique_ptr<sim::Fault> silence_watches(LiveCluster& cluster, const FaultKindInfo& kind,
                                            const std::string& host);
/// Kills all members of the etcd to which that host belongs; they start again at the end.
std::unique_ptr<sim::Fault> kill_etcd(LiveCluster& cluster, const std::string& host);
/// Stops replication of the mysqld on that host. At the end it is started, unless somebody has had
/// a hand in it meanwhile. Wasted when it does not replicate.
std::unique_ptr<sim::Fault> stop_replication(LiveCluster& cluster, const std::string& host);
/// Makes the mysqld on that host read-only; at the end writable, unless somebody has set it
/// meanwhile. Its effects are the writes that were refused.
std::unique_ptr<sim::Fault> make_read_only(LiveCluster& cluster, const std::string& host);
/// A visitor begins a transaction on the first page of the load and commits it at the end.
std::unique_ptr<sim::Fault> leave_transaction_open(LiveCluster& cluster);
/// Every other kind: servers and visitors behave so; see `fakes::Disturbance`. `host` may be empty
/// for visitors.
std::unique_ptr<sim::Fault> disturb(LiveCluster& cluster, const FaultKindInfo& kind,
                                    const std::string& host, std::int64_t amount);

}  // namespace shardlab::scenarios

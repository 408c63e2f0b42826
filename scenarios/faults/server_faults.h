#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "scenarios/cluster/live_cluster.h"
#include "scenarios/faults/kinds.h"

namespace shardlab::scenarios {

/// What somebody with a client on a database server's machine does, by mistake or with bad luck.
/// Wasted when no mysqld runs there.
///
/// | kind | does | effects |
/// |---|---|---|
/// | `deadlock` | changes the rows in which streams keep their positions, and locks the tables once
/// a stream's transaction waits | transactions rolled back |
/// | `lock-wait` | locks the tables; meanwhile waits end after `amount` ns | waits that ended |
/// | `semi-sync-timeout` | makes the server wait for acknowledgements, at most `amount` ns; no
/// replica sends any | 1 when that happened |
/// | `errant-transaction` | creates a database on a replica; at the end takes it away and lets the
/// binary log begin anew where replication stands | 1 |
/// | `purged-log` | purges all of the log again and again, unless no other replica of the shard in
/// the cell has as much | transactions purged | | `unsynced-crash` | `sync_binlog = 0`; at the end
/// the host loses power, which comes back at once | commits that had not been synced | |
/// `delayed-replica` | `MASTER_DELAY` of `amount` ns, in whole seconds; 0 at the end | transactions
/// that waited |
std::unique_ptr<sim::Fault> server_fault(LiveCluster& cluster, const FaultKindInfo& kind,
                                         const std::string& host, std::int64_t amount);

}  // namespace shardlab::scenarios

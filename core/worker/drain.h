#pragma once

#include <vector>

#include "core/discovery/health_check.h"
#include "core/worker/cleaner.h"

namespace shardlab::worker {

/// Watches the tablets of vtworker's own cell.
discovery::HealthCheckOptions health_options(const WorkerEnv& worker);

/// Takes one healthy RDONLY tablet of the shard out of serving: its type becomes DRAINED. The
/// clean-up that gives it back is recorded. Waits until at least `min_healthy` are healthy. Throws
/// Error: timed_out `not enough healthy RDONLY tablets to choose from in (...)`. Source: Vitess
/// go/vt/worker/topo_utils.go `FindWorkerTablet`.
Task<topodata::Tablet> drain_rdonly_tablet(WorkerEnv& worker, Cleaner& cleaner,
                                           discovery::HealthCheck& health, std::string keyspace,
                                           std::string shard, std::size_t min_healthy);

/// Records that replication of the tablet is to be started again.
void record_start_replication(WorkerEnv& worker, Cleaner& cleaner, topodata::Tablet tablet);

}  // namespace shardlab::worker

#include "core/worker/drain.h"

#include <fmt/format.h>

#include "core/topo/records.h"

namespace shardlab::worker {
namespace {

constexpr Duration wait_for_healthy = 60s;

/// Gives the tablet back, unless somebody else has changed its type meanwhile.
Task<> give_back(WorkerEnv& worker, topodata::Tablet tablet) {
  auto current = co_await worker.topo.get_tablet(tablet.alias());
  if (current.record.type() != topodata::DRAINED) {
    throw Error(
        Errc::failed_precondition,
        fmt::format("tablet {} is not of the right type (got {} expected DRAINED), not "
                    "changing it to RDONLY",
                    topo::alias_text(tablet.alias()), topo::type_name(current.record.type())));
  }
  co_await worker.tablets.change_type(tablet, topodata::RDONLY);
}

}  // namespace

discovery::HealthCheckOptions health_options(const WorkerEnv& worker) {
  discovery::HealthCheckOptions options;
  options.cells = {worker.cell};
  return options;
}

Task<topodata::Tablet> drain_rdonly_tablet(WorkerEnv& worker, Cleaner& cleaner,
                                           discovery::HealthCheck& health, std::string keyspace,
                                           std::string shard, std::size_t min_healthy) {
  co_await health.wait_for_tablets(keyspace, shard, topodata::RDONLY, min_healthy,
                                   wait_for_healthy);
  const auto candidates = health.healthy(keyspace, shard, topodata::RDONLY);
  const auto index = worker.env.random.below("worker.rdonly", candidates.size());
  const topodata::Tablet tablet = candidates.at(index)->tablet;
  const std::string alias = topo::alias_text(tablet.alias());
  worker.logger.info("topo_utils.go", 135, fmt::format("Changing tablet {} to 'DRAINED'", alias));
  // Recorded before the change: its outcome may stay unknown.
  cleaner.record("ChangeTabletTypeAction", alias,
                 [&worker, tablet] { return give_back(worker, tablet); });
  co_await worker.tablets.change_type(tablet, topodata::DRAINED);
  co_return tablet;
}

void record_start_replication(WorkerEnv& worker, Cleaner& cleaner, topodata::Tablet tablet) {
  const std::string alias = topo::alias_text(tablet.alias());
  cleaner.record("StartReplicationAction", alias,
                 [&worker, tablet] { return worker.tablets.start_replication(tablet); });
}

}  // namespace shardlab::worker

#include <fmt/format.h>

#include "core/base/logger.h"
#include "core/tablet/tablet_client.h"
#include "core/topo/records.h"
#include "core/wrangler/init_shard_master.h"
#include "scenarios/cluster/host_names.h"
#include "scenarios/cluster/live_cluster.h"

namespace shardlab::scenarios {
namespace {

constexpr Duration limit = 5min;
constexpr Duration poll = 50ms;

class SilentLogger final : public Logger {
 public:
  void log(Level, std::string_view, int, std::string) override {}
};

/// What a person does before the guide begins, as a client of the cluster.
class Prerequisite {
 public:
  explicit Prerequisite(LiveCluster& cluster)
      : cluster_(cluster),
        env_(cluster.operator_env()),
        topo_(env_, "operator", cluster.global_topo_address(), topo_root("")),
        tablets_(env_.rpc),
        wrangler_{env_, topo_, tablets_, logger_} {}

  Task<> run(bool* done) {
    co_await create_cells();
    for (const KeyspaceSpec& keyspace : cluster_.scenario().keyspaces) {
      for (const ShardSpec& shard : keyspace.shards) co_await start_shard(keyspace.name, &shard);
    }
    cluster_.start_vtgates();
    for (const auto& [cell, count] : cluster_.scenario().cluster.vtgates) {
      for (int i = 1; i <= count; ++i) {
        const std::string host = vtgate_host(cell, i);
        while (!cluster_.is_listening(host, LiveCluster::vtgate_port))
          co_await env_.clock.sleep(poll);
      }
    }
    cluster_.start("guestbook");
    *done = true;
  }

 private:
  Task<> create_cells() {
    for (const std::string& cell : cluster_.cells()) {
      topodata::CellInfo info;
      info.set_server_address(cluster_.etcd_address(cell));
      info.set_root(topo_root(cell));
      co_await topo_.create_cell_info(cell, info);
    }
  }

  Task<> start_shard(std::string keyspace, const ShardSpec* shard) {
    const std::vector<std::string> aliases = cluster_.start_tablets(*shard);
    for (const std::string& alias : aliases) {
      while (!cluster_.is_listening(alias, LiveCluster::tablet_port))
        co_await env_.clock.sleep(poll);
    }
    if (!shard->master) co_return;
    wrangler::InitShardMasterOptions options;
    options.keyspace = keyspace;
    options.shard = shard->name;
    options.elect.set_cell(cluster_.cells().front());
    options.elect.set_uid(static_cast<std::uint32_t>(*shard->master));
    options.force = true;
    wrangler::InitShardMaster init(wrangler_, std::move(options));
    co_await init.run();
    for (const std::string& alias : aliases) {
      while (!cluster_.is_serving(alias)) co_await env_.clock.sleep(poll);
    }
  }

  LiveCluster& cluster_;
  Env env_;
  topo::Server topo_;
  tablet::TabletClient tablets_;
  SilentLogger logger_;
  wrangler::Wrangler wrangler_;
};

}  // namespace

void bring_up(LiveCluster& cluster) {
  cluster.operator_process().start();
  cluster.start_etcd();
  for (int i = 1; i <= cluster.scenario().cluster.vtctlds; ++i) cluster.start(vtctld_host(i));
  Prerequisite prerequisite(cluster);
  bool done = false;
  cluster.operator_process().background().spawn(prerequisite.run(&done));
  const TimePoint end = cluster.now() + limit;
  cluster.world().scheduler().run_until([&] { return done; }, end);
  if (!done) throw Error(Errc::timed_out, "the cluster of the scenario does not come up");
}

}  // namespace shardlab::scenarios

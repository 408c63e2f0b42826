#include "core/wrangler/delete_shard.h"

#include <fmt/format.h>

#include "core/topo/records.h"
#include "core/topo/serving_graph.h"

namespace shardlab::wrangler {

DeleteShard::DeleteShard(Wrangler& wrangler, DeleteShardOptions options)
    : wrangler_(wrangler), options_(std::move(options)) {}

Task<> DeleteShard::run() {
  std::string action = "DeleteShard(" + options_.shard + ")";
  auto cells = co_await wrangler_.topo.get_cell_names();
  auto lock = co_await wrangler_.topo.lock_keyspace(options_.keyspace, std::move(action), cells);
  auto done = co_await capture_for_cleanup(run_locked(lock));
  auto unlocked = co_await capture(lock.unlock());
  if (!done) throw done.error();
  if (!unlocked) throw unlocked.error();
}

Task<> DeleteShard::run_locked(topo::Lock& lock) {
  auto shard = co_await capture(wrangler_.topo.get_shard(options_.keyspace, options_.shard));
  if (!shard) {
    if (shard.error().code() == Errc::not_found) co_await remove_leftovers();
    throw shard.error();
  }
  if (!options_.even_if_serving) co_await refuse_if_serving(*shard);
  for (const std::string& cell : co_await wrangler_.topo.get_cell_names()) {
    co_await lock.check();
    co_await delete_tablets(cell);
  }
  co_await wrangler_.topo.delete_shard(lock, *shard);
}

Task<> DeleteShard::remove_leftovers() {
  for (const std::string& cell : co_await wrangler_.topo.get_cell_names()) {
    co_await wrangler_.topo.delete_shard_replication(cell, options_.keyspace, options_.shard);
  }
}

Task<> DeleteShard::refuse_if_serving(topo::ShardInfo shard) {
  bool serving = shard.record.is_master_serving();
  for (const std::string& cell :
       co_await wrangler_.topo.get_srv_keyspace_cells(options_.keyspace)) {
    auto graph = co_await wrangler_.topo.get_srv_keyspace(cell, options_.keyspace);
    for (topodata::TabletType type : topo::served_types) {
      serving = serving || topo::serves(graph, type, shard);
    }
  }
  if (serving) {
    throw Error(Errc::failed_precondition,
                fmt::format("shard {} is still serving, cannot delete it, use even_if_serving flag "
                            "if needed",
                            shard.path()));
  }
}

Task<> DeleteShard::delete_tablets(std::string cell) {
  std::vector<topodata::Tablet> tablets;
  for (const auto& tablet :
       co_await wrangler_.topo.get_tablets_of_shard(options_.keyspace, options_.shard)) {
    if (tablet.alias().cell() == cell) tablets.push_back(tablet);
  }
  const std::string path = options_.keyspace + "/" + options_.shard;
  if (!tablets.empty() && !options_.recursive) {
    throw Error(
        Errc::failed_precondition,
        fmt::format("shard {} still has {} tablets in cell {}; use -recursive or remove them "
                    "manually",
                    path, tablets.size(), cell));
  }
  if (!tablets.empty()) {
    wrangler_.logger.info("shard.go", 185,
                          fmt::format("Deleting all tablets in shard {} cell {}", path, cell));
  }
  for (const auto& tablet : tablets) co_await wrangler_.topo.delete_tablet(tablet.alias());
  co_await wrangler_.topo.delete_shard_replication(cell, options_.keyspace, options_.shard);
}

}  // namespace shardlab::wrangler

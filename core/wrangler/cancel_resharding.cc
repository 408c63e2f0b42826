#include "core/wrangler/cancel_resharding.h"

#include <fmt/format.h>

#include "core/topo/overlapping_records.h"
#include "core/topo/serving_graph.h"
#include "core/vreplication/stream_record.h"

namespace shardlab::wrangler {

CancelResharding::CancelResharding(Wrangler& wrangler, std::string keyspace, std::string shard)
    : wrangler_(wrangler), keyspace_(std::move(keyspace)), shard_(std::move(shard)) {}

Task<> CancelResharding::run() {
  // Nobody is to change a graph that it has looked at.
  auto cells = co_await wrangler_.topo.get_cell_names();
  auto lock = co_await wrangler_.topo.lock_keyspace(keyspace_, "CancelResharding", cells);
  auto done = co_await capture_for_cleanup(run_locked(lock));
  auto unlocked = co_await capture(lock.unlock());
  if (!done) throw done.error();
  if (!unlocked) throw unlocked.error();
}

Task<> CancelResharding::run_locked(topo::Lock& lock) {
  group_ = co_await find_resharding_group(wrangler_.topo, keyspace_, shard_);
  co_await refuse_if_migrated();
  for (const auto& target : group_.targets) co_await cancel_target(lock, target);
  std::vector<std::string> all_cells;
  co_await refresh_tablets(wrangler_, group_.targets, std::move(all_cells));
}

Task<> CancelResharding::refuse_if_migrated() {
  for (const std::string& cell : co_await wrangler_.topo.get_srv_keyspace_cells(keyspace_)) {
    auto graph = co_await wrangler_.topo.get_srv_keyspace(cell, keyspace_);
    for (const auto& target : group_.targets) {
      for (topodata::TabletType type : topo::served_types) {
        if (!topo::serves(graph, type, target)) continue;
        throw Error(
            Errc::failed_precondition,
            fmt::format("some served types have migrated for {}/{}, please undo them before "
                        "canceling",
                        keyspace_, shard_));
      }
    }
  }
}

Task<> CancelResharding::cancel_target(topo::Lock& lock, topo::ShardInfo target) {
  auto master = co_await topo::get_master(wrangler_.topo, target);
  co_await lock.check();
  for (const auto& source : target.record.source_shards()) {
    co_await wrangler_.tablets.vreplication_exec(
        master, vreplication::delete_stream(static_cast<std::int32_t>(source.uid())));
  }
  co_await wrangler_.topo.update_shard_fields(lock, target.keyspace, target.name,
                                              [](topodata::Shard& shard) {
                                                shard.clear_source_shards();
                                                shard.clear_tablet_controls();
                                                return topo::Update::write;
                                              });
}

}  // namespace shardlab::wrangler

#include "core/wrangler/migrate_served_types.h"

#include <fmt/format.h>

#include "core/topo/records.h"
#include "core/topo/serving_graph.h"
#include "core/wrangler/events.h"

namespace shardlab::wrangler {

MigrateServedTypes::MigrateServedTypes(Wrangler& wrangler, MigrateServedTypesOptions options)
    : wrangler_(wrangler), options_(std::move(options)) {}

void MigrateServedTypes::check_options() const {
  if (options_.type != topodata::MASTER) return;
  const std::string path = options_.keyspace + "/" + options_.shard;
  if (options_.reverse) {
    throw Error(Errc::invalid_argument, "cannot migrate master back to " + path);
  }
  if (options_.skip_refresh_state) {
    throw Error(Errc::invalid_argument,
                "the skip-refresh-state flag can only be specified for non-master migrations");
  }
  if (!options_.cells.empty()) {
    throw Error(Errc::invalid_argument, "cannot specify cells for master migration on " + path);
  }
}

Task<> MigrateServedTypes::run() {
  check_options();
  co_await take_lock(fmt::format("MigrateServedTypes({})", topo::type_name(options_.type)));
  auto done = co_await capture_for_cleanup(run_locked());
  auto unlocked = co_await capture(lock_->unlock());
  if (!done) throw done.error();
  if (!unlocked) throw unlocked.error();
  step_done("done");
}

Task<> MigrateServedTypes::take_lock(std::string action) {
  std::vector<std::string> cells = options_.cells;
  if (cells.empty()) cells = co_await wrangler_.topo.get_cell_names();
  auto lock =
      co_await wrangler_.topo.lock_keyspace(options_.keyspace, std::move(action), std::move(cells));
  lock_ = std::move(lock);
}

Task<> MigrateServedTypes::run_locked() {
  group_ = co_await find_resharding_group(wrangler_.topo, options_.keyspace, options_.shard);
  if (options_.type == topodata::MASTER) {
    co_await migrate_master();
  } else {
    co_await migrate_replicas();
  }
}

Task<std::vector<std::string>> MigrateServedTypes::affected_cells() {
  if (!options_.cells.empty()) co_return options_.cells;
  co_return co_await wrangler_.topo.get_srv_keyspace_cells(options_.keyspace);
}

void MigrateServedTypes::step_done(std::string_view step) {
  const std::string type = topo::type_text(options_.type);
  MigrationStepDone event{options_.keyspace, type, step};
  wrangler_.env.events.emit(event);
}

Task<> MigrateServedTypes::edit_graphs(GraphEdit edit) {
  constexpr int attempts = 3;
  for (int attempt = 1;; ++attempt) {
    auto edited = co_await capture(edit_graphs_once(edit));
    if (edited) co_return;
    // Under the lock only a write of our own can come in between: one that was late.
    const bool is_conflict = edited.error().code() == Errc::bad_version;
    if (attempt == attempts || !is_conflict) throw edited.error();
  }
}

Task<> MigrateServedTypes::edit_graphs_once(GraphEdit edit) {
  std::vector<std::pair<std::string, topo::SrvKeyspaceInfo>> graphs;
  for (const std::string& cell : co_await affected_cells()) {
    auto graph = co_await wrangler_.topo.find_srv_keyspace(cell, options_.keyspace);
    if (!graph.version) {
      throw Error(Errc::not_found,
                  fmt::format("no serving graph of {} in cell {}", options_.keyspace, cell));
    }
    edit(graph.record);
    topo::order_and_check(graph.record, cell);
    graphs.emplace_back(cell, std::move(graph));
  }
  for (const auto& [cell, graph] : graphs) {
    co_await wrangler_.topo.update_srv_keyspace(*lock_, cell, options_.keyspace, graph);
  }
}

Task<> MigrateServedTypes::update_shard(topo::ShardInfo shard,
                                        std::function<void(topodata::Shard&)> edit) {
  co_await wrangler_.topo.update_shard_fields(*lock_, shard.keyspace, shard.name,
                                              [&](topodata::Shard& record) {
                                                edit(record);
                                                return topo::Update::write;
                                              });
}

Task<> MigrateServedTypes::migrate_replicas() {
  const auto& from = options_.reverse ? group_.targets : group_.sources;
  const auto& to = options_.reverse ? group_.sources : group_.targets;
  const topodata::TabletType type = options_.type;
  for (const auto& shard : to) {
    if (topo::is_master_frozen(shard.record)) {
      throw Error(Errc::failed_precondition,
                  "migrate has gone past the point of no return, cannot re-enable serving for " +
                      shard.path());
    }
  }
  co_await edit_graphs([&](topodata::SrvKeyspace& graph) {
    topo::set_query_service_disabled(graph, type, from, true);
    topo::set_query_service_disabled(graph, type, to, false);
  });
  step_done("controls-set");
  // Those who gain the traffic must serve before it is sent to them.
  co_await refresh_tablets(wrangler_, to, options_.cells);
  co_await edit_graphs(
      [&](topodata::SrvKeyspace& graph) { topo::migrate_partition(graph, type, from, to); });
  step_done("graph-migrated");
  if (!options_.skip_refresh_state) co_await drain_and_refresh(from);
}

Task<> MigrateServedTypes::drain_and_refresh(std::vector<topo::ShardInfo> shards) {
  const Duration pause = options_.type == topodata::RDONLY ? options_.drain_sleep_rdonly
                                                           : options_.drain_sleep_replica;
  wrangler_.logger.info(
      "keyspace.go", 551,
      fmt::format("WaitForDrain: Sleeping for {:.0f} seconds before shutting down query service on "
                  "old tablets...",
                  static_cast<double>(pause / 1s)));
  co_await wrangler_.env.clock.sleep(pause);
  wrangler_.logger.info(
      "keyspace.go", 553,
      "WaitForDrain: Sleeping finished. Shutting down queryservice on old tablets now.");
  co_await refresh_tablets(wrangler_, std::move(shards), options_.cells);
  step_done("old-tablets-refreshed");
}

}  // namespace shardlab::wrangler

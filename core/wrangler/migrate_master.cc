#include <algorithm>
#include <fmt/format.h>

#include "core/base/children.h"
#include "core/ports/retry.h"
#include "core/topo/overlapping_records.h"
#include "core/topo/records.h"
#include "core/topo/serving_graph.h"
#include "core/vreplication/stream_record.h"
#include "core/wrangler/migrate_served_types.h"

namespace shardlab::wrangler {
namespace {

const std::string reverse_workflow = "ReversedResharding";

void set_master_frozen(topodata::Shard& shard, bool frozen) {
  auto& controls = *shard.mutable_tablet_controls();
  for (int i = controls.size() - 1; i >= 0; --i) {
    if (controls[i].tablet_type() == topodata::MASTER) controls.DeleteSubrange(i, 1);
  }
  if (!frozen) return;
  auto& control = *controls.Add();
  control.set_tablet_type(topodata::MASTER);
  control.set_frozen(true);
}

}  // namespace

Task<> MigrateServedTypes::migrate_master() {
  co_await check_everything_else_migrated();
  co_await refresh_masters(wrangler_, group_.sources);
  co_await refresh_masters(wrangler_, group_.targets);

  const bool is_rerun = std::any_of(
      group_.sources.begin(), group_.sources.end(),
      [](const topo::ShardInfo& source) { return topo::is_master_frozen(source.record); });
  auto caught_up = co_await capture_for_cleanup(stop_writes_and_catch_up());
  if (!caught_up) {
    if (!is_rerun) co_await undo(false);
    throw caught_up.error();
  }
  auto frozen = co_await capture_for_cleanup(freeze_and_prepare_return());
  if (!frozen) {
    // Vitess cancels first, which the freeze then refuses: the sources stay disabled for ever.
    if (!is_rerun) co_await undo(true);
    throw frozen.error();
  }

  // The point of no return: from here on the command is completed by running it again.
  co_await lock_->check();
  co_await enable_targets();
  co_await finish_targets();
  co_await refresh_masters(wrangler_, group_.targets);
  step_done("targets-serving");
  co_await migrate_master_in_graph();
  co_await finish_sources();
  if (options_.reverse_replication) co_await start_reverse_replication();
  std::vector<std::string> all_cells;
  co_await refresh_tablets(wrangler_, group_.targets, std::move(all_cells));
}

Task<> MigrateServedTypes::check_everything_else_migrated() {
  std::vector<std::string> first;
  for (const std::string& cell : co_await affected_cells()) {
    auto graph = co_await wrangler_.topo.get_srv_keyspace(cell, options_.keyspace);
    for (topodata::TabletType type : {topodata::RDONLY, topodata::REPLICA}) {
      for (const auto& source : group_.sources) {
        if (topo::serves(graph, type, source)) first.push_back(topo::type_name(type));
      }
    }
    if (first.empty()) continue;
    throw Error(Errc::failed_precondition,
                fmt::format("cannot migrate MASTER away from {} until everything else is migrated. "
                            "Make sure that the following types are migrated first: {}",
                            group_.sources.front().path(), fmt::join(first, ", ")));
  }
}

Task<> MigrateServedTypes::stop_writes_and_catch_up() {
  co_await lock_->check();
  co_await stop_writes_on_sources();
  co_await read_source_positions();
  co_await wait_for_targets();
}

Task<> MigrateServedTypes::freeze_and_prepare_return() {
  co_await lock_->check();
  co_await freeze_sources();
  co_await set_up_reverse_replication();
}

Task<> MigrateServedTypes::stop_writes_on_sources() {
  co_await edit_graphs([&](topodata::SrvKeyspace& graph) {
    topo::set_query_service_disabled(graph, topodata::MASTER, group_.sources, true);
  });
  // When this returns no source takes a write any more; the positions below rely on it.
  co_await refresh_masters(wrangler_, group_.sources);
  step_done("source-readonly");
}

Task<> MigrateServedTypes::read_source_positions() {
  for (const auto& source : group_.sources) {
    auto tablet = co_await topo::get_master(wrangler_.topo, source);
    auto position = co_await wrangler_.tablets.master_position(tablet);
    wrangler_.logger.info("keyspace.go", 703,
                          fmt::format("Got position {} on source master {}", position,
                                      topo::alias_text(tablet.alias())));
    source_positions_[source.name] = position;
  }
  step_done("positions-read");
}

Task<> MigrateServedTypes::wait_for_targets() {
  std::vector<Task<>> waits;
  for (const auto& target : group_.targets) waits.push_back(wait_for_target(target));
  co_await join_all(std::move(waits));
  step_done("targets-caught-up");
}

Task<> MigrateServedTypes::wait_for_target(topo::ShardInfo target) {
  auto tablet = co_await topo::get_master(wrangler_.topo, target);
  for (const auto& source : target.record.source_shards()) {
    const std::string& position = source_positions_[source.shard()];
    wrangler_.logger.info(
        "keyspace.go", 744,
        fmt::format("Waiting for {} to catch up", topo::alias_text(tablet.alias())));
    auto waited = co_await capture(wrangler_.tablets.vreplication_wait_for_pos(
        tablet, static_cast<std::int32_t>(source.uid()), position,
        options_.filtered_replication_wait_time));
    // A stream that is gone already was finished by an earlier run of this command.
    if (!waited && waited.error().code() != Errc::not_found) throw waited.error();
  }
}

Task<> MigrateServedTypes::freeze_sources() {
  for (const auto& source : group_.sources) {
    co_await update_shard(source, [](topodata::Shard& shard) { set_master_frozen(shard, true); });
  }
  step_done("frozen");
}

Task<> MigrateServedTypes::undo(bool unfreeze) {
  RetryPolicy persistent;
  persistent.attempts = 30;
  persistent.locks_anew = true;
  auto undone =
      co_await capture(retry(wrangler_.env.clock, persistent, [&] { return undo_once(unfreeze); }));
  if (undone) {
    step_done("undone");
    co_return;
  }
  wrangler_.logger.error(
      "keyspace.go", 672,
      fmt::format("Cancel migration failed, the source masters do not serve: {}. Run the command "
                  "again, or RefreshState on them once the topology answers.",
                  undone.error().message()));
}

Task<bool> MigrateServedTypes::may_undo() {
  auto held = co_await capture(lock_->check());
  if (!held && held.error().code() != Errc::lock_lost) throw held.error();
  if (!held) {
    auto given_back = co_await capture(lock_->unlock());
    auto taken = co_await capture(take_lock("MigrateServedTypes(MASTER), undo"));
    if (!taken) {
      // Who has it may be at work for long.
      const bool is_taken = taken.error().code() == Errc::timed_out;
      throw is_taken ? Error(Errc::failed_precondition, taken.error().message()) : taken.error();
    }
    has_lost_lock_ = true;
  }
  if (!has_lost_lock_) co_return true;
  auto gone_on = co_await has_gone_on();
  co_return !gone_on;
}

Task<bool> MigrateServedTypes::has_gone_on() {
  for (const auto& source : group_.sources) {
    auto now = co_await wrangler_.topo.get_shard(source.keyspace, source.name);
    if (topo::is_master_frozen(now.record) || !now.record.is_master_serving()) co_return true;
  }
  co_return false;
}

Task<> MigrateServedTypes::undo_once(bool unfreeze) {
  auto is_ours = co_await may_undo();
  if (!is_ours) {
    throw Error(Errc::failed_precondition,
                "the lock was lost, and the migration is past the point of no return");
  }
  for (const auto& source : group_.sources) {
    if (!unfreeze) break;
    co_await update_shard(source, [](topodata::Shard& shard) {
      set_master_frozen(shard, false);
      shard.clear_source_shards();
    });
  }
  co_await edit_graphs([&](topodata::SrvKeyspace& graph) {
    topo::set_query_service_disabled(graph, topodata::MASTER, group_.sources, false);
  });
  co_await refresh_masters(wrangler_, group_.sources);
}

Task<> MigrateServedTypes::set_up_reverse_replication() {
  for (const auto& source : group_.sources) co_await set_up_reverse_streams(source);
  step_done("reverse-streams-created");
}

Task<> MigrateServedTypes::set_up_reverse_streams(topo::ShardInfo source) {
  auto current = co_await wrangler_.topo.get_shard(source.keyspace, source.name);
  if (current.record.source_shards_size() > 0) co_return;  // by an earlier run
  auto source_master = co_await topo::get_master(wrangler_.topo, source);
  const std::string database = topo::database_name(source_master);
  const std::int64_t now_s = to_ns(wrangler_.env.clock.now()) / 1'000'000'000;
  co_await wrangler_.tablets.vreplication_exec(
      source_master, vreplication::delete_workflow(reverse_workflow, database));
  std::vector<topodata::SourceShard> entries;
  for (const auto& target : group_.targets) {
    auto target_master = co_await topo::get_master(wrangler_.topo, target);
    auto position = co_await wrangler_.tablets.master_position(target_master);
    binlogdata::BinlogSource from;
    from.set_keyspace(target.keyspace);
    from.set_shard(target.name);
    if (source.record.has_key_range()) *from.mutable_key_range() = source.record.key_range();
    auto inserted = co_await wrangler_.tablets.vreplication_exec(
        source_master, vreplication::insert_stream(reverse_workflow, from, position,
                                                   vreplication::stopped, database, now_s));
    topodata::SourceShard entry;
    entry.set_uid(static_cast<std::uint32_t>(inserted.insert_id));
    entry.set_keyspace(target.keyspace);
    entry.set_shard(target.name);
    if (target.record.has_key_range()) *entry.mutable_key_range() = target.record.key_range();
    entries.push_back(entry);
  }
  co_await update_shard(source, [&](topodata::Shard& shard) {
    shard.clear_source_shards();  // it may be done twice
    for (const auto& entry : entries) *shard.add_source_shards() = entry;
  });
}

Task<> MigrateServedTypes::enable_targets() {
  co_await edit_graphs([&](topodata::SrvKeyspace& graph) {
    topo::set_query_service_disabled(graph, topodata::MASTER, group_.targets, false);
  });
  step_done("targets-enabled");
}

Task<> MigrateServedTypes::finish_targets() {
  for (const auto& target : group_.targets) co_await finish_target(target);
  step_done("streams-deleted");
}

Task<> MigrateServedTypes::finish_target(topo::ShardInfo target) {
  auto tablet = co_await topo::get_master(wrangler_.topo, target);
  co_await lock_->check();
  for (const auto& source : target.record.source_shards()) {
    co_await wrangler_.tablets.vreplication_exec(
        tablet, vreplication::delete_stream(static_cast<std::int32_t>(source.uid())));
  }
  co_await update_shard(target, [](topodata::Shard& shard) {
    shard.clear_source_shards();
    shard.set_is_master_serving(true);
  });
}

Task<> MigrateServedTypes::migrate_master_in_graph() {
  co_await edit_graphs([&](topodata::SrvKeyspace& graph) {
    topo::migrate_partition(graph, topodata::MASTER, group_.sources, group_.targets);
    // Only this group's: another resharding of the keyspace keeps its own.
    topo::clear_controls(graph, group_.sources);
    topo::clear_controls(graph, group_.targets);
  });
  step_done("graph-migrated");
}

Task<> MigrateServedTypes::finish_sources() {
  for (const auto& source : group_.sources) {
    co_await update_shard(source,
                          [](topodata::Shard& shard) { shard.set_is_master_serving(false); });
  }
  step_done("source-not-serving");
}

Task<> MigrateServedTypes::start_reverse_replication() {
  for (const auto& source : group_.sources) {
    auto current = co_await wrangler_.topo.get_shard(source.keyspace, source.name);
    auto tablet = co_await topo::get_master(wrangler_.topo, source);
    for (const auto& entry : current.record.source_shards()) {
      co_await wrangler_.tablets.vreplication_exec(
          tablet, vreplication::start_stream(static_cast<std::int32_t>(entry.uid())));
    }
    co_await update_shard(source, [](topodata::Shard& shard) { set_master_frozen(shard, false); });
  }
  step_done("reverse-replication-started");
}

}  // namespace shardlab::wrangler

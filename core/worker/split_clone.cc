#include "core/worker/split_clone.h"

#include <fmt/format.h>

#include "core/base/children.h"
#include "core/topo/records.h"
#include "core/topo/serving_graph.h"
#include "core/vindexes/vschema_json.h"
#include "core/vreplication/stream_record.h"
#include "core/worker/drain.h"
#include "core/worker/events.h"
#include "core/worker/schema_tables.h"

namespace shardlab::worker {
namespace {

const std::string workflow = "SplitClone";

}  // namespace

SplitClone::SplitClone(WorkerEnv worker, SplitCloneOptions options)
    : worker_(worker),
      options_(std::move(options)),
      health_(worker.env, worker.topo, health_options(worker)) {}

void SplitClone::enter(std::string state) {
  state_ = std::move(state);
  WorkerStateChanged event{"SplitClone", state_};
  worker_.env.events.emit(event);
}

Task<> SplitClone::run() {
  auto cloned = co_await capture_for_cleanup(clone());
  enter("cleaning up");
  auto cleaned = co_await capture(cleaner_.clean_up(worker_.logger, worker_.env.events));
  co_await health_.stop();
  enter(cloned && cleaned ? "done" : "error");
  if (!cloned) throw cloned.error();
  if (!cleaned) throw cleaned.error().within("clean-up failed");
}

Task<> SplitClone::clone() {
  enter("initializing");
  co_await find_source_and_targets();
  co_await check_source_serves();
  co_await load_vschema();
  co_await health_.start();
  co_await find_target_masters();
  co_await remove_leftover_streams();

  enter("finding target instances");
  worker_.logger.info("split_clone.go", 574, "Offline clone will be run now.");
  co_await take_source_rdonly_out_of_serving();
  co_await stop_source_replication();

  enter("cloning the data (offline)");
  co_await read_source_schema();
  co_await copy_rows();

  co_await create_streams();
  co_await start_filtered_replication();
}

Task<> SplitClone::find_source_and_targets() {
  auto keyspace = co_await capture(worker_.topo.get_keyspace(options_.keyspace));
  if (!keyspace) {
    throw keyspace.error().within(
        fmt::format("cannot read (destination) keyspace {}", options_.keyspace));
  }
  std::string not_involved =
      fmt::format("the specified shard {} is not in any overlapping shard", subject());
  auto overlap = co_await topo::find_overlapping_records(worker_.topo, options_.keyspace,
                                                         options_.shard, std::move(not_involved));
  decide_sides(std::move(overlap));
}

void SplitClone::decide_sides(topo::OverlappingRecords overlap) {
  const bool left_serves = overlap.left.front().record.is_master_serving();
  sources_ = left_serves ? std::move(overlap.left) : std::move(overlap.right);
  targets_ = left_serves ? std::move(overlap.right) : std::move(overlap.left);
  for (const auto& target : targets_) {
    if (target.record.source_shards_size() > 0) {
      throw Error(
          Errc::failed_precondition,
          fmt::format("destination shard {} has filtered replication already enabled from a "
                      "previous resharding (ShardInfo is set). This requires manual "
                      "intervention e.g. use vtctl SourceShardDelete to remove it",
                      target.path()));
    }
  }
}

Task<> SplitClone::check_source_serves() {
  auto graph = co_await worker_.topo.get_srv_keyspace(worker_.cell, options_.keyspace);
  for (topodata::TabletType type : topo::served_types) {
    for (const auto& source : sources_) {
      if (topo::serves(graph, type, source)) continue;
      throw Error(Errc::failed_precondition, fmt::format("source shard {} is not serving type {}",
                                                         source.path(), topo::type_name(type)));
    }
    for (const auto& target : targets_) {
      if (!target.record.is_master_serving() && !topo::serves(graph, type, target)) continue;
      throw Error(Errc::failed_precondition,
                  fmt::format("destination shard {} is serving some types", target.path()));
    }
  }
}

Task<> SplitClone::load_vschema() {
  auto record = co_await capture(worker_.topo.get_vschema(options_.keyspace));
  if (!record) {
    throw Error(Errc::failed_precondition,
                fmt::format("no VSchema for keyspace {}: apply one with ApplyVSchema first",
                            options_.keyspace));
  }
  const auto document = vindexes::parse_vschema(record->json());
  vschema_ = std::make_unique<vindexes::KeyspaceSchema>(
      vindexes::build_keyspace_schema(options_.keyspace, document.vschema));
}

Task<> SplitClone::find_target_masters() {
  for (const auto& target : targets_) {
    auto master = co_await capture(topo::get_master(worker_.topo, target));
    if (!master) {
      throw master.error().within(
          fmt::format("cannot find MASTER tablet for destination shard for "
                      "{} (in cell: {})",
                      target.path(), worker_.cell));
    }
    worker_.logger.info("split_clone.go", 742,
                        fmt::format("Using tablet {} as destination master for {}",
                                    topo::alias_text(master->alias()), target.path()));
    target_masters_.push_back(*master);
  }
}

Task<> SplitClone::remove_leftover_streams() {
  // A run that died between creating its streams and naming them in the shard records leaves
  // streams that nobody would ever stop, and that would change rows under our hands.
  for (const auto& master : target_masters_) {
    co_await worker_.tablets.vreplication_exec(
        master, vreplication::delete_workflow(workflow, topo::database_name(master)));
  }
}

Task<> SplitClone::take_source_rdonly_out_of_serving() {
  for (const auto& source : sources_) {
    auto tablet = co_await drain_rdonly_tablet(worker_, cleaner_, health_, source.keyspace,
                                               source.name, options_.min_healthy_rdonly_tablets);
    source_tablets_.push_back(tablet);
  }
}

Task<> SplitClone::stop_source_replication() {
  for (const auto& tablet : source_tablets_) {
    record_start_replication(worker_, cleaner_, tablet);
    co_await worker_.tablets.stop_replication(tablet);
    auto status = co_await worker_.tablets.replication_status(tablet);
    worker_.logger.info("split_clone.go", 705,
                        fmt::format("Stopped replication on {} at {}",
                                    topo::alias_text(tablet.alias()), status.position()));
    source_positions_.push_back(status.position());
  }
}

Task<> SplitClone::read_source_schema() {
  tabletmanagerdata::GetSchemaRequest request;
  for (const auto& table : options_.exclude_tables) request.add_exclude_tables(table);
  auto schema = co_await worker_.tablets.get_schema(source_tablets_.front(), std::move(request));
  tables_ = worker_tables(schema);
  for (const auto& table : tables_) progress_[table.name] = TableProgress();
  if (tables_.empty()) {
    throw Error(Errc::failed_precondition,
                fmt::format("no tables matching the table filter in tablet {}",
                            topo::alias_text(source_tablets_.front().alias())));
  }
  std::vector<key::ShardReference> shards;
  for (const auto& target : targets_) {
    shards.push_back(key::ShardReference(target.name, topo::key_range_of(target.record)));
  }
  for (const auto& table : tables_) {
    routers_.push_back(RowRouter(*vschema_, table.name, table.columns, shards));
  }
}

Task<> SplitClone::create_streams() {
  const std::int64_t now_s = to_ns(worker_.env.clock.now()) / 1'000'000'000;
  for (std::size_t t = 0; t < targets_.size(); ++t) {
    stream_ids_.emplace_back();
    for (std::size_t s = 0; s < sources_.size(); ++s) {
      binlogdata::BinlogSource source;
      source.set_keyspace(sources_[s].keyspace);
      source.set_shard(sources_[s].name);
      if (targets_[t].record.has_key_range()) {
        *source.mutable_key_range() = targets_[t].record.key_range();
      }
      // Stopped until every shard record names its streams: see `remove_leftover_streams`.
      const std::string sql =
          vreplication::insert_stream(workflow, source, source_positions_[s], vreplication::stopped,
                                      topo::database_name(target_masters_[t]), now_s);
      auto inserted = co_await worker_.tablets.vreplication_exec(target_masters_[t], sql);
      stream_ids_[t].push_back(static_cast<std::uint32_t>(inserted.insert_id));
    }
  }
}

Task<> SplitClone::start_filtered_replication() {
  for (std::size_t t = 0; t < targets_.size(); ++t) {
    co_await worker_.topo.update_shard_fields(
        targets_[t].keyspace, targets_[t].name, [&](topodata::Shard& shard) {
          if (shard.source_shards_size() > 0) {
            throw Error(Errc::failed_precondition,
                        fmt::format("Shard {} already has SourceShards, not overwriting them",
                                    targets_[t].path()));
          }
          for (std::size_t s = 0; s < sources_.size(); ++s) {
            auto& entry = *shard.add_source_shards();
            entry.set_uid(stream_ids_[t][s]);
            entry.set_keyspace(sources_[s].keyspace);
            entry.set_shard(sources_[s].name);
            if (sources_[s].record.has_key_range()) {
              *entry.mutable_key_range() = sources_[s].record.key_range();
            }
          }
          return topo::Update::write;
        });
  }
  for (std::size_t t = 0; t < targets_.size(); ++t) {
    auto refreshed = co_await capture(worker_.tablets.refresh_state(target_masters_[t]));
    if (!refreshed) {
      throw refreshed.error().within(
          "Triggering the start of filtered replication failed for some destination masters. "
          "Please "
          "run 'vtctl RefreshState' manually on the failed ones. Errors");
    }
    for (std::uint32_t id : stream_ids_[t]) {
      co_await worker_.tablets.vreplication_exec(
          target_masters_[t], vreplication::start_stream(static_cast<std::int32_t>(id)));
    }
  }
}

std::vector<std::string> SplitClone::status_lines() const {
  std::vector<std::string> lines;
  if (state_ == "done") lines.push_back("Success:");
  for (const auto& table : tables_) {
    const TableProgress& progress = progress_.at(table.name);
    if (progress.done) {
      lines.push_back(fmt::format("{}: copy done, copied {} rows", table.name, progress.processed));
    } else if (progress.running > 0) {
      lines.push_back(fmt::format("{}: copy running using {} threads ({}/{} rows)", table.name,
                                  progress.running, progress.processed,
                                  std::max(progress.processed, table.row_estimate)));
    } else {
      lines.push_back(
          fmt::format("{}: copy not started (estimating {} rows)", table.name, table.row_estimate));
    }
  }
  return lines;
}

}  // namespace shardlab::worker

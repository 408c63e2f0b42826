#include "core/worker/split_diff.h"

#include <fmt/format.h>

#include "core/base/children.h"
#include "core/topo/overlapping_records.h"
#include "core/topo/records.h"
#include "core/vindexes/vschema_json.h"
#include "core/vreplication/stream_record.h"
#include "core/worker/drain.h"
#include "core/worker/events.h"
#include "core/worker/schema_tables.h"

namespace shardlab::worker {

SplitDiff::SplitDiff(WorkerEnv worker, SplitDiffOptions options)
    : worker_(worker),
      options_(std::move(options)),
      health_(worker.env, worker.topo, health_options(worker)) {}

void SplitDiff::enter(std::string state) {
  state_ = std::move(state);
  WorkerStateChanged event{"SplitDiff", state_};
  worker_.env.events.emit(event);
}

Task<> SplitDiff::run() {
  auto compared = co_await capture_for_cleanup(diff());
  enter("cleaning up");
  auto cleaned = co_await capture(cleaner_.clean_up(worker_.logger, worker_.env.events));
  co_await health_.stop();
  enter(compared && cleaned ? "done" : "error");
  if (!compared) throw compared.error();
  if (!cleaned) throw cleaned.error().within("clean-up failed");
}

Task<> SplitDiff::diff() {
  enter("initializing");
  co_await find_source_shard();
  co_await health_.start();
  enter("finding target instances");
  co_await find_tablets();
  enter("synchronizing replication");
  co_await synchronize_replication();
  enter("running the diff");
  co_await compare_schemas();
  co_await compare_tables();
  if (schemas_differ_ || !tables_with_differences_.empty()) {
    throw Error(
        Errc::failed_precondition,
        fmt::format(
            "{} differs from {}/{}: {}", subject(), source_shard_.keyspace(), source_shard_.shard(),
            schemas_differ_
                ? "the schemas are different"
                : fmt::format("differences in {}", fmt::join(tables_with_differences_, ", "))));
  }
}

Task<> SplitDiff::find_source_shard() {
  target_shard_ = co_await worker_.topo.get_shard(options_.keyspace, options_.shard);
  const auto& sources = target_shard_.record.source_shards();
  const auto fail = [&](std::string text) {
    throw Error(Errc::failed_precondition, fmt::format("shard {} {}", subject(), text));
  };
  if (sources.empty()) fail("has no source shard");
  if (options_.source_uid == 0 && sources.size() > 1) {
    fail("has more than one source, please specify a source UID");
  }
  for (const auto& source : sources) {
    if (options_.source_uid == 0 || source.uid() == options_.source_uid) source_shard_ = source;
  }
  if (source_shard_.shard().empty()) {
    fail(fmt::format("has no source shard with UID {}", options_.source_uid));
  }
  if (topo::is_zero(target_shard_.record.master_alias())) fail("has no master");
  target_master_ = co_await topo::get_master(worker_.topo, target_shard_);
  source_record_ = co_await worker_.topo.get_shard(source_shard_.keyspace(), source_shard_.shard());
  auto record = co_await worker_.topo.get_vschema(options_.keyspace);
  const auto document = vindexes::parse_vschema(record.json());
  vschema_ = std::make_unique<vindexes::KeyspaceSchema>(
      vindexes::build_keyspace_schema(options_.keyspace, document.vschema));
}

Task<> SplitDiff::find_tablets() {
  target_tablet_ =
      co_await drain_rdonly_tablet(worker_, cleaner_, health_, options_.keyspace, options_.shard,
                                   options_.min_healthy_target_rdonly_tablets);
  source_tablet_ =
      co_await drain_rdonly_tablet(worker_, cleaner_, health_, source_shard_.keyspace(),
                                   source_shard_.shard(), options_.min_healthy_rdonly_tablets);
}

// Any other order would find false differences: the source tablet must not stop behind the target,
// and the target must not run past it before its own tablet has stopped.
Task<> SplitDiff::synchronize_replication() {
  co_await stop_target_streams();
  co_await stop_source_tablet();
  co_await run_target_until_source_position();
  co_await stop_target_tablet();
  co_await restart_target_streams();
}

Task<> SplitDiff::stop_target_streams() {
  const std::string alias = topo::alias_text(target_master_.alias());
  const auto id = static_cast<std::int32_t>(source_shard_.uid());
  log(255, "Stopping master binlog replication on " + alias);
  cleaner_.record("VReplicationAction", alias, [this, id] { return restart_stream(id); });
  const std::string stop = vreplication::stop_stream(id, "for split diff");
  co_await worker_.tablets.vreplication_exec(target_master_, stop);
  auto result =
      co_await worker_.tablets.vreplication_exec(target_master_, vreplication::select_stream(id));
  if (result.rows.empty()) {
    throw Error(Errc::failed_precondition, fmt::format("no stream {} on {}", id, alias));
  }
  stream_position_ = vreplication::parse_record(result, 0).position;
}

Task<> SplitDiff::restart_stream(std::int32_t id) {
  co_await worker_.tablets.vreplication_exec(target_master_, vreplication::start_stream(id));
}

Task<> SplitDiff::stop_source_tablet() {
  log(280, fmt::format("Stopping slave {} at a minimum of {}",
                       topo::alias_text(source_tablet_.alias()), stream_position_));
  record_start_replication(worker_, cleaner_, source_tablet_);
  auto position = co_await capture(worker_.tablets.stop_replication_minimum(
      source_tablet_, stream_position_, options_.synchronize_timeout));
  if (!position) {
    throw position.error().within(fmt::format("cannot stop slave {} at right binlog position {}",
                                              topo::alias_text(source_tablet_.alias()),
                                              stream_position_));
  }
  source_position_ = *position;
}

Task<> SplitDiff::run_target_until_source_position() {
  const std::string alias = topo::alias_text(target_master_.alias());
  const auto id = static_cast<std::int32_t>(source_shard_.uid());
  log(300, fmt::format("Restarting master {} until it catches up to {}", alias, source_position_));
  const std::string start = vreplication::start_stream_until(id, source_position_);
  co_await worker_.tablets.vreplication_exec(target_master_, start);
  auto reached = co_await capture(worker_.tablets.vreplication_wait_for_pos(
      target_master_, id, source_position_, options_.synchronize_timeout));
  if (!reached) {
    throw reached.error().within(
        fmt::format("RunBlpUntil for {} until {} failed", alias, source_position_));
  }
  target_position_ = co_await worker_.tablets.master_position(target_master_);
}

Task<> SplitDiff::stop_target_tablet() {
  const std::string alias = topo::alias_text(target_tablet_.alias());
  log(318,
      fmt::format("Waiting for destination tablet {} to catch up to {}", alias, target_position_));
  record_start_replication(worker_, cleaner_, target_tablet_);
  auto stopped = co_await capture(worker_.tablets.stop_replication_minimum(
      target_tablet_, target_position_, options_.synchronize_timeout));
  if (!stopped) {
    throw stopped.error().within(
        fmt::format("StopSlaveMinimum for {} at {} failed", alias, target_position_));
  }
}

Task<> SplitDiff::restart_target_streams() {
  const std::string alias = topo::alias_text(target_master_.alias());
  log(330, "Restarting filtered replication on master " + alias);
  co_await restart_stream(static_cast<std::int32_t>(source_shard_.uid()));
  cleaner_.forget("VReplicationAction", alias);
}

Task<> SplitDiff::compare_schemas() {
  log(365, "Gathering schema information...");
  tabletmanagerdata::GetSchemaRequest request;
  for (const auto& table : options_.exclude_tables) request.add_exclude_tables(table);
  auto target = co_await worker_.tablets.get_schema(target_tablet_, request);
  log(372, "Got schema from destination " + topo::alias_text(target_tablet_.alias()));
  auto source = co_await worker_.tablets.get_schema(source_tablet_, request);
  log(381, "Got schema from source " + topo::alias_text(source_tablet_.alias()));
  log(388, "Diffing the schema...");
  std::string differences;
  std::map<std::string, std::string> source_tables;
  for (const auto& table : source.table_definitions()) source_tables[table.name()] = table.schema();
  for (const auto& table : target.table_definitions()) {
    const auto found = source_tables.find(table.name());
    if (found == source_tables.end() || found->second != table.schema()) {
      differences += " " + table.name();
    }
    if (found != source_tables.end()) source_tables.erase(found);
  }
  for (const auto& [name, schema] : source_tables) differences += " " + name;
  schemas_differ_ = !differences.empty();
  if (schemas_differ_) {
    worker_.logger.warning("split_diff.go", 393, "Different schemas:" + differences);
  } else {
    log(396, "Schema match, good.");
  }
  tables_ = worker_tables(target);
}

Task<> SplitDiff::compare_tables() {
  log(401, "Running the diffs...");
  std::deque<std::size_t> waiting;
  for (std::size_t i = 0; i < tables_.size(); ++i) waiting.push_back(i);
  std::vector<Task<>> diffs;
  for (std::size_t i = 0; i < options_.parallel_diffs_count; ++i) {
    diffs.push_back(compare_next_tables(&waiting));
  }
  co_await join_all(std::move(diffs));
}

Task<> SplitDiff::compare_next_tables(std::deque<std::size_t>* waiting) {
  while (!waiting->empty()) {
    const std::size_t index = waiting->front();
    waiting->pop_front();
    co_await compare_table(index);
  }
}

std::unique_ptr<RowReader> SplitDiff::reader(const topodata::Tablet& tablet,
                                             const WorkerTable& table) {
  query::Target target;
  target.set_keyspace(tablet.keyspace());
  target.set_shard(tablet.shard());
  target.set_tablet_type(topodata::DRAINED);
  return std::make_unique<RowReader>(worker_.env.rpc, tablet, target, table, Chunk());
}

Task<std::vector<Row>> SplitDiff::next_source_rows(RowReader& reader, const RowRouter* router) {
  const auto range = topo::key_range_of(target_shard_.record);
  std::vector<Row> kept;
  while (kept.empty()) {
    auto rows = co_await reader.next();
    if (rows.empty() || !router) co_return rows;
    for (Row& row : rows) {
      if (key::contains(range, router->keyspace_id(row))) kept.push_back(std::move(row));
    }
  }
  co_return kept;
}

Task<> SplitDiff::compare_table(std::size_t index) {
  const WorkerTable& table = tables_[index];
  log(440, "Starting the diff on table " + table.name);
  const auto source_range = topo::key_range_of(source_record_.record);
  const auto target_range = topo::key_range_of(target_shard_.record);
  std::optional<RowRouter> router;
  if (!key::equal(source_range, target_range)) {
    std::vector<key::ShardReference> target{key::ShardReference(target_shard_.name, target_range)};
    router.emplace(*vschema_, table.name, table.columns, std::move(target));
  }
  auto source = reader(source_tablet_, table);
  auto target = reader(target_tablet_, table);
  const RowRouter* filter = router ? &*router : nullptr;
  const TimePoint started = worker_.env.clock.now();
  TableDiff diff(table.name, table.key_types());
  while (!diff.done()) {
    if (diff.wants_left()) {
      auto rows = co_await next_source_rows(*source, filter);
      rows.empty() ? diff.end_left() : diff.feed_left(std::move(rows));
    }
    if (diff.wants_right()) {
      auto rows = co_await target->next();
      rows.empty() ? diff.end_right() : diff.feed_right(std::move(rows));
    }
    for (std::string& line : diff.take_log_lines()) {
      worker_.logger.error("split_diff.go", 480, std::move(line));
    }
  }
  report_table(table, diff.report(), (worker_.env.clock.now() - started).count());
}

void SplitDiff::report_table(const WorkerTable& table, const DiffReport& report,
                             std::int64_t elapsed_ns) {
  const std::string line = result_line(table.name, report, elapsed_ns);
  if (report.has_differences()) {
    worker_.logger.warning("split_diff.go", 490, line);
    tables_with_differences_.push_back(table.name);
    enter("running the diff, already found differences");
  } else {
    log(496, line);
  }
  const std::string source = topo::alias_text(source_tablet_.alias());
  const std::string target = topo::alias_text(target_tablet_.alias());
  const std::string range = key::to_string(topo::key_range_of(target_shard_.record));
  SplitDiffTableCompared event{source, target, table.name, range, !report.has_differences()};
  worker_.env.events.emit(event);
}

std::vector<std::string> SplitDiff::status_lines() const {
  std::vector<std::string> lines;
  if (state_ == "done") lines.push_back("Success.");
  for (const std::string& table : tables_with_differences_) {
    lines.push_back(fmt::format("Table {} has differences", table));
  }
  return lines;
}

}  // namespace shardlab::worker

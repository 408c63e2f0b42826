#include <fmt/format.h>

#include "core/base/children.h"
#include "core/topo/records.h"
#include "core/worker/split_clone.h"

namespace shardlab::worker {
namespace {

constexpr int duplicate_key = 1062;
constexpr int server_gone[] = {2002, 2006, 2013, 1053};

bool is_retriable(const Error& error) {
  for (int number : server_gone) {
    if (error.sql_errno() == number) return true;
  }
  return error.code() == Errc::read_only || error.code() == Errc::unavailable ||
         error.code() == Errc::timed_out || error.code() == Errc::outcome_unknown;
}

query::Target target_of(const topodata::Tablet& tablet, topodata::TabletType type) {
  query::Target target;
  target.set_keyspace(tablet.keyspace());
  target.set_shard(tablet.shard());
  target.set_tablet_type(type);
  return target;
}

}  // namespace

Task<> SplitClone::copy_rows() {
  auto chunks = co_await cut_into_chunks();
  for (std::size_t t = 0; t < targets_.size(); ++t) {
    queues_.push_back(
        std::make_unique<Channel<std::string>>(2 * options_.destination_writer_count));
  }
  std::vector<Task<>> work;
  work.push_back(read_all_chunks(std::move(chunks)));
  for (std::size_t t = 0; t < targets_.size(); ++t) {
    for (std::size_t i = 0; i < options_.destination_writer_count; ++i) {
      work.push_back(write_statements(t));
    }
  }
  co_await join_all(std::move(work));
  for (auto& [name, progress] : progress_) progress.done = true;
}

// Chunks.

Task<std::vector<SplitClone::ChunkWork>> SplitClone::cut_into_chunks() {
  std::vector<ChunkWork> work;
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    for (const Chunk& chunk : co_await chunks_of(tables_[i])) work.push_back(ChunkWork(i, chunk));
  }
  co_return work;
}

Task<std::vector<Chunk>> SplitClone::chunks_of(WorkerTable table) {
  ChunkEstimate estimate;
  estimate.row_count = table.row_estimate;
  estimate.has_primary_key = !table.primary_key.empty();
  estimate.chunk_count = options_.chunk_count;
  estimate.min_rows_per_chunk = options_.min_rows_per_chunk;
  if (estimate.has_primary_key) {
    const std::string sql = fmt::format("SELECT MIN(`{0}`), MAX(`{0}`) FROM `{1}`",
                                        table.primary_key.front(), table.name);
    auto bounds = co_await worker_.tablets.execute_fetch_as_app(source_tablets_.front(), sql);
    estimate.type = table.types.front();
    estimate.min = bounds.rows.at(0).at(0);
    estimate.max = bounds.rows.at(0).at(1);
  }
  co_return generate_chunks(estimate);
}

Task<> SplitClone::read_all_chunks(std::vector<ChunkWork> chunks) {
  std::deque<ChunkWork> waiting(chunks.begin(), chunks.end());
  std::vector<Task<>> readers;
  for (std::size_t i = 0; i < std::min(options_.source_reader_count, chunks.size()); ++i) {
    readers.push_back(read_chunks(&waiting));
  }
  co_await join_all(std::move(readers));
  for (auto& queue : queues_) queue->close();
}

Task<> SplitClone::read_chunks(std::deque<ChunkWork>* chunks) {
  while (!chunks->empty()) {
    ChunkWork work = chunks->front();
    chunks->pop_front();
    TableProgress& progress = progress_[tables_[work.table].name];
    ++progress.running;
    co_await clone_chunk(std::move(work));
    --progress.running;
  }
}

// One chunk.

std::unique_ptr<MergedReader> SplitClone::source_reader(const WorkerTable& table,
                                                        const Chunk& chunk) {
  std::vector<std::unique_ptr<RowReader>> readers;
  for (const auto& tablet : source_tablets_) {
    readers.push_back(std::make_unique<RowReader>(
        worker_.env.rpc, tablet, target_of(tablet, topodata::DRAINED), table, chunk));
  }
  return std::make_unique<MergedReader>(std::move(readers), table.key_types());
}

std::unique_ptr<MergedReader> SplitClone::target_reader(const WorkerTable& table,
                                                        const Chunk& chunk) {
  std::vector<std::unique_ptr<RowReader>> readers;
  for (const auto& tablet : target_masters_) {
    readers.push_back(std::make_unique<RowReader>(
        worker_.env.rpc, tablet, target_of(tablet, topodata::MASTER), table, chunk));
  }
  return std::make_unique<MergedReader>(std::move(readers), table.key_types());
}

/// Turns the actions of one chunk into statements on the queues of the targets.
class SplitClone::ChunkWriter {
 public:
  ChunkWriter(SplitClone& clone, const WorkerTable& table) : clone_(clone) {
    for (const auto& master : clone.target_masters_) {
      const StatementTable target{topo::database_name(master), table.name, table.columns,
                                  table.primary_key.size()};
      for (ActionKind kind : {ActionKind::insert, ActionKind::update, ActionKind::delete_}) {
        const bool has_key = !table.primary_key.empty();
        batchers_.push_back(kind == ActionKind::insert || has_key
                                ? std::make_unique<StatementBatcher>(
                                      kind, target, clone.options_.write_query_max_rows,
                                      clone.options_.write_query_max_size)
                                : nullptr);
      }
    }
  }

  Task<> write(std::vector<ReconcileAction> actions) {
    for (const ReconcileAction& action : actions) {
      auto& batcher = batchers_[3 * action.shard + static_cast<std::size_t>(action.kind)];
      check(batcher != nullptr, "an update or delete in a table without primary key");
      std::optional<Statement> statement = batcher->add(action.row);
      if (statement) co_await clone_.queues_[action.shard]->send(std::move(statement->sql));
    }
  }

  Task<> flush() {
    for (std::size_t i = 0; i < batchers_.size(); ++i) {
      if (!batchers_[i]) continue;
      std::optional<Statement> statement = batchers_[i]->flush();
      if (statement) co_await clone_.queues_[i / 3]->send(std::move(statement->sql));
    }
  }

 private:
  SplitClone& clone_;
  std::vector<std::unique_ptr<StatementBatcher>> batchers_;  ///< three per target
};

Task<> SplitClone::clone_chunk(ChunkWork work) {
  const WorkerTable& table = tables_[work.table];
  auto source = source_reader(table, work.chunk);
  auto target = target_reader(table, work.chunk);
  Reconciler reconciler(table.key_types(), routers_[work.table]);
  ChunkWriter writer(*this, table);
  TableProgress& progress = progress_[table.name];
  std::int64_t counted = 0;
  while (!reconciler.done()) {
    if (reconciler.wants_source()) {
      auto rows = co_await source->next();
      rows.empty() ? reconciler.end_source() : reconciler.feed_source(std::move(rows));
    }
    if (reconciler.wants_destination()) {
      auto rows = co_await target->next();
      rows.empty() ? reconciler.end_destination() : reconciler.feed_destination(std::move(rows));
    }
    auto actions = reconciler.take_actions();
    co_await writer.write(std::move(actions));
    // Rows that are on the source, which is what was copied; deletes are not.
    const ReconcileCounters& counters = reconciler.counters();
    const std::int64_t copied = counters.inserts + counters.updates + counters.equal_rows;
    progress.processed += static_cast<std::uint64_t>(copied - counted);
    counted = copied;
  }
  co_await writer.flush();
}

// Writing.

Task<> SplitClone::write_statements(std::size_t target) {
  for (;;) {  // until the queue is closed
    auto statement = co_await queues_[target]->receive();
    if (!statement) co_return;
    co_await write_with_retries(target, std::move(*statement));
  }
}

Task<topodata::Tablet> SplitClone::current_master(std::size_t target) {
  auto shard = co_await worker_.topo.get_shard(targets_[target].keyspace, targets_[target].name);
  co_return co_await topo::get_master(worker_.topo, std::move(shard));
}

Task<> SplitClone::write_with_retries(std::size_t target, std::string sql) {
  const TimePoint give_up = worker_.env.clock.now() + options_.retry_duration;
  topodata::Tablet master = target_masters_[target];
  for (bool is_retry = false;; is_retry = true) {  // until it is written or the time is up
    auto written = co_await capture(worker_.tablets.execute_fetch_as_app(master, sql));
    if (written) co_return;
    const Error error = written.error();
    // On a retry the row is there because the earlier attempt had been applied.
    if (error.sql_errno() == duplicate_key && is_retry) co_return;
    if (!is_retriable(error)) {
      throw error.within(
          fmt::format("ExecuteFetch failed on {} ({}) on {} attempt; not retrying as "
                      "this is not a recoverable error",
                      topo::alias_text(master.alias()), targets_[target].path(),
                      is_retry ? "a later" : "the first"));
    }
    if (worker_.env.clock.now() >= give_up) {
      throw error.within(
          fmt::format("failed to connect to destination tablet {} ({}) after "
                      "retrying for {}",
                      topo::alias_text(master.alias()), targets_[target].path(), "2h0m0s"));
    }
    co_await worker_.env.clock.sleep(options_.execute_fetch_retry_time);
    auto current = co_await capture(current_master(target));
    if (current) master = *current;
  }
}

}  // namespace shardlab::worker

#pragma once

#include <map>
#include <memory>

#include "core/base/channel.h"
#include "core/discovery/health_check.h"
#include "core/topo/overlapping_records.h"
#include "core/vindexes/vschema.h"
#include "core/worker/job.h"
#include "core/worker/reconcile.h"
#include "core/worker/row_reader.h"
#include "core/worker/statements.h"

namespace shardlab::worker {

struct SplitCloneOptions {
  std::string keyspace;
  std::string shard;  ///< any member of the overlap group
  std::vector<std::string> exclude_tables;
  int chunk_count = 1000;
  std::uint64_t min_rows_per_chunk = 10000;
  std::size_t source_reader_count = 10;
  std::size_t write_query_max_rows = 100;
  std::size_t write_query_max_size = 1024 * 1024;
  std::size_t destination_writer_count = 20;
  std::size_t min_healthy_rdonly_tablets = 2;
  Duration retry_duration = 2h;
  Duration execute_fetch_retry_time = 30s;
};

/// Copies one shard's rows into the shards that cover the same key range, while the source keeps
/// serving.
///
/// One rdonly tablet of each source is taken out of serving and its replication stopped, so that
/// its rows stand still at a known position; the targets are made equal to it; then filtered
/// replication starts from that position. Leaves behind: all rows on the targets, one stream per
/// source on each target, filtered replication running, the targets' masters not serving. What was
/// done to the source tablets is undone, also after a failure; rows already copied stay, and the
/// next run reconciles them. Throws Error: failed_precondition (no overlapping shards, source not
/// serving, target serving or already fed by a resharding, table without VSchema), timed_out (too
/// few healthy tablets) ... Source: guide "copy data from the original shard"; Vitess
/// go/vt/worker/split_clone.go.
class SplitClone final : public Job {
 public:
  SplitClone(WorkerEnv worker, SplitCloneOptions options);

  Task<> run() override;
  std::string state() const override { return state_; }
  std::vector<std::string> status_lines() const override;
  std::string subject() const override { return options_.keyspace + "/" + options_.shard; }

 private:
  struct TableProgress {
    std::uint64_t processed = 0;
    std::size_t running = 0;
    bool done = false;
  };

  // split_clone.cc: the steps, in order.
  Task<> clone();
  Task<> find_source_and_targets();
  void decide_sides(topo::OverlappingRecords overlap);
  Task<> check_source_serves();
  Task<> load_vschema();
  Task<> find_target_masters();
  Task<> remove_leftover_streams();
  Task<> take_source_rdonly_out_of_serving();
  Task<> stop_source_replication();
  Task<> read_source_schema();
  Task<> copy_rows();
  Task<> create_streams();
  Task<> start_filtered_replication();

  // split_clone_copy.cc: reading, reconciling, writing.
  struct ChunkWork {
    ChunkWork(std::size_t table, Chunk chunk) : table(table), chunk(std::move(chunk)) {}
    std::size_t table;
    Chunk chunk;
  };
  Task<std::vector<ChunkWork>> cut_into_chunks();
  Task<std::vector<Chunk>> chunks_of(WorkerTable table);
  Task<> read_all_chunks(std::vector<ChunkWork> chunks);
  Task<> read_chunks(std::deque<ChunkWork>* chunks);
  Task<> clone_chunk(ChunkWork work);
  std::unique_ptr<MergedReader> source_reader(const WorkerTable& table, const Chunk& chunk);
  std::unique_ptr<MergedReader> target_reader(const WorkerTable& table, const Chunk& chunk);
  class ChunkWriter;
  Task<> write_statements(std::size_t target);
  Task<> write_with_retries(std::size_t target, std::string sql);
  Task<topodata::Tablet> current_master(std::size_t target);

  void enter(std::string state);

  WorkerEnv worker_;
  SplitCloneOptions options_;
  Cleaner cleaner_;
  discovery::HealthCheck health_;
  std::string state_ = "not started";
  std::vector<topo::ShardInfo> sources_;
  std::vector<topo::ShardInfo> targets_;
  std::vector<topodata::Tablet> source_tablets_;        ///< drained, by source
  std::vector<std::string> source_positions_;           ///< where they stand
  std::vector<topodata::Tablet> target_masters_;        ///< by target
  std::vector<std::vector<std::uint32_t>> stream_ids_;  ///< by target, by source
  std::unique_ptr<vindexes::KeyspaceSchema> vschema_;
  std::vector<WorkerTable> tables_;
  std::vector<RowRouter> routers_;  ///< by table
  std::map<std::string, TableProgress> progress_;
  std::vector<std::unique_ptr<Channel<std::string>>> queues_;  ///< by target
};

}  // namespace shardlab::worker

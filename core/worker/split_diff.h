#pragma once

#include <deque>
#include <memory>

#include "core/discovery/health_check.h"
#include "core/topo/server.h"
#include "core/vindexes/vschema.h"
#include "core/worker/job.h"
#include "core/worker/row_reader.h"
#include "core/worker/row_router.h"
#include "core/worker/table_diff.h"

namespace shardlab::worker {

struct SplitDiffOptions {
  std::string keyspace;
  std::string shard;             ///< the target of the resharding
  std::uint32_t source_uid = 0;  ///< 0: the only one
  std::vector<std::string> exclude_tables;
  std::size_t min_healthy_rdonly_tablets = 2;  ///< on the source
  std::size_t min_healthy_target_rdonly_tablets = 1;
  std::size_t parallel_diffs_count = 8;
  Duration synchronize_timeout = 60s;
};

/// Compares a target shard with its part of the source, row by row, while both keep working.
///
/// One rdonly tablet of each side is brought to the same source position and stands still during
/// the comparison; the order of the steps is what makes the comparison exact. Leaves behind:
/// nothing; replication and types of the tablets are restored, also after a failure. Throws Error:
/// failed_precondition (no source shard, no master, differences found), timed_out. Source: guide
/// "check copied data integrity"; Vitess go/vt/worker/split_diff.go.
class SplitDiff final : public Job {
 public:
  SplitDiff(WorkerEnv worker, SplitDiffOptions options);

  Task<> run() override;
  std::string state() const override { return state_; }
  std::vector<std::string> status_lines() const override;
  std::string subject() const override { return options_.keyspace + "/" + options_.shard; }

 private:
  Task<> diff();
  Task<> find_source_shard();
  Task<> find_tablets();
  Task<> synchronize_replication();
  Task<> stop_target_streams();
  Task<> stop_source_tablet();
  Task<> run_target_until_source_position();
  Task<> stop_target_tablet();
  Task<> restart_target_streams();
  Task<> restart_stream(std::int32_t id);
  Task<> compare_schemas();
  Task<> compare_tables();
  Task<> compare_next_tables(std::deque<std::size_t>* waiting);
  Task<> compare_table(std::size_t index);
  Task<std::vector<Row>> next_source_rows(RowReader& reader, const RowRouter* router);
  std::unique_ptr<RowReader> reader(const topodata::Tablet& tablet, const WorkerTable& table);

  void report_table(const WorkerTable& table, const DiffReport& report, std::int64_t elapsed_ns);
  void enter(std::string state);
  void log(int line, std::string text) {
    worker_.logger.info("split_diff.go", line, std::move(text));
  }

  WorkerEnv worker_;
  SplitDiffOptions options_;
  Cleaner cleaner_;
  discovery::HealthCheck health_;
  std::string state_ = "not started";
  topo::ShardInfo target_shard_;
  topodata::SourceShard source_shard_;
  topo::ShardInfo source_record_;
  topodata::Tablet target_master_;
  topodata::Tablet target_tablet_;
  topodata::Tablet source_tablet_;
  std::string stream_position_;  ///< P: reached by the target, a source position
  std::string source_position_;  ///< S: where the source tablet stands
  std::string target_position_;  ///< M: where the target master stands at S
  std::unique_ptr<vindexes::KeyspaceSchema> vschema_;
  std::vector<WorkerTable> tables_;
  bool schemas_differ_ = false;
  std::vector<std::string> tables_with_differences_;
};

}  // namespace shardlab::worker

#pragma once

#include <functional>
#include <optional>

#include "core/wrangler/resharding_group.h"

namespace shardlab::wrangler {

struct MigrateServedTypesOptions {
  std::string keyspace;
  std::string shard;  ///< any member of the group
  topodata::TabletType type = topodata::RDONLY;
  std::vector<std::string> cells;  ///< empty: all
  bool reverse = false;
  bool skip_refresh_state = false;
  bool reverse_replication = false;
  Duration filtered_replication_wait_time = 30s;
  Duration drain_sleep_rdonly = 5s;
  Duration drain_sleep_replica = 15s;
};

/// Moves the serving of one tablet type from the source shards to the target shards.
///
/// rdonly and replica: the serving graph first, then, after a time to drain, the old tablets stop.
/// Repeating it is harmless, and `reverse` goes back.
///
/// master: the sources stop taking writes, the targets catch up to their last position, the sources
/// are frozen (the point of no return), the targets begin to serve, the graph follows. A failure
/// before the freeze is undone; after it, running the command again completes it. Who loses the
/// lock writes nothing any more; to undo he takes it anew, and leaves alone what others have gone
/// on with. Throws Error: invalid_argument (options), failed_precondition (wrong step), and what a
/// step met. Source: guide "MigrateServedTypes"; Vitess go/vt/wrangler/keyspace.go (March 2021).
class MigrateServedTypes {
 public:
  MigrateServedTypes(Wrangler& wrangler, MigrateServedTypesOptions options);
  Task<> run();

 private:
  void check_options() const;
  Task<> take_lock(std::string action);
  Task<> run_locked();
  Task<std::vector<std::string>> affected_cells();

  // rdonly and replica (migrate_served_types.cc).
  Task<> migrate_replicas();
  Task<> drain_and_refresh(std::vector<topo::ShardInfo> shards);

  // master (migrate_master.cc).
  Task<> migrate_master();
  Task<> check_everything_else_migrated();
  Task<> stop_writes_and_catch_up();
  Task<> stop_writes_on_sources();
  Task<> freeze_and_prepare_return();
  Task<> read_source_positions();
  Task<> wait_for_targets();
  Task<> wait_for_target(topo::ShardInfo target);
  Task<> freeze_sources();
  Task<> undo(bool unfreeze);
  Task<> undo_once(bool unfreeze);
  /// Takes a lost lock anew. False when there is nothing to undo any more: who had it meanwhile has
  /// gone on with the migration.
  Task<bool> may_undo();
  Task<bool> has_gone_on();
  Task<> set_up_reverse_replication();
  Task<> set_up_reverse_streams(topo::ShardInfo source);
  Task<> enable_targets();
  Task<> finish_targets();
  Task<> finish_target(topo::ShardInfo target);
  Task<> migrate_master_in_graph();
  Task<> finish_sources();
  Task<> start_reverse_replication();

  using GraphEdit = std::function<void(topodata::SrvKeyspace&)>;
  /// Edits the serving graph of every affected cell; nothing is written unless all are complete.
  Task<> edit_graphs(GraphEdit edit);
  Task<> edit_graphs_once(GraphEdit edit);
  Task<> update_shard(topo::ShardInfo shard, std::function<void(topodata::Shard&)> edit);
  void step_done(std::string_view step);

  Wrangler& wrangler_;
  MigrateServedTypesOptions options_;
  std::optional<topo::Lock> lock_;
  bool has_lost_lock_ = false;  ///< and taken it anew, to undo
  ReshardingGroup group_;
  std::map<std::string, std::string> source_positions_;  ///< by shard name
};

}  // namespace shardlab::wrangler

#pragma once

#include "core/wrangler/wrangler.h"

namespace shardlab::wrangler {

struct InitShardMasterOptions {
  std::string keyspace;
  std::string shard;
  topodata::TabletAlias elect;
  bool force = false;
  Duration wait_replicas_timeout = 30s;
};

/// Makes one tablet the primary of a new shard. Resets the binary logs and GTIDs of every tablet of
/// the shard, so it must not be run on a live one, and all of them must be up.
///
/// Leaves behind: the elect writable and of type MASTER, the others replicating from it, the shard
/// record naming it, the database created.
/// Throws Error: failed_precondition (`master-elect tablet A is not in the shard`, refusals without
/// `-force`), or what a tablet answered.
/// Source: guide "InitShardMaster -force"; Vitess go/vt/wrangler/reparent.go
/// `initShardMasterLocked`.
class InitShardMaster {
 public:
  InitShardMaster(Wrangler& wrangler, InitShardMasterOptions options);
  Task<> run();

 private:
  Task<> run_locked(topo::Lock& lock);
  Task<> find_elect();
  void check_elect_is_the_only_master();
  Task<> reset_replication_everywhere();
  Task<> reset_replication(topodata::Tablet tablet);
  Task<> init_master();
  Task<> populate_journal_and_init_replicas(topo::Lock& lock);
  Task<> name_master_in_shard_record(topo::Lock& lock);
  Task<> create_database();
  void refuse_unless_forced(std::string problem, std::string hint);

  Wrangler& wrangler_;
  InitShardMasterOptions options_;
  topo::ShardInfo shard_;
  std::vector<topodata::Tablet> tablets_;
  topodata::Tablet elect_;
  std::string position_;
};

}  // namespace shardlab::wrangler

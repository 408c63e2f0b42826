#pragma once

#include "core/wrangler/wrangler.h"

namespace shardlab::wrangler {

struct DeleteShardOptions {
  std::string keyspace;
  std::string shard;
  bool recursive = false;  ///< its tablets' records too
  bool even_if_serving = false;
};

/// Removes a shard's records from the topology. Processes are not stopped.
/// Throws Error: not_found (after removing leftovers), failed_precondition
/// `shard KS/SHARD is still serving, cannot delete it, ...`,
/// `shard KS/SHARD still has N tablets in cell C; use -recursive or remove them manually`.
/// Source: guide "DeleteShard -recursive"; Vitess go/vt/wrangler/shard.go `DeleteShard`.
class DeleteShard {
 public:
  DeleteShard(Wrangler& wrangler, DeleteShardOptions options);
  Task<> run();

 private:
  Task<> run_locked(topo::Lock& lock);
  Task<> remove_leftovers();
  Task<> refuse_if_serving(topo::ShardInfo shard);
  Task<> delete_tablets(std::string cell);

  Wrangler& wrangler_;
  DeleteShardOptions options_;
};

}  // namespace shardlab::wrangler

#pragma once

#include "core/wrangler/resharding_group.h"

namespace shardlab::wrangler {

/// Ends a resharding of which nothing has been migrated: the streams and source shards of the
/// targets go. What was copied stays; a new SplitClone reconciles it. Throws Error:
/// failed_precondition when a type has been migrated already. Source: Vitess
/// go/vt/wrangler/keyspace.go `CancelResharding`.
class CancelResharding {
 public:
  CancelResharding(Wrangler& wrangler, std::string keyspace, std::string shard);
  Task<> run();

 private:
  Task<> run_locked(topo::Lock& lock);
  Task<> refuse_if_migrated();
  Task<> cancel_target(topo::Lock& lock, topo::ShardInfo target);

  Wrangler& wrangler_;
  std::string keyspace_;
  std::string shard_;
  ReshardingGroup group_;
};

}  // namespace shardlab::wrangler

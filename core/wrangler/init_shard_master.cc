#include "core/wrangler/init_shard_master.h"

#include <fmt/format.h>

#include "core/base/children.h"
#include "core/topo/records.h"

namespace shardlab::wrangler {

InitShardMaster::InitShardMaster(Wrangler& wrangler, InitShardMasterOptions options)
    : wrangler_(wrangler), options_(std::move(options)) {}

Task<> InitShardMaster::run() {
  std::string action = fmt::format("InitShardMaster({})", topo::alias_text(options_.elect));
  auto lock =
      co_await wrangler_.topo.lock_shard(options_.keyspace, options_.shard, std::move(action));
  auto done = co_await capture_for_cleanup(run_locked(lock));
  auto unlocked = co_await capture(lock.unlock());
  if (!done) throw done.error();
  if (!unlocked) throw unlocked.error();
}

Task<> InitShardMaster::run_locked(topo::Lock& lock) {
  co_await find_elect();
  check_elect_is_the_only_master();
  co_await lock.check();
  co_await reset_replication_everywhere();
  co_await lock.check();
  co_await init_master();
  co_await lock.check();
  co_await populate_journal_and_init_replicas(lock);
  co_await create_database();
}

Task<> InitShardMaster::find_elect() {
  shard_ = co_await wrangler_.topo.get_shard(options_.keyspace, options_.shard);
  tablets_ = co_await wrangler_.topo.get_tablets_of_shard(options_.keyspace, options_.shard);
  for (const auto& tablet : tablets_) {
    if (topo::same_alias(tablet.alias(), options_.elect)) elect_ = tablet;
  }
  if (elect_.keyspace().empty()) {
    throw Error(Errc::failed_precondition, fmt::format("master-elect tablet {} is not in the shard",
                                                       topo::alias_text(options_.elect)));
  }
}

void InitShardMaster::refuse_unless_forced(std::string problem, std::string hint) {
  if (!options_.force) throw Error(Errc::failed_precondition, problem + ", use -force " + hint);
  wrangler_.logger.warning("reparent.go", 142, problem + ", proceeding anyway as -force was used");
}

void InitShardMaster::check_elect_is_the_only_master() {
  const std::string alias = topo::alias_text(options_.elect);
  if (!topo::same_alias(shard_.record.master_alias(), options_.elect)) {
    refuse_unless_forced(fmt::format("master-elect tablet {} is not the shard master", alias),
                         "to proceed anyway");
  }
  std::size_t masters = 0;
  for (const auto& tablet : tablets_) masters += tablet.type() == topodata::MASTER;
  if (elect_.type() != topodata::MASTER) {
    refuse_unless_forced(fmt::format("master-elect tablet {} is not a master in the shard", alias),
                         "to proceed anyway");
  } else if (masters > 1) {
    refuse_unless_forced(
        fmt::format("master-elect tablet {} is not the only master in the shard", alias),
        "to proceed anyway");
  }
}

Task<> InitShardMaster::reset_replication(topodata::Tablet tablet) {
  wrangler_.logger.info("reparent.go", 187,
                        "resetting replication on tablet " + topo::alias_text(tablet.alias()));
  auto reset = co_await capture(wrangler_.tablets.reset_replication(tablet));
  if (!reset) {
    throw reset.error().within(
        fmt::format("Tablet {} ResetReplication failed (either fix it, or Scrap it)",
                    topo::alias_text(tablet.alias())));
  }
}

Task<> InitShardMaster::reset_replication_everywhere() {
  std::vector<Task<>> resets;
  for (const auto& tablet : tablets_) resets.push_back(reset_replication(tablet));
  co_await join_all(std::move(resets));
}

Task<> InitShardMaster::init_master() {
  wrangler_.logger.info("reparent.go", 217,
                        "initializing master on " + topo::alias_text(elect_.alias()));
  position_ = co_await wrangler_.tablets.init_master(elect_);
}

Task<> InitShardMaster::populate_journal_and_init_replicas(topo::Lock& lock) {
  const std::int64_t now = to_ns(wrangler_.env.clock.now());
  tabletmanagerdata::PopulateReparentJournalRequest journal;
  journal.set_time_created_ns(now);
  journal.set_action_name("InitShardMaster");
  *journal.mutable_master_alias() = elect_.alias();
  journal.set_position(position_);
  tabletmanagerdata::InitReplicaRequest replica;
  *replica.mutable_parent() = elect_.alias();
  replica.set_position(position_);
  replica.set_time_created_ns(now);
  replica.set_wait_timeout_ns(options_.wait_replicas_timeout.count());

  // At the same time: with semi-sync the journal row commits only once a replica is connected.
  auto executor = co_await this_executor();
  TaskGroup replicas(executor);
  for (const auto& tablet : tablets_) {
    if (topo::same_alias(tablet.alias(), elect_.alias())) continue;
    replicas.spawn(wrangler_.tablets.init_replica(tablet, replica));
  }
  auto populated = co_await capture(wrangler_.tablets.populate_reparent_journal(elect_, journal));
  if (!populated) {
    replicas.cancel();
    auto ended = co_await capture(replicas.join());
    throw populated.error().within("failed to PopulateReparentJournal");
  }
  auto named = co_await capture(name_master_in_shard_record(lock));
  co_await replicas.join();
  if (!named) throw named.error();
}

Task<> InitShardMaster::name_master_in_shard_record(topo::Lock& lock) {
  const std::int64_t now = to_ns(wrangler_.env.clock.now());
  co_await wrangler_.topo.update_shard_fields(lock, options_.keyspace, options_.shard,
                                              [&](topodata::Shard& shard) {
                                                *shard.mutable_master_alias() = elect_.alias();
                                                shard.set_master_term_start_time_ns(now);
                                                return topo::Update::write;
                                              });
}

Task<> InitShardMaster::create_database() {
  std::string sql = fmt::format("CREATE DATABASE IF NOT EXISTS `{}`", topo::database_name(elect_));
  co_await wrangler_.tablets.execute_fetch_as_dba(elect_, std::move(sql));
}

}  // namespace shardlab::wrangler

#include <algorithm>

#include "scenarios/checks/everything_settles.h"
#include "scenarios/checks/topology_view.h"
#include "scenarios/situations/catalogue.h"
#include "scenarios/situations/words.h"

namespace shardlab::scenarios::situations {
namespace {

/// A stream stands behind the newest transaction of the masters that it follows.
bool some_target_lags(const Moment& moment) {
  const Observation& world = moment.story.world();
  const std::string keyspace(moment.event.text("keyspace"));
  std::uint64_t newest = 0;
  std::vector<std::string> targets;
  for (const std::string& shard : shard_names(world, keyspace)) {
    const auto record = shard_record(world, keyspace, shard);
    if (!record) continue;
    const std::string master = alias_of(record->master_alias());
    if (record->source_shards_size() > 0) {
      targets.push_back(master);
    } else {
      newest = std::max(newest, position_of_server(world, master).value_or(0));
    }
  }
  return std::ranges::any_of(targets, [&](const std::string& target) {
    const auto streams = world.query(target, "SELECT pos FROM `_vt`.`vreplication`");
    if (!streams) return false;
    for (const Row& row : streams->rows) {
      if (gtid_sequence(row[0].text()) < newest) return true;
    }
    return false;
  });
}

/// It was under way when writes were stopped.
bool began_before_write_stop(const Moment& moment) {
  return moment.operation().invoked_at < moment.story.writes_stopped_at();
}

}  // namespace

Theme cutover_theme() {
  using fakes::guestbook::Outcome;
  const Condition writes_stopped = cutover_at(CutoverStep::writes_stopped);
  const Condition frozen = cutover_at(CutoverStep::frozen);
  const Condition no_writer = writes_stopped || frozen;
  const Happening begins = cutover_step("source-readonly");
  return {
      "cutover",
      "the migration of the master: the write stop and the point of no return",
      {
          {"frozen-reached", "a master migration passes its point of no return",
           cutover_step("frozen")},
          {"lag-nonzero-at-cutover", "a target has rows to catch up when the source stops writes",
           begins && Condition(some_target_lags), rare},
          {"replicas-apart-at-cutover", "servers of the source differ when it stops writes",
           begins && of_story(&Story::source_servers_differ), rare},
          {"write-in-flight-at-write-stop", "a write waits for its answer when writes are stopped",
           begins && of_story(&Story::has_write_in_flight), rare},
          {"write-across-write-stop", "a write from before the write stop is acknowledged after it",
           write_answered(Outcome::acknowledged) && writes_stopped &&
               Condition(began_before_write_stop),
           rare},
          {"write-refused-at-cutover", "a write is refused while nobody takes any",
           write_answered(Outcome::refused) && no_writer},
          {"write-unknown-at-cutover", "the answer to a write is lost while nobody takes any",
           write_answered(Outcome::unknown) && no_writer, very_rare},
          {"read-during-write-stop", "a read is answered while nobody takes writes",
           read_answered(Outcome::ok, "replica") && no_writer},
          {"first-write-after-cutover", "a write is acknowledged after the cutover",
           write_answered(Outcome::acknowledged) && cutover_at(CutoverStep::done)},
          {"source-master-killed-before-freeze",
           "the old master is killed between write stop and point of no return",
           killed(source_master()) && writes_stopped, very_rare},
          {"source-master-killed-after-freeze",
           "the old master is killed between point of no return and serving graph",
           killed(source_master()) && frozen, very_rare},
          {"target-master-killed-before-freeze",
           "a new master is killed between write stop and point of no return",
           killed(target_master()) && writes_stopped, very_rare},
          {"target-master-killed-after-freeze",
           "a new master is killed between point of no return and serving graph",
           killed(target_master()) && frozen, rare},
          {"target-master-killed-after-cutover", "a new master is killed when it takes writes",
           killed(target_master()) && during(Phase::afterwards), very_rare},
          {"vtctld-killed-before-freeze",
           "vtctld is killed between write stop and point of no return",
           killed(vtctld()) && writes_stopped, very_rare},
          {"vtctld-killed-after-freeze", "vtctld is killed behind the point of no return",
           killed(vtctld()) && (frozen || cutover_at(CutoverStep::graph_migrated)), very_rare},
          {"etcd-killed-before-freeze",
           "an etcd is killed between write stop and point of no return",
           killed(etcd()) && writes_stopped, very_rare},
          {"etcd-killed-after-freeze", "an etcd is killed behind the point of no return",
           killed(etcd()) && (frozen || cutover_at(CutoverStep::graph_migrated)), very_rare},
          {"stream-restarts-at-cutover", "a stream starts again while targets have to catch up",
           stream("Running") && writes_stopped, rare},
          {"lock-lost-at-cutover", "the lease of a lock expires during the cutover",
           EventKind::lease_expired && while_command("MigrateServedTypes") &&
               during(Phase::cutover),
           rare},
          {"cutover-undone", "a master migration fails and is undone", cutover_step("undone"),
           rare},
          {"cutover-after-undo", "a master migration is undone and then works",
           in_order(cutover_step("undone"), cutover_step("done")), rare},
          {"cutover-completed-by-rerun",
           "a master migration fails behind the point of no return and is completed by another run",
           Pattern({{cutover_step("frozen"), {}},
                    {command_failed("MigrateServedTypes"), cutover_step("done")},
                    {cutover_step("done"), {}}}),
           rare},
          {"vtgate-cut-off-at-cutover",
           "the serving graph names the new shards while the network of vtgate fails",
           cutover_step("graph-migrated") && while_fault(network_faults(), vtgate()), rare},
          {"etcd-cut-off-at-cutover", "writes are stopped while the network of an etcd fails",
           begins && while_fault(network_faults(), etcd()), very_rare},
      },
  };
}

}  // namespace shardlab::scenarios::situations

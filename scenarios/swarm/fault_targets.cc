#include <algorithm>

#include "scenarios/swarm/fault_draw.h"

namespace shardlab::scenarios {
namespace {

using Aim = FaultKindInfo::Aim;

}  // namespace

bool silences_watches(const FaultKindInfo& kind) {
  return kind.cluster == ClusterFault::silent_watch || kind.cluster == ClusterFault::compaction;
}

const ShardSpec& FaultDraw::shard_spec(const std::string& shard) const {
  const auto& shards = scenario_.keyspaces.front().shards;
  const auto found = std::ranges::find(shards, shard, &ShardSpec::name);
  if (found != shards.end()) return *found;
  return *std::ranges::find(scenario_.sharded_template, shard, &ShardSpec::name);
}

/// Those that take part in what visitors write: masters, and who replicates from them.
std::vector<FaultTarget> FaultDraw::servers(const Moment& moment, bool with_replicas,
                                            bool with_new) const {
  std::vector<FaultTarget> servers;
  const auto add = [&](const std::string& shard) {
    servers.push_back(role("master", shard));
    if (!with_replicas) return;
    const ShardSpec& spec = shard_spec(shard);
    if (spec.replica > 1) servers.push_back(role("replica", shard));
    if (spec.rdonly > 0 && !moment.has_drained) servers.push_back(role("rdonly", shard));
  };
  if (!moment.has_cut_over) {
    for (const std::string& shard : sources_) add(shard);
  }
  if (moment.has_cut_over || (with_new && moment.has_streams)) {
    for (const std::string& shard : targets_) add(shard);
  }
  return servers;
}

/// Of faults that break what a server promises: those on whose promise nothing rests.
std::optional<std::vector<FaultTarget>> FaultDraw::targets_of_promise(const FaultKindInfo& kind,
                                                                      const Moment& moment) const {
  const auto shard_of = [](const FaultTarget& one) {
    return one.argument.substr(one.argument.rfind('/') + 1);
  };
  const auto is_target = [&](const FaultTarget& one) {
    return std::ranges::find(targets_, shard_of(one)) != targets_.end();
  };
  std::vector<FaultTarget> found = servers(moment, true, true);
  const auto keep = [&](auto wanted) {
    std::erase_if(found, [&](const FaultTarget& one) { return !wanted(one); });
    return found;
  };
  switch (*kind.cluster) {
    case ClusterFault::lock_wait:
    case ClusterFault::semi_sync_timeout:
      return keep([](const FaultTarget& one) { return one.function == "master"; });
    case ClusterFault::deadlock:
      return keep([&](const FaultTarget& one) {
        return one.function == "master" && is_target(one) && !moment.has_cut_over;
      });
    // Its master has all that it loses.
    case ClusterFault::unsynced_crash:
      return keep([](const FaultTarget& one) { return one.function == "replica"; });
    // A stream that read it would take it for one of the master's.
    case ClusterFault::errant_transaction:
      return keep(
          [&](const FaultTarget& one) { return one.function == "replica" && is_target(one); });
    // Streams read from another one instead. Those of a clone begin where it began.
    case ClusterFault::purged_log:
      return keep([&](const FaultTarget& one) {
        return one.function == "replica" && !is_target(one) && moment.stretch == Stretch::clone &&
               shard_spec(shard_of(one)).replica > 2;
      });
    default: return std::nullopt;
  }
}

/// What the kind can do to an etcd at the moment.
std::vector<FaultTarget> FaultDraw::etcds(const FaultKindInfo& kind, const Moment& moment) const {
  std::vector<FaultTarget> found;
  const bool is_asked = moment.in_command || moment.in_lock;
  const bool is_migration =
      moment.stretch == Stretch::migration || moment.stretch == Stretch::cutover;
  const auto add_cells = [&](const std::string& function) {
    for (const std::string& cell : scenario_.cluster.cells) found.push_back({function, cell, ""});
  };
  if (kind.cluster == ClusterFault::expire_leases) {
    found.push_back({"etcd", "global", ""});
    if (is_migration) add_cells("etcd");  // only they lock anything in the cells
    return found;
  }
  if (kind.cluster == ClusterFault::slow_etcd || kind.cluster == ClusterFault::lost_answer) {
    if (is_asked) found.push_back({"etcd", "global", ""});
    return found;
  }
  // Who watches, watches his cell, and sees something when the serving graph changes.
  if (kind.cluster == ClusterFault::watch_cut || kind.cluster == ClusterFault::etcd_gone ||
      silences_watches(kind)) {
    if (!silences_watches(kind) || (is_migration && moment.in_lock)) add_cells("etcd");
    return found;
  }
  if (kind.cluster != ClusterFault::minority) {
    found.push_back({"etcd", "global", ""});
    add_cells("etcd");
  }
  if (scenario_.cluster.etcd_global > 1) {
    for (const char* function : {"leader", "follower"}) found.push_back({function, "global", ""});
  }
  if (scenario_.cluster.etcd_per_cell > 1) {
    for (const char* function : {"leader", "follower"}) add_cells(function);
  }
  return found;
}

std::vector<FaultTarget> FaultDraw::targets(const FaultKindInfo& kind, const Moment& moment) const {
  std::vector<FaultTarget> found;
  if (kind.cluster == ClusterFault::long_pause) {
    if (moment.in_lock && moment.in_command) found.push_back({"", "vtctld", ""});
    return found;
  }
  if (kind.cluster == ClusterFault::read_only || kind.cluster == ClusterFault::cut_before_commit ||
      kind.cluster == ClusterFault::cut_after_commit) {
    return servers(moment, false, false);
  }
  if (kind.cluster == ClusterFault::lag || kind.cluster == ClusterFault::stop_replication ||
      kind.cluster == ClusterFault::delayed_replica) {
    found = servers(moment, true, true);
    std::erase_if(found, [](const FaultTarget& one) { return one.function == "master"; });
    return found;
  }
  if (kind.aim == Aim::server) {
    if (auto chosen = targets_of_promise(kind, moment)) return *std::move(chosen);
  }
  if (kind.aim == Aim::etcd) return etcds(kind, moment);
  found = servers(moment, true, true);
  if (kind.aim == Aim::server) return found;
  // A new master that does not follow yet has something to write only when rows are copied into it.
  if (moment.has_masters && !moment.has_streams && (moment.in_worker || kind.aim != Aim::disk)) {
    for (const std::string& shard : targets_) found.push_back(role("master", shard));
  }
  if (kind.aim == Aim::disk) {
    if (moment.in_command || moment.in_lock) found.push_back({"etcd", "global", ""});
    return found;
  }
  for (const std::string& shard : others_) found.push_back(role("master", shard));
  if (moment.has_drained) {
    for (const std::string& shard : sources_) found.push_back(role("drained", shard));
  }
  if (!moment.drained_target.empty()) found.push_back(role("drained", moment.drained_target));
  if (moment.in_worker) found.push_back({"", "vtworker", ""});
  for (const std::string& cell : scenario_.cluster.cells) found.push_back({"vtgate", cell, ""});
  const bool is_of_clock = kind.name.starts_with("clock-");
  // Nobody there looks at a clock.
  if (!is_of_clock) std::ranges::move(etcds(kind, moment), std::back_inserter(found));
  if (!is_of_clock || moment.in_command) found.push_back({"", "vtctld", ""});
  found.push_back({"", "guestbook", ""});
  return found;
}

std::vector<FaultDraw::Way> FaultDraw::ways(const FaultKindInfo& kind, const Moment& moment) const {
  std::vector<Way> ways;
  const bool is_of_answers = kind.world == sim::FaultKind::lost_replies;
  const auto call = [&](const FaultTarget& client, const FaultTarget& server) {
    ways.push_back({server, client});
    if (!is_of_answers) ways.push_back({client, server});
  };
  const FaultTarget guestbook{"", "guestbook", ""}, vtctld{"", "vtctld", ""};
  const FaultTarget worker{"", "vtworker", ""}, etcd{"etcd", "global", ""};
  for (const std::string& cell : scenario_.cluster.cells) {
    const FaultTarget vtgate{"vtgate", cell, ""};
    call(guestbook, vtgate);
    if (writes_ == 0) continue;
    const std::vector<std::string>& masters = moment.has_cut_over ? targets_ : sources_;
    for (const std::string& shard : masters) call(vtgate, role("master", shard));
  }
  if (moment.in_command) {
    call(vtctld, etcd);
    for (const std::string& shard : sources_) {
      if (!moment.in_worker) call(vtctld, role("master", shard));
    }
  }
  if (moment.in_worker) {
    call(worker, etcd);
    for (const std::string& shard : targets_) call(worker, role("master", shard));
    if (moment.has_drained) {
      for (const std::string& shard : sources_) call(worker, role("drained", shard));
    }
  }
  if (is_of_answers || writes_ == 0) return ways;
  for (const FaultTarget& replica : servers(moment, true, true)) {
    if (replica.function == "master") continue;
    ways.push_back({{"master", replica.argument, ""}, replica});
  }
  return ways;
}

}  // namespace shardlab::scenarios

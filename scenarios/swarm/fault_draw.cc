#include "scenarios/swarm/fault_draw.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <map>

#include "scenarios/file/topology.h"

namespace shardlab::scenarios {
namespace {

using Aim = FaultKindInfo::Aim;
using std::chrono::milliseconds;

constexpr std::uint64_t many = 1 << 16;

/// How long the leases of locks live.
constexpr milliseconds longest_lease(30'000);

/// Of visitors and of what they write: its effects are as frequent as their writes.
bool needs_writes(const FaultKindInfo& kind) {
  if (kind.aim == Aim::disk) return true;
  if (!kind.cluster) return false;
  switch (*kind.cluster) {
    case ClusterFault::lag:
    case ClusterFault::read_only:
    case ClusterFault::kill_query:
    case ClusterFault::cut_before_commit:
    case ClusterFault::cut_after_commit:
    case ClusterFault::huge_message:
    case ClusterFault::slow_client: return true;
    default: return false;
  }
}

bool silences_watches(const FaultKindInfo& kind) {
  return kind.cluster == ClusterFault::silent_watch || kind.cluster == ClusterFault::compaction;
}

std::int64_t amount_of_world(sim::FaultKind kind, std::int64_t size, bool is_negative) {
  switch (kind) {
    case sim::FaultKind::slow_cpu: return 10'000 << size;
    case sim::FaultKind::slow_disk: return 1'000'000 << size;
    case sim::FaultKind::skew:
    case sim::FaultKind::jump: {
      const std::int64_t ns = std::int64_t{100'000'000} << size;
      return is_negative ? -ns : ns;
    }
    case sim::FaultKind::drift: return is_negative ? -(1 << size) * 100 : (1 << size) * 100;
    case sim::FaultKind::slow_tail: return 2 << size;
    case sim::FaultKind::full_disk: return 512 * size;
    default: return 1 + size;
  }
}

/// Around what buffers, columns and packets hold.
constexpr std::array<std::int64_t, 8> huge_sizes{255,    256,    10'000, 16'384,
                                                 32'768, 65'535, 65'536, 300'000};

std::int64_t amount_of_cluster(ClusterFault kind, std::int64_t size) {
  switch (kind) {
    case ClusterFault::lag: return std::int64_t{250'000'000} << size;       // up to 32 s
    case ClusterFault::slow_etcd: return std::int64_t{10'000'000} << size;  // up to 1.28 s
    case ClusterFault::slow_client: return std::int64_t{50'000'000} << size;
    case ClusterFault::huge_message: return huge_sizes.at(static_cast<std::size_t>(size));
    default: return 1 + size;
  }
}

std::int64_t amount_of(const FaultKindInfo& kind, std::uint64_t drawn) {
  if (kind.amount.empty()) return 0;
  const auto size = static_cast<std::int64_t>(drawn / 2 % 8);
  return kind.world ? amount_of_world(*kind.world, size, drawn % 2 == 1)
                    : amount_of_cluster(*kind.cluster, size);
}

/// One of any group, however many there are in it.
template <class Key, class T>
const T* chosen_evenly(const std::map<Key, std::vector<T>>& groups, std::uint64_t drawn) {
  const auto group = std::next(groups.begin(), static_cast<std::ptrdiff_t>(drawn % groups.size()));
  return &group->second[drawn / groups.size() % group->second.size()];
}

}  // namespace

FaultDraw::FaultDraw(const Scenario& scenario, sim::Choices& choices)
    : scenario_(scenario),
      choices_(choices),
      moments_(moments_of(scenario)),
      sources_(source_shards(scenario)),
      targets_(target_shards(scenario)),
      others_(other_shards(scenario)) {
  for (const Load& load : scenario.loads) {
    const std::int64_t rate = load.rate.count * 1'000'000'000 / load.rate.per.count();
    visits_ += rate * 1'000'000;
    writes_ += rate * load.write_millionths;
  }
}

FaultTarget FaultDraw::role(std::string function, const std::string& shard) const {
  return {std::move(function), scenario_.keyspaces.front().name + "/" + shard, ""};
}

bool FaultDraw::suits(const FaultKindInfo& kind, const Moment& moment) const {
  if (needs_writes(kind) && writes_ == 0) return false;
  if (kind.cluster == ClusterFault::interrupt) {
    return moment.in_command && moment.trigger.on == FaultTrigger::On::event;
  }
  if (kind.cluster == ClusterFault::expire_leases) return moment.in_lock;
  if (kind.has_peer()) return !ways(kind, moment).empty();
  return kind.aim == Aim::nobody || !targets(kind, moment).empty();
}

bool FaultDraw::is_possible(const FaultKindInfo& kind) const {
  return std::ranges::any_of(moments_, [&](const Moment& one) { return suits(kind, one); });
}

/// Those that take part in what visitors write: masters, and who replicates from them.
std::vector<FaultTarget> FaultDraw::servers(const Moment& moment, bool with_replicas,
                                            bool with_new) const {
  std::vector<FaultTarget> servers;
  const auto add = [&](const std::string& shard) {
    servers.push_back(role("master", shard));
    if (!with_replicas) return;
    const auto find = [&](const ShardSpec& one) { return one.name == shard; };
    const auto& shards = scenario_.keyspaces.front().shards;
    auto spec = std::ranges::find_if(shards, find);
    const ShardSpec* found = spec == shards.end() ? nullptr : &*spec;
    if (!found) found = &*std::ranges::find_if(scenario_.sharded_template, find);
    if (found->replica > 1) servers.push_back(role("replica", shard));
    if (found->rdonly > 0 && !moment.has_drained) servers.push_back(role("rdonly", shard));
  };
  if (!moment.has_cut_over) {
    for (const std::string& shard : sources_) add(shard);
  }
  if (moment.has_cut_over || (with_new && moment.has_streams)) {
    for (const std::string& shard : targets_) add(shard);
  }
  return servers;
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
  if (kind.cluster == ClusterFault::lag || kind.cluster == ClusterFault::stop_replication) {
    found = servers(moment, true, true);
    std::erase_if(found, [](const FaultTarget& one) { return one.function == "master"; });
    return found;
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

/// 30 ms to 30 s, as likely short as long, but so long that some visitors meet it.
Duration FaultDraw::length(const FaultKindInfo& kind, std::uint64_t drawn) const {
  constexpr std::int64_t enough = 4;
  constexpr std::int64_t longest_ms = 60'000;
  auto ms = static_cast<std::int64_t>((std::uint64_t{30} << (drawn / 7)) * (10 + drawn % 7) / 10);
  if (kind.cluster == ClusterFault::long_pause) return longest_lease + milliseconds(1'000 + ms);
  const bool takes_down = kind.world && sim::takes_down(*kind.world) && !kind.has_peer() &&
                          kind.world != sim::FaultKind::isolate;
  const bool is_of_etcd = kind.aim == Aim::etcd && kind.cluster != ClusterFault::slow_etcd;
  if (kind.cluster == ClusterFault::lost_answer) ms = std::max<std::int64_t>(ms, 5'000);
  // The graph's next change; what an election takes.
  if (silences_watches(kind) || kind.cluster == ClusterFault::minority) {
    ms = std::max<std::int64_t>(ms, 3'000);
  }
  if (takes_down || is_of_etcd || kind.cluster == ClusterFault::stop_replication ||
      kind.cluster == ClusterFault::open_transaction) {
    return milliseconds(ms);
  }
  if (kind.cluster == ClusterFault::huge_message) {
    return milliseconds(std::min(longest_ms, enough * 1'000'000'000 / writes_));
  }
  const std::int64_t frequent = needs_writes(kind) || kind.has_peer() ? writes_ : visits_;
  if (frequent > 0) ms = std::max(ms, std::min(longest_ms, enough * 1'000'000'000 / frequent));
  if (kind.name.starts_with("clock-")) ms = std::max<std::int64_t>(ms, 5'000);
  return milliseconds(ms);
}

/// So long that what visitors read of a few such messages stays below some hundred megabytes.
std::int64_t FaultDraw::longest_message() const {
  constexpr std::int64_t bytes = 200'000'000, messages = 4, seconds = 120;
  std::int64_t pages = 1;
  for (const Load& load : scenario_.loads) {
    pages = std::max(pages, static_cast<std::int64_t>(load.pages.size()));
  }
  const std::int64_t visits = std::max<std::int64_t>(visits_ / 1'000'000, 1);
  return bytes * pages / (messages * seconds * visits);
}

void FaultDraw::choose_operator(FaultSpec& fault, std::uint64_t drawn) const {
  if (fault.kind->cluster == ClusterFault::out_of_turn) {
    std::vector<std::string> steps;
    for (const Step& step : scenario_.steps) {
      // InitShardMaster -force is meant to lose what is there.
      const bool may_be = std::ranges::all_of(step.commands, [](const CommandLine& command) {
        return command.script == "kvtctl.sh" && command.arguments.front() != "InitShardMaster";
      });
      if (may_be) steps.push_back(step.id);
    }
    if (!steps.empty()) fault.step = steps[drawn % steps.size()];
  }
  if (fault.kind->cluster != ClusterFault::command) return;
  const std::string& keyspace = scenario_.keyspaces.front().name;
  const std::string shard = keyspace + "/" + sources_[drawn % sources_.size()];
  const std::vector<std::vector<std::string>> commands{
      {"ListAllTablets", scenario_.cluster.cells.front()},
      {"GetShard", shard},
      {"ListShardTablets", shard},
      {"RebuildKeyspaceGraph", keyspace}};
  const std::vector<std::string>& chosen = commands[drawn / 7 % commands.size()];
  CommandLine command;
  command.script = "kvtctl.sh";
  command.arguments = chosen;
  command.typed = fmt::format("./kvtctl.sh {} {}", chosen[0], chosen[1]);
  fault.command = std::move(command);
}

FaultSpec FaultDraw::draw(const std::vector<const FaultKindInfo*>& kinds) {
  FaultSpec fault;
  const std::uint64_t kind = below("swarm.fault", many);
  const std::uint64_t moment = below("swarm.moment", many);
  const std::uint64_t delay = below("swarm.delay", 64);
  const std::uint64_t target = below("swarm.target", many);
  const std::uint64_t process = below("swarm.process", 4);
  const std::uint64_t length_drawn = below("swarm.length", 64);
  const std::uint64_t amount = below("swarm.amount", 64);
  const std::uint64_t disk = below("swarm.disk", 3);
  const std::uint64_t typed = below("swarm.typed", many);
  fault.kind = kinds[kind % kinds.size()];
  std::map<Stretch, std::vector<const Moment*>> suitable;
  for (const Moment& one : moments_) {
    if (suits(*fault.kind, one)) suitable[one.stretch].push_back(&one);
  }
  const Moment& when = **chosen_evenly(suitable, moment);
  fault.trigger = when.trigger;
  const bool is_on_event = when.trigger.on == FaultTrigger::On::event;
  const bool may_wait = fault.kind->cluster != ClusterFault::interrupt &&
                        fault.kind->cluster != ClusterFault::expire_leases;
  // On an event half of them are at once, the others up to 8 ms later; else within the moment.
  Duration wait = milliseconds(when.trigger.most_delay / milliseconds(1) *
                               static_cast<std::int64_t>(delay) / 63);
  if (is_on_event) wait = delay < 32 || !may_wait ? Duration(0) : milliseconds(1 << delay % 4);
  if (when.trigger.on == FaultTrigger::On::time) {
    fault.trigger.at += wait;
    wait = Duration(0);
  }
  fault.trigger.least_delay = fault.trigger.most_delay = wait;
  if (fault.kind->has_peer()) {
    const std::vector<Way> all = ways(*fault.kind, when);
    const Way& way = all[target % all.size()];
    fault.target = way.from;
    fault.peer = way.to;
  } else if (fault.kind->aim != Aim::nobody) {
    std::map<std::string, std::vector<FaultTarget>> by_function;
    for (FaultTarget& one : targets(*fault.kind, when)) {
      const std::string& function = one.function.empty() ? one.argument : one.function;
      by_function[function].push_back(std::move(one));
    }
    fault.target = *chosen_evenly(by_function, target);
    const bool is_tablet = fault.target.argument.find('/') != std::string::npos;
    if (is_tablet && fault.kind->aim == Aim::host_or_process && process >= 2) {
      fault.target.process = process == 2 ? "vttablet" : "mysqld";
    }
  }
  if (!fault.kind->is_instant()) fault.length = length(*fault.kind, length_drawn);
  fault.amount = amount_of(*fault.kind, amount);
  if (fault.kind->cluster == ClusterFault::huge_message) {
    fault.amount = std::min(fault.amount, longest_message());
  }
  if (fault.kind->world == sim::FaultKind::power_loss) {
    fault.unsynced = static_cast<sim::CrashMode>(disk);
  }
  choose_operator(fault, typed);
  return fault;
}

}  // namespace shardlab::scenarios

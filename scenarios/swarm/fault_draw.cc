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
    case ClusterFault::delayed_replica:
    case ClusterFault::deadlock:
    case ClusterFault::lock_wait:
    case ClusterFault::semi_sync_timeout:
    case ClusterFault::unsynced_crash:
    case ClusterFault::read_only:
    case ClusterFault::kill_query:
    case ClusterFault::cut_before_commit:
    case ClusterFault::cut_after_commit:
    case ClusterFault::huge_message:
    case ClusterFault::slow_client: return true;
    default: return false;
  }
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
    case ClusterFault::delayed_replica:
    case ClusterFault::lag: return std::int64_t{250'000'000} << size;       // up to 32 s
    case ClusterFault::slow_etcd: return std::int64_t{10'000'000} << size;  // up to 1.28 s
    case ClusterFault::lock_wait: return (1 + size / 4) * 1'000'000'000;
    case ClusterFault::semi_sync_timeout:
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
      kind.cluster == ClusterFault::errant_transaction ||
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

#include "sim/apply_fault.h"

#include <cstdlib>
#include <fmt/format.h>

#include "core/base/error.h"
#include "sim/world.h"

namespace shardlab::sim {
namespace {

/// What a fault aims at: a host, or one process or disk of it.
struct Target {
  Host* host = nullptr;
  Process* process = nullptr;
  HostDisk* disk = nullptr;
};

[[noreturn]] void refuse(const PlannedFault& fault, std::string_view why) {
  throw Error(Errc::failed_precondition, fmt::format("{}: {}", to_text(fault), why));
}

Target find(World& world, const PlannedFault& fault) {
  const std::size_t slash = fault.target.find('/');
  Target target;
  target.host = world.find_host(std::string_view(fault.target).substr(0, slash));
  if (!target.host) refuse(fault, "there is no such host");
  if (slash == std::string::npos) {
    if (is_of_disk(fault.kind)) refuse(fault, "it is for a disk");
    return target;
  }
  const std::string_view part = std::string_view(fault.target).substr(slash + 1);
  if (is_of_disk(fault.kind)) {
    target.disk = target.host->find_disk(part);
    if (!target.disk) refuse(fault, "there is no such disk");
  } else {
    target.process = target.host->find_process(part);
    if (!target.process) refuse(fault, "there is no such process");
  }
  return target;
}

std::unique_ptr<Fault> apply_to_host(const PlannedFault& fault, const Target& target) {
  Host& host = *target.host;
  Process* process = target.process;
  switch (fault.kind) {
    case FaultKind::crash: return process ? process->down() : host.down();
    case FaultKind::power_loss: return host.power_off();
    case FaultKind::pause: return process ? process->pause() : host.pause();
    case FaultKind::slow_cpu: {
      const Duration cost(fault.amount);
      return process ? process->slow(cost) : host.slow(cost);
    }
    case FaultKind::skew: return host.skew(Duration(fault.amount));
    case FaultKind::drift: return host.drift(fault.amount);
    case FaultKind::jump: return host.jump(Duration(fault.amount));
    default: return nullptr;
  }
}

std::unique_ptr<Fault> apply_to_disk(const PlannedFault& fault, HostDisk& disk) {
  const auto amount = static_cast<std::uint64_t>(fault.amount);
  switch (fault.kind) {
    case FaultKind::slow_disk: {
      const Duration cost(fault.amount);
      return disk.slow({.write = cost, .sync = cost});
    }
    case FaultKind::full_disk: return disk.full_at(disk.content().used_bytes() + amount);
    case FaultKind::failing_disk: return disk.fail_nth({.nth = amount});
    default: return nullptr;
  }
}

/// What a rule of the network is about: messages from the target to the peer.
std::unique_ptr<Fault> apply_to_network(Network& network, const PlannedFault& fault) {
  const HostNames target{fault.target};
  const HostNames peer{fault.peer};
  Match match;
  match.from = target;
  match.to = peer;
  switch (fault.kind) {
    case FaultKind::partition: return std::make_unique<Partition>(network, target, peer);
    case FaultKind::partition_one_way:
      return std::make_unique<Partition>(network, target, peer, Partition::Ways::only_a_to_b);
    case FaultKind::isolate: return std::make_unique<Partition>(network, target, HostNames());
    case FaultKind::clog: return std::make_unique<Clog>(network, match);
    case FaultKind::slow_tail: {
      const auto times = static_cast<std::uint32_t>(fault.amount);
      return std::make_unique<SlowTail>(network, match, SlowTail::Share{1, 10}, times);
    }
    case FaultKind::lost_replies: return std::make_unique<LostReplies>(network, match);
    case FaultKind::blackhole: return std::make_unique<Blackhole>(network, match);
    case FaultKind::reset:
      match.at_most = static_cast<std::uint64_t>(fault.amount);
      return std::make_unique<Reset>(network, match);
    default: return nullptr;
  }
}

void check_peer(World& world, const PlannedFault& fault) {
  if (has_peer(fault.kind) == fault.peer.empty()) {
    refuse(fault, fault.peer.empty() ? "it needs a peer" : "it has no peer");
  }
  if (!fault.peer.empty() && !world.find_host(fault.peer)) refuse(fault, "there is no such peer");
  if (fault.peer == fault.target) refuse(fault, "a host has no network to itself");
}

}  // namespace

void check_fault(World& world, const PlannedFault& fault) {
  const Target target = find(world, fault);
  check_peer(world, fault);
  if (fault.start.count() < 0 || fault.length.count() < 0) refuse(fault, "it has a negative time");
  const bool is_for_processes = fault.kind == FaultKind::crash || fault.kind == FaultKind::pause ||
                                fault.kind == FaultKind::slow_cpu;
  if (target.process && !is_for_processes) refuse(fault, "it is for a whole host");
  if (fault.kind == FaultKind::slow_cpu && fault.amount <= 0) refuse(fault, "a step costs time");
  const bool counts = unit_of(fault.kind) == FaultUnit::number;
  if (counts && fault.amount < 1) refuse(fault, "it counts from 1");
  if (is_of_disk(fault.kind) && fault.amount < 0) refuse(fault, "its amount is negative");
  if (fault.kind == FaultKind::slow_tail && (fault.amount < 1 || fault.amount > 1'000'000)) {
    refuse(fault, "messages take 1 to 1000000 times as long");
  }
  if (fault.kind == FaultKind::drift && std::abs(fault.amount) > HostClock::drift_limit_ppm) {
    refuse(fault, "a clock does not drift that far");
  }
}

std::unique_ptr<Fault> apply_fault(World& world, const PlannedFault& fault) {
  check_fault(world, fault);
  const Target target = find(world, fault);
  if (target.disk) return apply_to_disk(fault, *target.disk);
  if (auto applied = apply_to_host(fault, target)) return applied;
  return apply_to_network(world.network(), fault);
}

}  // namespace shardlab::sim

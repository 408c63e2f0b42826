#include "scenarios/faults/injector.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "scenarios/cluster/host_names.h"
#include "scenarios/faults/cluster_faults.h"
#include "scenarios/faults/server_faults.h"
#include "sim/apply_fault.h"

namespace shardlab::scenarios {
namespace {

/// Whom a fault hits: a host, and a process of it or none.
struct Hit {
  Hit() = default;
  Hit(std::string host, std::string process) : host(std::move(host)), process(std::move(process)) {}
  std::string host;
  std::string process;
  bool was_drawn = false;  ///< among several

  std::string text() const { return process.empty() ? host : host + "/" + process; }
};

}  // namespace

struct FaultInjector::State : std::enable_shared_from_this<State> {
  State(LiveCluster& cluster, std::vector<FaultSpec> specs, OperatorHooks hooks)
      : cluster(cluster),
        specs(std::move(specs)),
        hooks(std::move(hooks)),
        hosts(host_names(cluster.scenario())),
        faults(this->specs.size()),
        outcomes(this->specs.size()) {
    for (std::size_t i = 0; i < this->specs.size(); ++i) {
      outcomes[i].kind = this->specs[i].kind->name;
      outcomes[i].what = to_text(this->specs[i]);
    }
  }

  void arm(std::size_t i);
  void triggered(std::size_t i);
  void triggered_by(FaultTrigger::On on, const std::string& id);
  void begin(std::size_t i);
  void end(std::size_t i);
  std::unique_ptr<sim::Fault> apply(const FaultSpec& spec, const Hit& hit, const std::string& peer);
  std::unique_ptr<sim::Fault> apply_to_world(const FaultSpec& spec, const Hit& hit,
                                             const std::string& peer);
  std::unique_ptr<sim::Fault> apply_by_operator(const FaultSpec& spec);
  std::optional<Hit> find(const FaultTarget& target, std::string_view draw, std::string_view but);
  sim::Choices& choices() { return cluster.world().choices(); }
  /// Runs an action as an event of the world, unless faults are over by then.
  void later(Duration delay, std::function<void(State&)> action);

  LiveCluster& cluster;
  std::vector<FaultSpec> specs;
  OperatorHooks hooks;
  std::vector<std::string> hosts;
  std::vector<std::unique_ptr<sim::Fault>> faults;  ///< while they last
  std::vector<FaultOutcome> outcomes;
  std::map<std::string, Hit> last_hits;  ///< by id of the fault
  TimePoint started{};
  bool is_on = false;
};

void FaultInjector::State::later(Duration delay, std::function<void(State&)> action) {
  sim::World& world = cluster.world();
  world.scheduler().at(world.now() + delay, [weak = weak_from_this(), action = std::move(action)] {
    const auto self = weak.lock();
    if (self && self->is_on) action(*self);
  });
}

void FaultInjector::State::arm(std::size_t i) {
  const FaultTrigger& trigger = specs[i].trigger;
  if (trigger.on == FaultTrigger::On::time) {
    later(trigger.at, [i](State& self) { self.triggered(i); });
    return;
  }
  if (trigger.on != FaultTrigger::On::event) return;
  const EventName& event = *trigger.event;
  sim::Barrier& barrier = cluster.world().barriers().at(std::string(event.kind));
  if (!event.field.empty()) barrier.where(std::string(event.field), std::string(event.value));
  for (const auto& [field, value] : trigger.where) {
    if (field == "host") {
      barrier.on_host(value);
    } else if (field == "process") {
      barrier.in_process(value);
    } else {
      barrier.where(field, value);
    }
  }
  barrier.nth(trigger.nth).act([weak = weak_from_this(), i] {
    const auto self = weak.lock();
    if (self && self->is_on) self->triggered(i);
  });
}

void FaultInjector::State::triggered_by(FaultTrigger::On on, const std::string& id) {
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (specs[i].trigger.on == on && specs[i].trigger.id == id) triggered(i);
  }
}

void FaultInjector::State::triggered(std::size_t i) {
  constexpr std::uint64_t one = 1'000'000;
  const FaultSpec& spec = specs[i];
  const auto chance = static_cast<std::uint64_t>(spec.chance_millionths);
  // 0 is the calmest: it does not happen.
  if (chance < one && choices().draw("fault.chance", one) < one - chance) {
    outcomes[i].was_spared = !outcomes[i].began;
    return;
  }
  const FaultTrigger& trigger = spec.trigger;
  Duration delay = trigger.least_delay;
  const auto span = static_cast<std::uint64_t>((trigger.most_delay - delay).count() / 1000);
  if (span > 0) delay += std::chrono::microseconds(choices().draw("fault.delay", span + 1));
  outcomes[i].delay = delay;
  if (delay == Duration(0)) return begin(i);
  later(delay, [i](State& self) { self.begin(i); });
}

std::optional<Hit> FaultInjector::State::find(const FaultTarget& target, std::string_view draw,
                                              std::string_view but) {
  if (target.function == "last") {
    const auto last = last_hits.find(target.argument);
    if (last == last_hits.end()) return std::nullopt;
    return Hit(last->second.host, last->second.process);
  }
  std::vector<std::string> candidates = hosts_of(target, cluster, hosts);
  std::erase(candidates, but);
  if (candidates.empty()) return std::nullopt;
  Hit hit(candidates.front(), target.process);
  hit.was_drawn = candidates.size() > 1;
  if (hit.was_drawn) hit.host = candidates[choices().draw(draw, candidates.size())];
  return hit;
}

void FaultInjector::State::begin(std::size_t i) {
  const FaultSpec& spec = specs[i];
  FaultOutcome& outcome = outcomes[i];
  if (outcome.began) return;
  std::optional<Hit> hit = Hit();
  std::string peer;
  if (!spec.target.argument.empty()) hit = find(spec.target, "fault.target", "");
  if (hit && spec.peer) {
    const auto found = find(*spec.peer, "fault.peer", hit->host);
    if (!found || found->host == hit->host) return;  // a host has no network to itself
    peer = found->host;
    if (found->was_drawn) outcome.drawn_peer = peer;
  }
  if (!hit) return;
  if (hit->was_drawn) outcome.drawn_target = hit->host;
  outcome.began = cluster.now() - started;
  outcome.was_spared = false;
  outcome.target = peer.empty() ? hit->text() : hit->text() + " -> " + peer;
  last_hits[spec.id] = *hit;
  faults[i] = apply(spec, *hit, peer);
  if (spec.kind->cluster && spec.kind->is_instant()) {
    end(i);  // it has happened; what a jump of a clock changes is seen later
  } else if (spec.length) {
    later(*spec.length, [i](State& self) { self.end(i); });
  }
  triggered_by(FaultTrigger::On::fault, spec.id);
}

void FaultInjector::State::end(std::size_t i) {
  if (!faults[i]) return;
  outcomes[i].effects = faults[i]->effects();
  faults[i].reset();
}

std::unique_ptr<sim::Fault> FaultInjector::State::apply(const FaultSpec& spec, const Hit& hit,
                                                        const std::string& peer) {
  if (spec.kind->world) return apply_to_world(spec, hit, peer);
  switch (*spec.kind->cluster) {
    case ClusterFault::restart: return restart_processes(cluster, hit.host, hit.process);
    case ClusterFault::long_pause: return pause_processes(cluster, hit.text());
    case ClusterFault::expire_leases: return expire_leases(cluster, hit.host);
    case ClusterFault::drop_connections: return drop_connections(cluster, hit.host);
    case ClusterFault::watch_cut: return cancel_watches(cluster, hit.host);
    case ClusterFault::minority: return cut_off_member(cluster, hit.host);
    case ClusterFault::silent_watch:
    case ClusterFault::compaction: return silence_watches(cluster, *spec.kind, hit.host);
    case ClusterFault::etcd_gone: return kill_etcd(cluster, hit.host);
    case ClusterFault::stop_replication: return stop_replication(cluster, hit.host);
    case ClusterFault::read_only: return make_read_only(cluster, hit.host);
    case ClusterFault::deadlock:
    case ClusterFault::lock_wait:
    case ClusterFault::semi_sync_timeout:
    case ClusterFault::errant_transaction:
    case ClusterFault::purged_log:
    case ClusterFault::unsynced_crash:
    case ClusterFault::delayed_replica:
      return server_fault(cluster, *spec.kind, hit.host, spec.amount);
    case ClusterFault::open_transaction: return leave_transaction_open(cluster);
    case ClusterFault::interrupt:
    case ClusterFault::command:
    case ClusterFault::out_of_turn: return apply_by_operator(spec);
    default: return disturb(cluster, *spec.kind, hit.host, spec.amount);
  }
}

std::unique_ptr<sim::Fault> FaultInjector::State::apply_to_world(const FaultSpec& spec,
                                                                 const Hit& hit,
                                                                 const std::string& peer) {
  sim::PlannedFault fault;
  fault.kind = *spec.kind->world;
  fault.target = spec.kind->aim == FaultKindInfo::Aim::disk ? hit.host + "/data" : hit.text();
  fault.peer = peer;
  fault.amount = spec.amount;
  if (spec.kind->world == sim::FaultKind::power_loss) {
    cluster.world().find_host(hit.host)->set_crash_mode(
        spec.unsynced.value_or(sim::CrashMode::torn));
  }
  return sim::apply_fault(cluster.world(), fault);
}

std::unique_ptr<sim::Fault> FaultInjector::State::apply_by_operator(const FaultSpec& spec) {
  const std::string detail = spec.command ? spec.command->typed : spec.step;
  return operator_fault(cluster, spec.kind->name, detail, [&] {
    if (!spec.step.empty()) return hooks.play(spec.step);
    if (!spec.command) return hooks.interrupt();
    hooks.type(*spec.command);
    return true;
  });
}

FaultInjector::FaultInjector(LiveCluster& cluster, std::vector<FaultSpec> specs,
                             OperatorHooks hooks)
    : state_(std::make_shared<State>(cluster, std::move(specs), std::move(hooks))) {}

FaultInjector::~FaultInjector() = default;

void FaultInjector::start() {
  state_->started = state_->cluster.now();
  state_->is_on = true;
  for (std::size_t i = 0; i < state_->specs.size(); ++i) state_->arm(i);
}

void FaultInjector::step_ended(const std::string& step) {
  if (state_->is_on) state_->triggered_by(FaultTrigger::On::step, step);
}

void FaultInjector::begin_at_send(FaultSpec spec, sim::Process& sender) {
  State& state = *state_;
  if (!state.is_on) return;
  state.outcomes.emplace_back().what = to_text(spec);
  state.specs.push_back(std::move(spec));
  state.faults.emplace_back();
  const std::size_t i = state.specs.size() - 1;
  sender.hold();
  state.cluster.world().scheduler().after_step(
      [weak = std::weak_ptr(state_), i, &sender, incarnation = sender.incarnation()] {
        const auto self = weak.lock();
        if (self && self->is_on) self->triggered(i);
        if (sender.incarnation() == incarnation) sender.release();
      });
}

void FaultInjector::stop() {
  state_->is_on = false;
  for (std::size_t i = 0; i < state_->specs.size(); ++i) state_->end(i);
}

std::vector<FaultOutcome> FaultInjector::report() const {
  std::vector<FaultOutcome> outcomes = state_->outcomes;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (state_->faults[i]) outcomes[i].effects = state_->faults[i]->effects();
  }
  return outcomes;
}

}  // namespace shardlab::scenarios

#include "scenarios/situations/story.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "scenarios/checks/placement.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios::situations {
namespace {

using fakes::guestbook::Operation;
using fakes::guestbook::OperationKind;
using fakes::guestbook::Outcome;

constexpr std::array<std::string_view, 7> phase_names{
    "before-clone",      "clone",   "diff",      "rdonly-migration",
    "replica-migration", "cutover", "afterwards"};

/// The part that a command begins; none for one that is typed in several.
std::optional<Phase> phase_of_command(std::string_view name, std::string_view arguments) {
  if (name == "SplitClone") return Phase::clone;
  if (name == "SplitDiff") return Phase::diff;
  if (name != "MigrateServedTypes") return std::nullopt;
  if (arguments.ends_with(" rdonly")) return Phase::rdonly_migration;
  if (arguments.ends_with(" replica")) return Phase::replica_migration;
  return Phase::cutover;
}

/// The last number of a GTID: `2031` of `"0-100-2031"`.
std::uint64_t sequence_in(std::string_view gtid) {
  const std::string_view digits = gtid.substr(gtid.rfind('-') + 1);
  std::uint64_t sequence = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), sequence);
  return sequence;
}

template <class Map>
typename Map::mapped_type& at(Map& map, std::string_view key) {
  const auto found = map.find(key);
  if (found != map.end()) return found->second;
  return map.emplace(std::string(key), typename Map::mapped_type()).first->second;
}

bool is_kill(std::string_view fault) {
  return fault == "crash" || fault == "power-loss" || fault == "restart";
}

}  // namespace

std::string_view to_string(Phase phase) { return phase_names[static_cast<std::size_t>(phase)]; }

// What happened.

void Story::follow(const sim::TraceEvent& event, EventKind kind) {
  switch (kind) {
    case EventKind::command_started: return command_started(event);
    case EventKind::command_ended: return command_ended(event);
    case EventKind::fault_started: return fault_started(event);
    case EventKind::fault_ended: {
      const auto ended = find_fault(event.text("fault"), event.text("target"));
      if (ended != faults_.end()) faults_.erase(ended);
      return;
    }
    case EventKind::migration_step_done: return step_done(event);
    case EventKind::stream_state_changed: return stream_changed(event);
    case EventKind::worker_state_changed: worker_state_ = event.text("state"); return;
    case EventKind::lock_taken: at(locks_, event.host).emplace(event.text("path")); return;
    case EventKind::lock_released:
      at(locks_, event.host).erase(std::string(event.text("path")));
      return;
    case EventKind::transaction_committed:
      at(committed_, event.host) = sequence_in(event.text("gtid"));
      return;
    case EventKind::process_crashed:
    case EventKind::process_lost_power:
      if (event.process == "vttablet") streams_.erase(std::string(event.host));
      locks_.erase(std::string(event.host));
      return;
    default: return;
  }
}

void Story::command_started(const sim::TraceEvent& event) {
  if (first_shards_.empty()) {
    for (const std::string& keyspace : keyspace_names(world_)) {
      const auto graph = serving_graph(world_, world_.cells().front(), keyspace);
      if (!graph) continue;
      for (std::string& shard : shards_serving(*graph, topodata::MASTER)) {
        first_shards_.insert(std::move(shard));
      }
    }
  }
  command_ = event.text("name");
  command_line_ = fmt::format("{} {}", command_, event.text("arguments"));
  const auto begun = phase_of_command(command_, event.text("arguments"));
  if (begun) phase_ = std::max(phase_, *begun);
}

void Story::command_ended(const sim::TraceEvent& event) {
  if (event.number_of("status") != 0) ++failures_[command_line_];
  command_.clear();
}

void Story::fault_started(const sim::TraceEvent& event) {
  ActiveFault fault;
  fault.kind = event.text("fault");
  fault.target = event.text("target");
  fault.phase = phase_;
  if (is_kill(fault.kind)) {
    killed_host_ = fault.target.substr(0, fault.target.find('/'));
    killed_at_ = event.at;
  }
  faults_.push_back(std::move(fault));
}

void Story::step_done(const sim::TraceEvent& event) {
  const std::string_view step = event.text("step");
  migrated_type_ = event.text("type");
  migration_step_ = step == "done" || step == "undone" ? "" : step;
  if (migrated_type_ != "master") return;
  if (step == "source-readonly") {
    cutover_step_ = CutoverStep::writes_stopped;
    writes_stopped_at_ = event.at;
  } else if (step == "frozen") {
    cutover_step_ = CutoverStep::frozen;
  } else if (step == "graph-migrated") {
    cutover_step_ = CutoverStep::graph_migrated;
  } else if (step == "undone") {
    cutover_step_ = CutoverStep::none;
  } else if (step == "done") {
    cutover_step_ = CutoverStep::done;
    phase_ = Phase::afterwards;
  }
}

void Story::stream_changed(const sim::TraceEvent& event) {
  if (event.text("state") == "Running") {
    at(streams_, event.host) = event.text("source");
  } else {
    streams_.erase(std::string(event.host));
  }
}

// What is asked.

std::uint64_t Story::failures_before() const {
  const auto known = failures_.find(command_line_);
  return known == failures_.end() ? 0 : known->second;
}

std::optional<Story::Place> Story::place_of(std::string_view host) const {
  for (const std::string& cell : world_.cells()) {
    if (!host.starts_with(cell + "-")) continue;
    const auto bytes = world_.record(cell, fmt::format("tablets/{}/Tablet", host));
    topodata::Tablet tablet;
    if (!bytes || !tablet.ParseFromString(*bytes)) continue;
    return Place{tablet.keyspace(), tablet.shard(), tablet.type(), tablet.hostname()};
  }
  return std::nullopt;
}

bool Story::is_source(std::string_view host) const {
  const auto place = place_of(host);
  if (!place || !first_shards_.contains(place->shard)) return false;
  const auto all = shard_names(world_, place->keyspace);
  return std::any_of(all.begin(), all.end(), [&](const std::string& shard) {
    return !first_shards_.contains(shard) && ShardRange(shard).intersects(ShardRange(place->shard));
  });
}

bool Story::is_target(std::string_view host) const {
  const auto place = place_of(host);
  return place && !first_shards_.empty() && !first_shards_.contains(place->shard);
}

bool Story::has_type(std::string_view host, topodata::TabletType type) const {
  const auto place = place_of(host);
  return place && place->type == type;
}

std::vector<Story::ActiveFault>::const_iterator Story::find_fault(std::string_view kind,
                                                                  std::string_view target) const {
  return std::find_if(faults_.begin(), faults_.end(), [&](const ActiveFault& fault) {
    return fault.kind == kind && fault.target == target;
  });
}

std::optional<Phase> Story::begun_in(std::string_view fault, std::string_view target) const {
  const auto found = find_fault(fault, target);
  if (found == faults_.end()) return std::nullopt;
  return found->phase;
}

bool Story::is_being_killed(std::string_view host) const {
  return killed_host_ == host && killed_at_ == world_.now();
}

bool Story::holds_lock(std::string_view host) const {
  const auto found = locks_.find(host);
  return found != locks_.end() && !found->second.empty();
}

bool Story::has_running_stream(std::string_view host) const {
  return host.empty() ? !streams_.empty() : streams_.contains(host);
}

bool Story::is_read_by_stream(std::string_view host) const {
  const auto place = place_of(host);
  return place && std::any_of(streams_.begin(), streams_.end(), [&](const auto& stream) {
           return stream.second.starts_with(place->address + ":");
         });
}

bool Story::has_write_in_flight() const {
  const auto& all = world_.ledger().operations();
  return std::any_of(all.begin(), all.end(), [](const Operation& operation) {
    return operation.outcome == Outcome::pending && operation.kind == OperationKind::insert;
  });
}

bool Story::has_request_in_flight() const {
  const auto& all = world_.ledger().operations();
  return std::any_of(all.begin(), all.end(), [](const Operation& operation) {
    return operation.outcome == Outcome::pending;
  });
}

bool Story::has_no_messages() const {
  const auto& all = world_.ledger().operations();
  return world_.initial_rows().empty() &&
         std::none_of(all.begin(), all.end(), [](const Operation& operation) {
           return operation.outcome == Outcome::acknowledged;
         });
}

bool Story::source_servers_differ() const {
  std::optional<std::uint64_t> first;
  for (const auto& [host, sequence] : committed_) {
    if (!is_source(host)) continue;
    if (first && *first != sequence) return true;
    first = sequence;
  }
  return false;
}

}  // namespace shardlab::scenarios::situations

#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/proto/topodata.pb.h"
#include "scenarios/checks/observation.h"
#include "scenarios/situations/event_kind.h"
#include "sim/trace.h"

namespace shardlab::scenarios::situations {

/// The parts of the guide's procedure, in their order. A part begins with its first command and
/// lasts until the next one begins, so that failed commands and the waits before their retries
/// belong to it; the cutover ends when it is done.
enum class Phase : std::uint8_t {
  before_clone,
  clone,
  diff,
  rdonly_migration,
  replica_migration,
  cutover,
  afterwards,
};

/// `"before-clone"`.
std::string_view to_string(Phase phase);

/// How far the master migration has come; each lasts until the next.
enum class CutoverStep : std::uint8_t { none, writes_stopped, frozen, graph_migrated, done };

/// What a run had come to before an event, as far as situations ask. Follows the trace; looks into
/// the world only when it is asked.
class Story {
 public:
  /// `world` must outlive it.
  explicit Story(const Observation& world) : world_(world) {}

  void follow(const sim::TraceEvent& event, EventKind kind);

  const Observation& world() const { return world_; }

  Phase phase() const { return phase_; }
  CutoverStep cutover_step() const { return cutover_step_; }
  /// When writes were stopped last.
  TimePoint writes_stopped_at() const { return writes_stopped_at_; }
  /// The last step of the migration of that type (`"replica"`), while it is not done; else empty.
  std::string_view migration_step(std::string_view type) const {
    return type == migrated_type_ ? std::string_view(migration_step_) : "";
  }
  /// The command the operator has typed, while it runs: `"SplitClone"`; else empty.
  std::string_view command() const { return command_; }
  /// How often this command line has failed before.
  std::uint64_t failures_before() const;
  /// What SplitClone or SplitDiff is at.
  std::string_view worker_state() const { return worker_state_; }

  // Who is who, asked of the topology as it is now. A host of no tablet is nobody.
  /// Of a shard that served from the start and covers keys of a new one.
  bool is_source(std::string_view host) const;
  bool is_target(std::string_view host) const;
  bool has_type(std::string_view host, topodata::TabletType type) const;

  /// A fault of killing began on the host at this very moment.
  bool is_being_killed(std::string_view host) const;
  /// The phase in which a fault began that is on; none when it is not.
  std::optional<Phase> begun_in(std::string_view fault, std::string_view target) const;
  /// A fault is on of which `ask` says yes, given its kind and target.
  template <class Ask>
  bool has_fault(Ask ask) const {
    return std::any_of(faults_.begin(), faults_.end(),
                       [&](const ActiveFault& fault) { return ask(fault.kind, fault.target); });
  }

  /// A process of the host has a lock of the topology and has not given it back.
  bool holds_lock(std::string_view host) const;
  /// Streams of filtered replication that have started and not ended on a host, or anywhere for
  /// `""`.
  bool has_running_stream(std::string_view host) const;
  /// A stream reads from that tablet.
  bool is_read_by_stream(std::string_view host) const;

  /// A visitor waits for the answer to a write.
  bool has_write_in_flight() const;
  bool has_request_in_flight() const;
  /// No message was there from the start, and none was acknowledged.
  bool has_no_messages() const;
  /// Two servers of the source shards have not committed the same.
  bool source_servers_differ() const;

 private:
  struct ActiveFault {
    std::string kind;
    std::string target;
    Phase phase;
  };
  struct Place {
    std::string keyspace;
    std::string shard;
    topodata::TabletType type;
    std::string address;
  };

  void command_started(const sim::TraceEvent& event);
  void command_ended(const sim::TraceEvent& event);
  void fault_started(const sim::TraceEvent& event);
  std::vector<ActiveFault>::const_iterator find_fault(std::string_view kind,
                                                      std::string_view target) const;
  void step_done(const sim::TraceEvent& event);
  void stream_changed(const sim::TraceEvent& event);
  std::optional<Place> place_of(std::string_view host) const;

  const Observation& world_;
  Phase phase_ = Phase::before_clone;
  CutoverStep cutover_step_ = CutoverStep::none;
  TimePoint writes_stopped_at_{};
  std::string migrated_type_;
  std::string migration_step_;
  std::string command_;
  std::string command_line_;
  std::map<std::string, std::uint64_t> failures_;  ///< by command line
  std::string worker_state_;
  std::set<std::string> first_shards_;  ///< those that served when the first command was typed
  std::vector<ActiveFault> faults_;
  std::string killed_host_;
  TimePoint killed_at_{};
  std::map<std::string, std::set<std::string>, std::less<>> locks_;  ///< directories by host
  std::map<std::string, std::string, std::less<>> streams_;          ///< source address by host
  std::map<std::string, std::uint64_t, std::less<>> committed_;      ///< last sequence by host
};

}  // namespace shardlab::scenarios::situations

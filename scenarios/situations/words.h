#pragma once

#include <span>
#include <string_view>

#include "scenarios/situations/pattern.h"

namespace shardlab::scenarios::situations {

// The words in which situations are told.

// Who: a host, as it is at the moment.

using Who = std::function<bool(const Story&, std::string_view host)>;

Who vtctld();
Who vtworker();
Who vtgate();
Who etcd();
Who global_etcd();
Who source_master();
Who source_replica();
Who target_master();
/// Taken out of serving by SplitClone or SplitDiff.
Who drained_tablet();
/// Replica or rdonly, of either side.
Who tablet_of_type(topodata::TabletType type);
/// A stream of filtered replication reads from it.
Who streaming_tablet();

// What happens.

/// A process of that host is killed by a fault.
Happening killed(Who who);
/// A fault of one of these kinds begins, and is about that host.
Happening fault_on(std::span<const std::string_view> kinds, Who who);
/// A fault of one of these kinds ends and had an effect.
Happening fault_took_effect(std::span<const std::string_view> kinds);
Happening migration_step(std::string_view type, std::string_view step);
/// A step of the cutover: `"frozen"`.
Happening cutover_step(std::string_view step);
/// The operator's command, or any for `""`, ends well; with an error; by Ctrl-C.
Happening command_worked(std::string_view name);
Happening command_failed(std::string_view name);
Happening command_interrupted(std::string_view name);
/// A visitor gets an answer, or gives up.
Happening write_answered(fakes::guestbook::Outcome outcome);
Happening read_answered(fakes::guestbook::Outcome outcome, std::string_view tablet_type);
Happening stream(std::string_view state);
Happening worker(std::string_view job, std::string_view state);
/// A visitor's transaction is committed.
Happening visitor_commits();
/// The end of the run, when a question about the whole of it has this answer.
Happening in_the_end(std::function<bool(const Observation&)> holds);

// When.

Condition during(Phase phase);
/// The cutover has come that far and no further.
Condition cutover_at(CutoverStep step);
/// The migration of that type has just done this step.
Condition migration_at(std::string_view type, std::string_view step);
/// SplitClone or SplitDiff is in that state.
Condition worker_at(std::string_view state);
/// The operator has typed this and waits.
Condition while_command(std::string_view name);
Condition arguments_end(std::string_view text);
/// A process of the host has a lock of the topology.
Condition while_locked_by(std::string_view host);
Condition while_streaming();
/// The fault of the event began in that phase.
Condition begun_in(Phase phase);
Condition field_is(std::string_view name, std::string_view value);
Condition field_contains(std::string_view name, std::string_view part);
Condition flag_is_set(std::string_view name);
Condition host_is(Who who);
/// One of these faults is on, and is about such a host.
Condition while_fault(std::span<const std::string_view> kinds, Who who);
Condition of_story(bool (Story::*question)() const);

// Groups of kinds of faults, as the trace names them.

std::span<const std::string_view> process_faults();
std::span<const std::string_view> network_faults();
std::span<const std::string_view> disk_faults();
std::span<const std::string_view> clock_faults();
/// Of a mysqld: all are killed.
std::span<const std::string_view> connection_faults();

// States of a worker.

inline constexpr std::string_view copying = "cloning the data (offline)";
inline constexpr std::string_view synchronizing = "synchronizing replication";
inline constexpr std::string_view comparing = "running the diff";

}  // namespace shardlab::scenarios::situations

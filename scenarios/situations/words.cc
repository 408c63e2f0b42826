#include "scenarios/situations/words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace shardlab::scenarios::situations {
namespace {

using fakes::guestbook::OperationKind;
using fakes::guestbook::Outcome;

constexpr std::array<std::string_view, 5> of_processes{"crash", "power-loss", "restart", "pause",
                                                       "slow-cpu"};
constexpr std::array<std::string_view, 6> of_network{"partition",    "clog",      "slow-tail",
                                                     "lost-replies", "blackhole", "reset"};
constexpr std::array<std::string_view, 3> of_disks{"slow-disk", "full-disk", "failing-disk"};
constexpr std::array<std::string_view, 3> of_clocks{"clock-skew", "clock-drift", "clock-jump"};
constexpr std::array<std::string_view, 1> of_connections{"drop-connections"};

bool is_one_of(std::span<const std::string_view> kinds, std::string_view kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

Who named(std::string_view name) {
  return [name](const Story&, std::string_view host) { return host == name; };
}

/// All hosts of that kind, one per cell or more: `"vtgate-test-1"`.
Who called(std::string_view prefix) {
  return [prefix](const Story&, std::string_view host) { return host.starts_with(prefix); };
}

Who of_side(bool (Story::*is_there)(std::string_view) const, topodata::TabletType type) {
  return [=](const Story& story, std::string_view host) {
    return (story.*is_there)(host) && story.has_type(host, type);
  };
}

/// The hosts in the target of a fault: `"a/mysqld"`, `"a | b"`, `"a > b replies"`.
template <class Ask>
bool any_host_in(std::string_view target, Ask ask) {
  constexpr std::string_view borders = " ,/";
  for (std::size_t from = 0; from < target.size();) {
    const std::size_t end = std::min(target.find_first_of(borders, from), target.size());
    if (end > from && ask(target.substr(from, end - from))) return true;
    from = end + 1;
  }
  return false;
}

Happening command_that(std::string_view name, bool (*ended)(std::int64_t status)) {
  return Happening(EventKind::command_ended, [=](const Moment& moment) {
    return (name.empty() || moment.event.text("name") == name) &&
           ended(moment.event.number_of("status"));
  });
}

}  // namespace

// Who.

Who vtctld() { return named("vtctld"); }
Who vtworker() { return named("vtworker"); }
Who vtgate() { return called("vtgate-"); }
Who etcd() { return called("etcd-"); }
Who global_etcd() { return called("etcd-global"); }
Who source_master() { return of_side(&Story::is_source, topodata::MASTER); }
Who source_replica() { return of_side(&Story::is_source, topodata::REPLICA); }
Who target_master() { return of_side(&Story::is_target, topodata::MASTER); }
Who drained_tablet() { return tablet_of_type(topodata::DRAINED); }

Who tablet_of_type(topodata::TabletType type) {
  return [type](const Story& story, std::string_view host) { return story.has_type(host, type); };
}

Who streaming_tablet() {
  return [](const Story& story, std::string_view host) { return story.is_read_by_stream(host); };
}

// What happens.

Happening killed(Who who) {
  return Happening({EventKind::process_crashed, EventKind::process_lost_power},
                   [who = std::move(who)](const Moment& moment) {
                     return moment.story.is_being_killed(moment.host()) &&
                            who(moment.story, moment.host());
                   });
}

Happening fault_on(std::span<const std::string_view> kinds, Who who) {
  return Happening(EventKind::fault_started, [kinds, who = std::move(who)](const Moment& moment) {
    return is_one_of(kinds, moment.event.text("fault")) &&
           any_host_in(moment.event.text("target"),
                       [&](std::string_view host) { return who(moment.story, host); });
  });
}

Happening fault_took_effect(std::span<const std::string_view> kinds) {
  return Happening(EventKind::fault_ended, [kinds](const Moment& moment) {
    return is_one_of(kinds, moment.event.text("fault")) && moment.event.number_of("effects") > 0;
  });
}

Happening migration_step(std::string_view type, std::string_view step) {
  return EventKind::migration_step_done && field_is("type", type) && field_is("step", step);
}

Happening cutover_step(std::string_view step) { return migration_step("master", step); }

Happening command_worked(std::string_view name) {
  return command_that(name, [](std::int64_t status) { return status == 0; });
}

Happening command_failed(std::string_view name) {
  return command_that(name, [](std::int64_t status) { return status != 0; });
}

Happening command_interrupted(std::string_view name) {
  constexpr std::int64_t interrupted = 130;
  return command_that(name, [](std::int64_t status) { return status == interrupted; });
}

Happening write_answered(Outcome outcome) {
  return Happening(EventKind::guestbook_answered, [=](const Moment& moment) {
    return moment.operation().kind == OperationKind::insert &&
           moment.operation().outcome == outcome;
  });
}

Happening read_answered(Outcome outcome, std::string_view tablet_type) {
  return Happening(EventKind::guestbook_answered, [=](const Moment& moment) {
    return moment.operation().kind == OperationKind::read &&
           moment.operation().outcome == outcome && moment.operation().tablet_type == tablet_type;
  });
}

Happening stream(std::string_view state) {
  return EventKind::stream_state_changed && field_is("state", state);
}

Happening worker(std::string_view job, std::string_view state) {
  return EventKind::worker_state_changed && field_is("job", job) && field_is("state", state);
}

Happening visitor_commits() { return EventKind::query_service_committed; }

Happening in_the_end(std::function<bool(const Observation&)> holds) {
  return Happening(EventKind::run_ended, [holds = std::move(holds)](const Moment& moment) {
    return holds(moment.story.world());
  });
}

// When.

Condition during(Phase phase) {
  return [=](const Moment& moment) { return moment.story.phase() == phase; };
}

Condition cutover_at(CutoverStep step) {
  return [=](const Moment& moment) { return moment.story.cutover_step() == step; };
}

Condition migration_at(std::string_view type, std::string_view step) {
  return [=](const Moment& moment) { return moment.story.migration_step(type) == step; };
}

Condition worker_at(std::string_view state) {
  return [=](const Moment& moment) { return moment.story.worker_state() == state; };
}

Condition while_command(std::string_view name) {
  return [=](const Moment& moment) { return moment.story.command() == name; };
}

Condition arguments_end(std::string_view text) {
  return [=](const Moment& moment) { return moment.event.text("arguments").ends_with(text); };
}

Condition while_locked_by(std::string_view host) {
  return [=](const Moment& moment) { return moment.story.holds_lock(host); };
}

Condition while_streaming() {
  return [](const Moment& moment) { return moment.story.has_running_stream(""); };
}

Condition begun_in(Phase phase) {
  return [=](const Moment& moment) {
    return moment.story.begun_in(moment.event.text("fault"), moment.event.text("target")) == phase;
  };
}

Condition field_is(std::string_view name, std::string_view value) {
  return [=](const Moment& moment) { return moment.event.text(name) == value; };
}

Condition field_contains(std::string_view name, std::string_view part) {
  return [=](const Moment& moment) {
    return moment.event.text(name).find(part) != std::string_view::npos;
  };
}

Condition flag_is_set(std::string_view name) {
  return [=](const Moment& moment) { return moment.event.flag(name); };
}

Condition host_is(Who who) {
  return [who = std::move(who)](const Moment& moment) { return who(moment.story, moment.host()); };
}

Condition while_fault(std::span<const std::string_view> kinds, Who who) {
  return [kinds, who = std::move(who)](const Moment& moment) {
    return moment.story.has_fault([&](std::string_view kind, std::string_view target) {
      return is_one_of(kinds, kind) &&
             any_host_in(target, [&](std::string_view host) { return who(moment.story, host); });
    });
  };
}

Condition of_story(bool (Story::*question)() const) {
  return [=](const Moment& moment) { return (moment.story.*question)(); };
}

// Groups of faults.

std::span<const std::string_view> process_faults() { return of_processes; }
std::span<const std::string_view> network_faults() { return of_network; }
std::span<const std::string_view> disk_faults() { return of_disks; }
std::span<const std::string_view> clock_faults() { return of_clocks; }
std::span<const std::string_view> connection_faults() { return of_connections; }

}  // namespace shardlab::scenarios::situations

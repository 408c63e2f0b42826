#include "scenarios/run/operator.h"

#include <fmt/format.h>
#include <utility>

#include "scenarios/checks/service_goes_on.h"
#include "scenarios/report/format.h"
#include "scenarios/run/events.h"
#include "scenarios/run/outcome.h"

namespace shardlab::scenarios {
namespace {

/// `kvtctl.sh` and the like are not the command, but what runs it.
CommandEnd as_typed(const CommandLine& command) {
  CommandEnd typed;
  typed.arguments = command.arguments;
  typed.name = command.script;
  if (!typed.arguments.empty()) {
    typed.name = typed.arguments.front();
    typed.arguments.erase(typed.arguments.begin());
  }
  return typed;
}

}  // namespace

void Operator::start(TimePoint limit) {
  started_at_ = desk_.cluster.now();
  scripts_.set_limit(limit);
}

OperatorHooks Operator::hooks() {
  OperatorHooks hooks;
  hooks.interrupt = [this] { return scripts_.interrupt(); };
  hooks.play = [this](const std::string& step) { return play_elsewhere(step); };
  hooks.type = [this](const CommandLine& command) { scripts_.type_elsewhere({command}); };
  return hooks;
}

bool Operator::play_elsewhere(const std::string& step) {
  std::vector<CommandLine> commands;
  for (const Step& one : desk_.scenario.steps) {
    for (const CommandLine& command : one.commands) {
      if (one.id == step && command.script == "kvtctl.sh") commands.push_back(command);
    }
  }
  if (!commands.empty()) scripts_.type_elsewhere(commands);
  return !commands.empty();
}

Operator::Played Operator::play(const Step& step, const CommandLine& command) {
  const Retry retry = step.retry.value_or(desk_.scenario.retry.value_or(Retry()));
  int attempts = 1 + retry.times;
  bool had_faults = !desk_.scenario.faults.empty();
  for (;;) {
    if (owes_tablets_) give_back_drained_tablets();
    if (is_over()) return {};
    Played played;
    played.output = type(command, played.has_worked);
    if (played.has_worked || is_over()) return played;
    const std::size_t attempt = desk_.report.steps.size() - 1;
    // Who does not try again leaves everything as the failure left it.
    const bool cleans_up = retry.times > 0 && command.script == "sharded-vtworker.sh";
    if (cleans_up) give_back_drained_tablets();
    if (is_over()) return played;
    if (step.done_when && explain_failure(*step.done_when, desk_.facts.facts()).empty()) {
      forgive(attempt, "done, ");
      return played;
    }
    if (cleans_up) cancel_if_half_done(command, attempt);
    if (--attempts == 0 && std::exchange(had_faults, false)) {
      desk_.end_faults();
      attempts = 1 + retry.times;
    }
    if (attempts == 0) {
      give_up(attempt);
      return played;
    }
    forgive(attempt, "");
    desk_.cluster.run_for(retry.every);
  }
}

void Operator::give_up(std::size_t attempt) {
  const StepReport& told = desk_.report.steps[attempt];
  for (auto& check : desk_.checks) check->command_given_up(told.what, told.failures.front());
}

/// A failure that is part of the story and nothing worse.
void Operator::forgive(std::size_t step, std::string_view prefix) {
  StepReport& told = desk_.report.steps[step];
  told.outcome = fmt::format("{}{}", prefix, told.failures.front());
  told.failures.clear();
}

// What the hints of a failed vtworker say. What cannot be done now is tried again next time.

void Operator::cancel_if_half_done(const CommandLine& command, std::size_t attempt) {
  const std::string error = desk_.report.steps[attempt].failures.front();
  const bool is_half_done = error.find("filtered replication already enabled") != error.npos;
  if (is_half_done) try_out(kvtctl({"CancelResharding", command.arguments.back()}));
}

void Operator::give_back_drained_tablets() {
  owes_tablets_ = false;
  std::vector<std::string> drained;
  for (const std::string& cell : desk_.cluster.cells()) {
    const CommandResult listed = scripts_.run(kvtctl({"ListAllTablets", cell}));
    owes_tablets_ |= listed.status != 0;
    for (std::string& alias : drained_in(listed.output)) drained.push_back(std::move(alias));
  }
  for (const std::string& alias : drained) {
    owes_tablets_ |= !try_out(kvtctl({"StartSlave", alias}));
    owes_tablets_ |= !try_out(kvtctl({"ChangeSlaveType", alias, "rdonly"}));
  }
}

bool Operator::try_out(const CommandLine& command) {
  bool has_worked = false;
  type(command, has_worked);
  if (!has_worked) forgive(desk_.report.steps.size() - 1, "");
  return has_worked;
}

std::string Operator::type(const CommandLine& command, bool& has_worked) {
  StepReport told;
  told.at = since_start();
  told.what = story_name(command);
  if (desk_.transcript) desk_.transcript("$ " + command.typed + "\n");
  const TimePoint from = desk_.cluster.now();
  const CommandEnd typed = as_typed(command);
  const std::string arguments = fmt::format("{}", fmt::join(typed.arguments, " "));
  desk_.cluster.world().emit(CommandStarted{typed.name, arguments});
  const CommandResult result = scripts_.run(command);
  desk_.cluster.world().emit(CommandEnded{typed.name, arguments, result.status, result.error});
  has_worked = result.status == 0 && !result.timed_out;
  if (desk_.transcript) desk_.transcript(result.output + "\n");
  tell_checks(command, result, from);
  ++desk_.report.commands;
  told.outcome = story_outcome(command, result.output);
  tell_outcome(result, from, told);
  desk_.report.steps.push_back(told);
  return result.output;
}

void Operator::tell_outcome(const CommandResult& result, TimePoint from, StepReport& told) {
  if (result.status != 0) {
    told.failures.push_back(fmt::format("exit status {}: {}", result.status, result.error));
  }
  if (result.timed_out) {
    const std::string limit = format_span(desk_.scenario.limit);
    desk_.report.inconclusive = fmt::format("limit of {} reached during {}", limit, told.what);
  }
  const bool is_cutover = told.what.starts_with("MigrateServedTypes") &&
                          told.what.ends_with(" master") && result.status == 0;
  if (!is_cutover) return;
  const TimePoint now = desk_.cluster.now();
  const WriteGap gap = longest_write_gap(desk_.cluster.ledger(), from, now, now);
  told.outcome = gap.longest.count() == 0
                     ? "no write came"
                     : fmt::format("no write for {}", format_span(gap.longest));
}

void Operator::tell_checks(const CommandLine& command, const CommandResult& result,
                           TimePoint from) {
  CommandEnd end = as_typed(command);
  end.ok = result.status == 0;
  const bool cutover = end.name == "MigrateServedTypes" && !end.arguments.empty() &&
                       end.arguments.back() == "master";
  for (auto& check : desk_.checks) {
    if (cutover) check->announce_window("MigrateServedTypes master", from, desk_.cluster.now());
    check->command_ended(end);
  }
}

}  // namespace shardlab::scenarios

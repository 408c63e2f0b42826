#include "scenarios/case/case.h"

#include <algorithm>
#include <array>
#include <utility>

#include "scenarios/sweep/signature.h"

namespace shardlab::scenarios {
namespace {

/// Drawn for what a case says in other words.
void forget_what_is_said(sim::ChoiceTape& draws) {
  constexpr std::array<std::string_view, 5> said{"swarm.", "fault.", "guestbook.jitter",
                                                 "guestbook.kind", "guestbook.page"};
  std::vector<std::string> sites;
  for (const auto& [name, site] : draws.sites()) {
    const bool is_said =
        std::ranges::any_of(said, [&](std::string_view part) { return name.starts_with(part); });
    if (is_said) sites.push_back(name);
  }
  for (const std::string& site : sites) draws.erase(site);
}

void fix(FaultTarget& target, const std::string& drawn) {
  if (drawn.empty()) return;
  target.function.clear();
  target.argument = drawn;
}

std::vector<FaultSpec> fixed_faults(std::vector<FaultSpec> specs,
                                    const std::vector<FaultOutcome>& outcomes) {
  std::vector<FaultSpec> fixed;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const FaultOutcome& outcome = outcomes[i];
    if (!outcome.began) continue;
    FaultSpec& spec = specs[i];
    spec.chance_millionths = 1'000'000;
    spec.trigger.least_delay = spec.trigger.most_delay = outcome.delay;
    fix(spec.target, outcome.drawn_target);
    if (spec.peer) fix(*spec.peer, outcome.drawn_peer);
    fixed.push_back(std::move(spec));
  }
  return fixed;
}

std::size_t tablets_of(const ShardSpec& shard) {
  return static_cast<std::size_t>(shard.replica) + static_cast<std::size_t>(shard.rdonly);
}

CaseFailure as_failure(const Violated& violated) {
  CaseFailure failure;
  failure.property = violated.name;
  failure.violation_class = violated.violation_class;
  failure.sentence = sentence_of(violated.detail);
  return failure;
}

}  // namespace

std::optional<CaseFailure> failure_of(const RunReport& report) {
  const std::vector<Violated> violated = violations_of(report);
  if (violated.empty()) return std::nullopt;
  return as_failure(violated.front());
}

Case case_of(std::string base, Recording recording, const RunReport& report, FoundBy found_by) {
  Case made;
  made.base = std::move(base);
  made.scenario = std::move(recording.scenario);
  made.scenario.is_swarm = false;
  made.scenario.faults = fixed_faults(std::move(made.scenario.faults), recording.faults);
  if (!made.scenario.loads.empty()) {
    Load visitors;
    visitors.visits = std::move(recording.visits);
    made.scenario.loads = {std::move(visitors)};
  }
  made.schedule = recording.schedule;
  made.draws = std::move(recording.choices);
  forget_what_is_said(made.draws);
  made.found_by = std::move(found_by);
  made.failure = failure_of(report).value_or(CaseFailure());
  made.digest = report.digest;
  made.events = report.events;
  return made;
}

RunReport play_case(const Case& what, RunOptions rest) {
  rest.seed = what.found_by.seed;
  rest.schedule = what.schedule;
  rest.choices = what.draws;
  rest.stop_at = what.failure.property;
  RunReport report = run_scenario(what.scenario, std::move(rest));
  report.played.reset();  // what it leaves out is meant to be missing
  return report;
}

std::optional<CaseFailure> failure_like(const CaseFailure& failure, const RunReport& report) {
  const std::string signature = signature_of(failure.sentence);
  for (const Violated& violated : violations_of(report)) {
    CaseFailure shown = as_failure(violated);
    if (shown.property == failure.property && signature_of(shown.sentence) == signature)
      return shown;
  }
  return std::nullopt;
}

std::vector<std::string> violated_names(const RunReport& report) {
  std::vector<std::string> names;
  for (const Violated& violated : violations_of(report)) names.push_back(violated.name);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool fails_no_worse(const Case& what, const RunReport& report) {
  const std::vector<std::string> names = violated_names(report);
  return std::ranges::all_of(names, [&](const std::string& name) {
    return name == what.failure.property || std::ranges::count(what.also, name) > 0;
  });
}

CaseSize size_of(const Case& what) {
  CaseSize size;
  size.faults = what.scenario.faults.size();
  for (const Load& load : what.scenario.loads) {
    if (load.visits) size.visits += load.visits->size();
  }
  if (what.scenario.data) size.rows = what.scenario.data->count;
  for (const KeyspaceSpec& keyspace : what.scenario.keyspaces) {
    for (const ShardSpec& shard : keyspace.shards) size.tablets += tablets_of(shard);
  }
  for (const ShardSpec& shard : what.scenario.sharded_template) size.tablets += tablets_of(shard);
  return size;
}

std::string name_of(const Case& what) {
  constexpr std::size_t shown = 6;
  return what.digest.substr(0, shown);
}

}  // namespace shardlab::scenarios

#include "tools/testing/play.h"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <thread>

#include "scenarios/report/format.h"
#include "tools/cases/find.h"
#include "tools/cases/replay.h"
#include "tools/testing/surroundings.h"

namespace shardlab::testing {
namespace {

using scenarios::CaseFailure;
using scenarios::Property;
using scenarios::PropertyOutcome;
using scenarios::PropertyReport;
using scenarios::RunReport;
using scenarios::Scenario;

std::optional<CaseFailure> open_question_of(const RunReport& report) {
  CaseFailure failure;
  failure.property = "inconclusive";
  failure.sentence = report.inconclusive;
  if (!failure.sentence.empty()) return failure;
  for (const PropertyReport& property : report.properties) {
    const bool is_open = property.kind != Property::Kind::sometimes &&
                         property.outcome == PropertyOutcome::inconclusive;
    if (!is_open) continue;
    failure.sentence = fmt::format("{}: {}", property.name, property.detail);
    return failure;
  }
  return std::nullopt;
}

std::optional<CaseFailure> judged(const RunReport& report, const Demand& demand) {
  auto failure = scenarios::failure_of(report);
  const bool counts =
      failure && !(demand.commands_may_fail && failure->violation_class == "expectation");
  return counts ? failure : open_question_of(report);
}

Played replayed(WantedCase wanted, Demand demand) {
  Played played;
  scenarios::RunOptions options;
  options.checks = demand.checks;
  played.report = play_case(wanted.what, std::move(options));
  played.failure = failure_like(wanted.what.failure, played.report);
  played.seed = wanted.what.found_by.seed;
  played.scenario = std::move(wanted.what.scenario);
  played.demand = std::move(demand);
  played.case_file = std::move(wanted.file);
  return played;
}

/// What only the test can judge, and not the program.
bool is_own(const Demand& demand, const CaseFailure& failure) {
  return std::ranges::any_of(demand.checks, [&](const scenarios::OwnCheck& own) {
    return own.property.name == failure.property;
  });
}

std::string told_by_seed(const Played& played, std::string_view why) {
  return fmt::format("seed {} of {}: {}\n{}", played.seed, played.scenario.name, why,
                     format_text(played.report));
}

std::string told_of_replay(const Played& played) {
  const auto wanted = wanted_case();
  const std::string file = is_own(played.demand, *played.failure) ? "" : *played.case_file;
  return line_that_replays(*played.case_file) + "\n\n" +
         tools::replay_of(wanted->what, played.report, file).text;
}

}  // namespace

Played play(const Scenario& scenario, std::uint64_t seed, Demand demand) {
  auto wanted = wanted_case();
  if (wanted && wanted->is_of_this_test) return replayed(std::move(*wanted), std::move(demand));
  Played played;
  scenarios::RunOptions options;
  options.seed = seed;
  options.checks = demand.checks;
  played.report = run_scenario(scenario, std::move(options));
  played.failure = judged(played.report, demand);
  played.scenario = scenario;
  played.seed = seed;
  played.demand = std::move(demand);
  return played;
}

std::string tell(const Played& played) {
  if (!played.failure) return format_text(played.report);
  if (played.case_file) return told_of_replay(played);
  if (played.failure->property == "inconclusive") {
    return told_by_seed(played, "it could not be judged");
  }
  if (played.scenario.path.empty()) {
    return told_by_seed(played, "only what was read from a file can be saved as a case");
  }
  tools::Suspect suspect;
  suspect.file = played.scenario.path;
  suspect.seed = played.seed;
  suspect.scenario = played.scenario;
  suspect.test = test_name();
  tools::ShrinkOptions options;
  options.folder = found_folder();
  options.workers = std::max(1U, std::thread::hardware_concurrency());
  options.budget = shrink_budget();
  options.checks = played.demand.checks;
  const auto found = find_case(suspect, options);
  if (!found) return told_by_seed(played, "written out as a case it does not fail");
  std::string text = line_that_replays(found->file) + "\n\n";
  const std::string file = is_own(played.demand, found->smallest.failure) ? "" : found->file;
  text += format_failure(found->smallest, found->report, file, found->raw_file, found->shrinking);
  if (found->is_nondeterministic) {
    text += "the case plays otherwise than the test: no file can hold all of its scenario\n";
  }
  if (found->was_interrupted) std::raise(SIGINT);
  return text;
}

}  // namespace shardlab::testing

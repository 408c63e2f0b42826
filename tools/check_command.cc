#include "tools/check_command.h"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>

#include "scenarios/file/load.h"
#include "scenarios/situations/catalogue.h"
#include "scenarios/text/text_error.h"
#include "tools/cases/case_store.h"
#include "tools/exit_status.h"
#include "tools/files.h"
#include "tools/options.h"
#include "tools/scenario_files.h"
#include "tools/sweep/format.h"
#include "tools/told.h"

namespace shardlab::tools {
namespace {

constexpr std::uint64_t most_worlds = 1'000'000'000'000;
Seeds parse_seed_options(const std::string& range, const std::string& partition) {
  Seeds seeds;
  try {
    seeds.range = scenarios::parse_range(range);
  } catch (const scenarios::TextError&) {
    throw WrongUsage(fmt::format("--seeds wants a range such as 1..1000, not \"{}\"", range));
  }
  const auto part = parse_partition(partition);
  if (!part) {
    throw WrongUsage(fmt::format(
        "--partition wants a part of a number of parts such as 2/5, not \"{}\"", partition));
  }
  seeds.partition = *part;
  return seeds;
}

}  // namespace

CheckCommand::CheckCommand(CLI::App& app)
    : command_(app.add_subcommand("check", "Plays scenarios with many seeds and judges them all")) {
  command_->add_option("PATH", paths_, "Scenario files, or folders: the scenarios directly in them")
      ->required();
  command_->add_option("--seeds", seeds_, "Every scenario is played with each of A..B [1..1000]");
  command_->add_option("--partition", partition_,
                       "M/N: of these seeds every Nth, from the Mth on; for many machines");
  command_->add_option("--time", time_, "No world begins after this much real time: 60s, 10m");
  add_jobs_option(*command_, jobs_);
  add_dir_option(*command_, folder_);
  command_->add_option("--shrink", shrink_,
                       "Real time to make each case smaller; 0s leaves it as found [60s]");
  command_->add_option("--schedule", schedule_,
                       "Who goes first at one instant: fifo, random, pct[:DEPTH], delay[:DELAYS]");
  command_->add_flag("--json", json_, "A line of JSON for each scenario, and one for the sweep");
  command_->footer(fmt::format(
      "Examples\n"
      "  shardlab check scenarios/files --time 60s            as many worlds as a minute has\n"
      "  shardlab check scenarios/files/guide-live.toml       a thousand\n"
      "  shardlab check FILE --seeds 1..100000 --partition 2/5   the second of five machines\n\n"
      "Worlds that fail in the same way are one finding, with the first seed and the command that\n"
      "plays it again. A situation that a scenario names as \"sometimes\" must be reached by some\n"
      "world; once {} worlds could have (rare ones: more), one that none reached is a violation.\n"
      "Each finding is saved as a case below --dir, made smaller, and shown. Cases in the folder\n"
      "regressions of a named folder, or beside a named file, are played before all seeds.\n"
      "What is printed does not depend on --jobs, but for the line \"figures\" and the size of "
      "cases.\n\n"
      "Exit status  0 every property held in every world   1 one was violated, or a situation was\n"
      "             never reached   2 wrong usage or invalid scenario   3 some worlds are\n"
      "             inconclusive   4 a case gave two traces   5 nothing ran   70 internal error, "
      "also if a worker died\n"
      "             130 Ctrl-C, after the summary so far",
      scenarios::situations::Situation::usual_worlds));
}

int CheckCommand::execute() const {
  return told("check", [this] { return check(); });
}

int CheckCommand::check() const {
  const SweepPlan sweep = plan();
  if (sweep.worlds() == 0) {
    const std::string why =
        sweep.scenarios.empty()
            ? "no scenario lies directly in what was named; name its folder or its file"
            : fmt::format("--seeds {} leaves none for --partition {}", seeds_, partition_);
    std::fprintf(stderr, "shardlab: nothing to run: %s\n", why.c_str());
    return exit_nothing_ran;
  }
  const Duration budget = time_of("--shrink", shrink_);
  SweepResult result;
  const PlayedCases regressions = play_cases(regression_files(), sweep.workers);
  if (regressions.was_interrupted) {
    result.jobs.end = JobsResult::End::interrupted;
  } else {
    result = play_sweep(sweep);
    find_cases(sweep, budget, result);
  }
  const std::string text = json_ ? format_json(regressions) + format_json(sweep, result)
                                 : format_text(regressions) + format_text(sweep, result);
  print(text);
  check_printed();
  return exit_status(regressions, result);
}

/// Those of all paths, each once.
std::vector<std::string> CheckCommand::regression_files() const {
  std::vector<std::string> files;
  for (const std::string& path : paths_) {
    for (std::string& file : cases_in(regressions_of(path))) files.push_back(std::move(file));
  }
  std::ranges::sort(files);
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

/// The first world of each finding becomes a case.
void CheckCommand::find_cases(const SweepPlan& plan, Duration budget, SweepResult& result) const {
  if (result.jobs.end == JobsResult::End::interrupted) return;
  ShrinkOptions options;
  options.folder = folder_;
  options.workers = plan.workers;
  options.budget = budget;
  for (std::size_t i = 0; i < result.tallies.size(); ++i) {
    for (const scenarios::Finding& finding : result.tallies[i].findings()) {
      if (finding.first.ending != scenarios::Ending::violated) continue;
      if (result.cases.size() == most_cases) return;
      auto found = find_case(
          {plan.scenarios[i].file, plan.scenarios[i].scenario, finding.first.seed, plan.schedule},
          options);
      if (!found) continue;
      const bool was_interrupted = found->was_interrupted;
      result.cases.push_back({i, finding.first.seed, std::move(*found)});
      if (was_interrupted) return;
    }
  }
}

SweepPlan CheckCommand::plan() const {
  SweepPlan plan;
  plan.seeds = parse_seed_options(seeds_, partition_);
  const auto schedule = sim::Schedule::parse(schedule_);
  if (!schedule) throw WrongUsage("--schedule: " + schedule.error().message());
  plan.schedule = *schedule;
  if (!time_.empty()) plan.time = time_of("--time", time_);
  plan.workers = workers_of(jobs_);
  for (const std::string& file : scenario_files(paths_)) {
    plan.scenarios.push_back({file, scenarios::load_scenario(file)});
  }
  const std::uint64_t most_seeds = most_worlds / std::max<std::size_t>(plan.scenarios.size(), 1);
  if (plan.seeds.range.last - plan.seeds.range.first >= most_seeds) {
    throw WrongUsage(fmt::format("--seeds {}: too many worlds; take a smaller range", seeds_));
  }
  return plan;
}

}  // namespace shardlab::tools

#include "tools/case_commands.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <set>
#include <thread>

#include "scenarios/case/case_file.h"
#include "scenarios/report/format.h"
#include "scenarios/sweep/signature.h"
#include "tools/cases/case_store.h"
#include "tools/cases/find.h"
#include "tools/cases/regressions.h"
#include "tools/cases/replay.h"
#include "tools/exit_status.h"
#include "tools/files.h"
#include "tools/options.h"
#include "tools/told.h"
#include "tools/trace_view.h"

namespace shardlab::tools {
namespace {

namespace fs = std::filesystem;

using scenarios::Case;

}  // namespace

ReplayCommand::ReplayCommand(CLI::App& app)
    : command_(app.add_subcommand("replay", "Plays one saved case again, exactly")) {
  command_->add_option("CASE", case_, "A case file (TOML)")->required();
  command_->add_flag("--transcript", transcript_, "Also everything the commands print");
  command_->add_option("--trace", trace_,
                       "Write every event to this file: .txt, .jsonl, .sltrace, .json (Perfetto)");
  command_->footer(
      "Exit status  1 it fails as it did   4 it does, but its trace is another one   6 the "
      "outcome\n"
      "             changed: it holds now, or fails otherwise   2 wrong usage or invalid case");
}

int ReplayCommand::execute() const {
  return told("replay", [this] { return replay(); });
}

int ReplayCommand::replay() const {
  const Case saved = scenarios::load_case(case_);
  scenarios::RunOptions options;
  if (transcript_) options.transcript = [](std::string_view text) { print(std::string(text)); };
  TraceOutput trace;
  if (!trace_.empty()) {
    const sim::TraceHeader header{.scenario = saved.scenario.name,
                                  .seed = saved.found_by.seed,
                                  .schedule = sim::to_string(saved.schedule),
                                  .program = SHARDLAB_VERSION,
                                  .start = sim::World::start_time,
                                  .is_played = true};
    trace = TraceOutput(trace_, header);
    options.trace = [&trace](const sim::TraceEvent& event) { trace.write(event); };
  }
  const scenarios::RunReport report = play_case(saved, std::move(options));
  trace.finish(report.digest);
  const Replay outcome = replay_of(saved, report, case_);
  print(outcome.text);
  check_printed();
  return outcome.status;
}

ShrinkCommand::ShrinkCommand(CLI::App& app)
    : command_(app.add_subcommand("shrink", "Makes a case smaller as long as it fails alike")) {
  command_->add_option("CASE", case_, "A case file (TOML); holds the smallest in the end")
      ->required();
  command_->add_option("--budget", budget_, "Real time that it may take [60s]");
  add_jobs_option(*command_, jobs_);
  command_->footer(
      "Exit status  1 it fails, and is as small as the budget allowed   6 it does not fail any "
      "more\n"
      "             4 it gave two different traces   130 Ctrl-C, the smallest is saved");
}

int ShrinkCommand::execute() const {
  return told("shrink", [this] { return shrink(); });
}

int ShrinkCommand::shrink() const {
  ShrinkOptions options;
  options.workers = workers_of(jobs_);
  options.budget = time_of("--budget", budget_);
  const auto found = shrink_file(case_, options);
  if (!found) {
    print(fmt::format("outcome changed: {} does not fail as it did; see: shardlab replay {}\n",
                      case_, case_));
    return exit_changed;
  }
  print(format_failure(found->smallest, found->report, found->file, "", found->shrinking));
  check_printed();
  if (found->was_interrupted) return exit_interrupted;
  return found->is_nondeterministic ? exit_nondeterminism : exit_violated;
}

CorpusCommand::CorpusCommand(CLI::App& app)
    : command_(app.add_subcommand("corpus", "The cases that check plays before all seeds")) {
  command_->require_subcommand(1);
  command_->add_option("--in", folder_, "The folder they lie in [regressions]");
  list_ = command_->add_subcommand("list", "Prints what each case is about");
  add_ = command_->add_subcommand("add", "Copies a found case into the folder");
  add_->add_option("CASE", case_, "A case file (TOML)")->required();
  run_ = command_->add_subcommand("run", "Plays all of them: each must hold");
  add_jobs_option(*run_, jobs_);
  prune_ = command_->add_subcommand("prune", "Removes cases that tell the same as a smaller one");
}

int CorpusCommand::execute() const {
  return told("corpus", [this] {
    if (list_->parsed()) return list();
    if (add_->parsed()) return add();
    if (run_->parsed()) return run();
    return prune();
  });
}

std::vector<std::string> CorpusCommand::files() const {
  std::vector<std::string> files = cases_in(folder_);
  if (files.empty()) {
    std::fprintf(stderr,
                 "shardlab: no case lies in %s; add one: shardlab corpus add CASE --in %s\n",
                 folder_.c_str(), folder_.c_str());
  }
  return files;
}

int CorpusCommand::list() const {
  const std::vector<std::string> cases = files();
  for (const std::string& file : cases) {
    const Case one = scenarios::load_case(file);
    const scenarios::CaseSize size = size_of(one);
    print(fmt::format("{}  {}  {} seed {}  {} faults, {} visits\n", file, one.failure.property,
                      one.found_by.scenario, one.found_by.seed, size.faults, size.visits));
  }
  check_printed();
  return cases.empty() ? exit_nothing_ran : exit_held;
}

int CorpusCommand::add() const {
  const Case one = scenarios::load_case(case_);
  // What a step expects has no name of its own.
  const bool is_property = one.failure.violation_class != "expectation";
  const std::string folder = is_property ? one.failure.property : "expectation";
  const std::string path = (fs::path(folder_) / folder / (name_of(one) + ".toml")).string();
  save_case(one, path);
  print(fmt::format("{}\n", path));
  check_printed();
  return exit_held;
}

int CorpusCommand::run() const {
  const PlayedCases played = play_cases(files(), workers_of(jobs_));
  print(format_text(played));
  check_printed();
  if (played.was_interrupted) return exit_interrupted;
  return status_of(played);
}

int CorpusCommand::prune() const {
  std::vector<std::pair<scenarios::CaseSize, std::string>> cases;
  for (const std::string& file : files()) {
    cases.emplace_back(size_of(scenarios::load_case(file)), file);
  }
  std::ranges::stable_sort(cases, {}, [](const auto& one) {
    return std::tuple(one.first.faults, one.first.visits, one.first.tablets, one.first.rows);
  });
  std::set<std::string> told_already;
  for (const auto& [size, file] : cases) {
    const Case one = scenarios::load_case(file);
    std::string tells =
        fmt::format("{}\n{}", one.failure.property, scenarios::signature_of(one.failure.sentence));
    for (const scenarios::FaultSpec& fault : one.scenario.faults) {
      tells += fmt::format("\n{}", fault.kind->name);
    }
    if (told_already.insert(tells).second) continue;
    fs::remove(file);
    fs::remove(fs::path(file).replace_extension(".choices"));
    print(fmt::format("removed {}\n", file));
  }
  check_printed();
  return exit_held;
}

}  // namespace shardlab::tools

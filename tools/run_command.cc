#include "tools/run_command.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <optional>

#include "core/base/error.h"
#include "scenarios/file/load.h"
#include "scenarios/report/format.h"
#include "scenarios/run/runner.h"
#include "scenarios/text/text_error.h"
#include "scenarios/text/units.h"
#include "sim/world.h"
#include "tools/exit_status.h"
#include "tools/files.h"
#include "tools/told.h"
#include "tools/trace_view.h"

namespace shardlab::tools {
namespace {

/// `"1..200"`. Nothing when it is no range.
std::optional<scenarios::NumberRange> parse_seeds(const std::string& text) {
  if (text.find("..") == std::string::npos) return std::nullopt;
  try {
    return scenarios::parse_range(text);
  } catch (const scenarios::TextError&) {
    return std::nullopt;
  }
}

}  // namespace

RunCommand::RunCommand(CLI::App& app)
    : command_(app.add_subcommand("run", "Plays scenario files and judges them")) {
  command_->add_option("FILE", files_, "Scenario files (TOML)")->required();
  auto* seed = command_->add_option("--seed", seed_, "The one number that decides every choice");
  auto* seeds = command_->add_option("--seeds", seeds_, "Many seeds, A..B: a line for each");
  seed->excludes(seeds);
  command_->add_option("--schedule", schedule_,
                       "Who goes first at one instant: fifo, random, pct[:DEPTH], delay[:DELAYS]");
  auto* record = command_->add_option("--record-choices", record_choices_,
                                      "Write every choice of the run to this file");
  auto* play = command_->add_option("--play-choices", play_choices_,
                                    "Take the choices from this file instead of a seed");
  play->excludes(seed)->excludes(seeds);
  record->excludes(seeds);
  command_->add_flag("--transcript", transcript_, "Also everything the commands print");
  command_->add_flag("--json", json_, "The report as one line of JSON");
  command_
      ->add_option("--trace", trace_,
                   "Write every event to this file: .txt, .jsonl, .sltrace, .json (Perfetto)")
      ->excludes(seeds);
}

int RunCommand::execute() const {
  if (files_.size() > 1 && !trace_.empty()) {
    std::fprintf(stderr,
                 "shardlab: --trace takes one scenario at a time\n"
                 "See: shardlab run --help\n");
    return exit_usage;
  }
  int worst = exit_held;
  for (const std::string& file : files_) {
    const int status = told("run", [&] { return run_file(file); });
    worst = std::max(worst, status);
  }
  return worst;
}

int RunCommand::run_file(const std::string& file) const {
  const scenarios::Scenario scenario = scenarios::load_scenario(file);
  return seeds_.empty() ? run_one(scenario) : run_many(scenario);
}

scenarios::RunOptions RunCommand::base_options() const {
  scenarios::RunOptions options;
  options.seed = seed_;
  const auto schedule = sim::Schedule::parse(schedule_);
  if (!schedule) throw WrongUsage("--schedule: " + schedule.error().message());
  options.schedule = *schedule;
  if (!play_choices_.empty()) {
    const std::string bytes = read_file(play_choices_);
    const auto tape = sim::ChoiceTape::decode(bytes);
    if (!tape) throw WrongUsage(play_choices_ + ": " + tape.error().message());
    options.choices = *tape;
  }
  return options;
}

TraceOutput RunCommand::trace_output(const scenarios::Scenario& scenario,
                                     const scenarios::RunOptions& options) const {
  if (trace_.empty()) return {};
  const sim::TraceHeader header{.scenario = scenario.name,
                                .seed = options.choices ? 0 : options.seed,
                                .schedule = sim::to_string(options.schedule),
                                .program = SHARDLAB_VERSION,
                                .start = sim::World::start_time,
                                .is_played = options.choices.has_value()};
  return TraceOutput(trace_, header);
}

int RunCommand::run_one(const scenarios::Scenario& scenario) const {
  scenarios::RunOptions options = base_options();
  File choices;
  if (!record_choices_.empty()) {
    choices.reset(std::fopen(record_choices_.c_str(), "wb"));
    if (!choices) {
      throw WrongUsage("cannot write " + record_choices_ +
                       "; choose another file for --record-choices");
    }
    options.record = [sink = sink_of(choices)](const scenarios::Recording& run) {
      sink(run.choices.encode());
    };
  }
  if (transcript_) options.transcript = [](std::string_view text) { print(std::string(text)); };
  TraceOutput trace = trace_output(scenario, options);
  if (trace) options.trace = [&trace](const sim::TraceEvent& event) { trace.write(event); };
  const auto started = std::chrono::steady_clock::now();
  const scenarios::RunReport report = scenarios::run_scenario(scenario, std::move(options));
  const auto real = std::chrono::steady_clock::now() - started;
  print(json_ ? scenarios::format_json(report) : scenarios::format_text(report));
  std::fflush(stdout);
  std::fprintf(stderr, "%s\n", scenarios::format_real_time(real, report.length).c_str());
  trace.finish(report.digest);
  if (choices) close_written(std::move(choices), record_choices_);
  return scenarios::exit_status(scenarios::verdict_of(report));
}

int RunCommand::run_many(const scenarios::Scenario& scenario) const {
  const auto range = parse_seeds(seeds_);
  if (!range) {
    std::fprintf(stderr, "shardlab: --seeds wants a range such as 1..200, not \"%s\"\n",
                 seeds_.c_str());
    return exit_usage;
  }
  int worst = exit_held;
  for (std::uint64_t seed = range->first; seed <= range->last; ++seed) {
    scenarios::RunOptions options = base_options();
    options.seed = seed;
    const scenarios::RunReport report = scenarios::run_scenario(scenario, std::move(options));
    const scenarios::Verdict verdict = scenarios::verdict_of(report);
    if (json_) {
      print(scenarios::format_json(report));
    } else {
      print(fmt::format("{} seed {}  {}  trace {}  {} events\n", report.scenario, report.seed,
                        scenarios::to_string(verdict), report.digest,
                        scenarios::format_count(report.events)));
      if (verdict != scenarios::Verdict::held) print(scenarios::format_text(report));
    }
    std::fflush(stdout);
    worst = std::max(worst, scenarios::exit_status(verdict));
  }
  return worst;
}

}  // namespace shardlab::tools

#include "tools/crash_points_command.h"

#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scenarios/file/load.h"
#include "scenarios/report/format.h"
#include "tools/cases/find.h"
#include "tools/exit_status.h"
#include "tools/files.h"
#include "tools/options.h"
#include "tools/told.h"

namespace shardlab::tools {
namespace {

using scenarios::Ending;
using scenarios::format_count;

/// Of each finding, or none.
using Cases = std::vector<std::optional<FoundCase>>;

std::string counts_text(std::string_view head, const std::map<std::string, std::uint64_t>& counts) {
  std::string text = fmt::format("  {:<10}", head);
  std::string_view dot;
  for (const auto& [name, count] : counts) {
    text += fmt::format("{}{} {}", std::exchange(dot, " · "), name, format_count(count));
  }
  return text + '\n';
}

std::string points_text(const std::vector<CrashPoint>& points) {
  std::string text = points.front().text();
  for (std::size_t i = 1; i < points.size(); ++i) text += "; then " + points[i].text();
  return text;
}

std::string finding_text(const CrashFinding& finding, const std::string& replay) {
  const std::string others =
      finding.worlds > 1 ? fmt::format(" and {} more", format_count(finding.worlds - 1)) : "";
  const auto& record = finding.record;
  return fmt::format("  {:<10}{}  {}{}\n            {}\n  replay    {}\n",
                     record.ending == Ending::violated ? "FAIL" : "ERROR",
                     record.property.empty() ? to_string(record.ending) : record.property,
                     points_text(finding.points), others, scenarios::sentence_of(record.detail),
                     replay);
}

Ending ending_of(const CrashResult& result) {
  Ending worst = result.calm.ending;
  for (const CrashFinding& finding : result.findings) {
    if (finding.record.ending == Ending::failed) return Ending::failed;
    if (finding.record.ending == Ending::violated) worst = Ending::violated;
    if (worst == Ending::held) worst = finding.record.ending;
  }
  return worst;
}

int status_of(const CrashResult& result) {
  return result.was_interrupted ? exit_interrupted : exit_status_of(ending_of(result));
}

std::string summary_text(const CrashPlan& plan, const CrashResult& result, const Cases& cases) {
  std::string told;
  for (const auto& found : cases) {
    if (!found) continue;
    told += format_failure(found->smallest, found->report, found->file, found->raw_file,
                           found->shrinking) +
            '\n';
  }
  const double seconds = std::chrono::duration<double>(result.real).count();
  std::string text =
      fmt::format("{}  seed {}  {} points  {} worlds{}  held {}\n", plan.scenario.name, plan.seed,
                  format_count(result.points), format_count(result.worlds),
                  plan.has_pairs ? " of two crashes each" : "", format_count(result.held));
  text += counts_text("processes", result.by_process) + counts_text("steps", result.by_step);
  if (!result.is_complete) text += "  stopped   not all points were tried\n";
  text += fmt::format("figures     {:.1f} worlds/s · {:.1f} s\n",
                      static_cast<double>(result.worlds) / seconds, seconds);
  for (std::size_t i = 0; i < result.findings.size(); ++i) {
    const std::string again =
        fmt::format("shardlab crash-points {} --seed {}", plan.file, plan.seed);
    text += finding_text(result.findings[i],
                         cases[i] ? "shardlab replay " + in_shell(cases[i]->file) : again);
  }
  return told + text + fmt::format("verdict     {}\n", to_string(ending_of(result)));
}

std::string summary_json(const CrashPlan& plan, const CrashResult& result, const Cases& cases) {
  nlohmann::ordered_json json;
  json["scenario"] = plan.scenario.name;
  json["seed"] = plan.seed;
  json["points"] = result.points;
  json["worlds"] = result.worlds;
  json["held"] = result.held;
  json["pairs"] = plan.has_pairs;
  json["complete"] = result.is_complete;
  json["by_process"] = result.by_process;
  json["by_step"] = result.by_step;
  json["findings"] = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < result.findings.size(); ++i) {
    const CrashFinding& finding = result.findings[i];
    nlohmann::ordered_json one{{"verdict", to_string(finding.record.ending)},
                               {"property", finding.record.property},
                               {"detail", finding.record.detail},
                               {"points", points_text(finding.points)},
                               {"worlds", finding.worlds}};
    if (cases[i]) one["case"] = cases[i]->file;
    json["findings"].push_back(std::move(one));
  }
  json["verdict"] = to_string(ending_of(result));
  json["real_ns"] = result.real.count();
  // A server's error text may hold bytes that are no UTF-8; the line must come out all the same.
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

CrashPointsCommand::CrashPointsCommand(CLI::App& app)
    : command_(app.add_subcommand(
          "crash-points", "Crashes each process at each moment that another could tell apart")) {
  command_->add_option("FILE", file_, "A scenario file (TOML) whose operator tries again")
      ->required();
  command_->add_option("--seed", seed_, "Decides every choice of the run [1]");
  command_->add_option("--every", every_, "Only every Nth point [1]")
      ->check(CLI::Range(1, 1 << 30));
  command_->add_flag("--pairs", pairs_, "A second process dies, too, at a later point");
  command_->add_option("--time", time_, "No world begins after this much real time: 60s, 10m");
  add_jobs_option(*command_, jobs_);
  add_dir_option(*command_, folder_);
  command_->add_option("--shrink", shrink_,
                       "Real time to make each case smaller; 0s leaves it as found [60s]");
  command_->add_flag("--json", json_, "The result as one line of JSON");
  command_->footer(
      "The scenario is played once; before each message of a process the program forks. In the\n"
      "child that process dies, starts again after five seconds, and the rest of the scenario is\n"
      "played and judged. Between two messages no other process can tell one moment of a death\n"
      "from another. What a [swarm] would draw is left as the scenario has it.\n\n"
      "Exit status  as that of check");
}

int CrashPointsCommand::execute() const {
  return told("crash-points", [this] { return try_points(); });
}

CrashPlan CrashPointsCommand::plan() const {
  CrashPlan plan;
  plan.file = file_;
  plan.scenario = scenarios::load_scenario(file_);
  plan.scenario.is_swarm = false;
  plan.seed = seed_;
  plan.every = every_;
  plan.has_pairs = pairs_;
  plan.workers = workers_of(jobs_);
  if (!time_.empty()) plan.time = time_of("--time", time_);
  return plan;
}

std::vector<std::optional<FoundCase>> CrashPointsCommand::find_cases(
    const CrashPlan& plan, const CrashResult& result, const ShrinkOptions& options) const {
  std::vector<std::optional<FoundCase>> cases;
  for (const CrashFinding& finding : result.findings) {
    cases.emplace_back();
    const bool is_wanted = finding.record.ending == Ending::violated && !result.was_interrupted &&
                           cases.size() <= most_cases;
    if (!is_wanted) continue;
    Suspect suspect{file_, plan.scenario, seed_, sim::Schedule()};
    for (const CrashPoint& point : finding.points) {
      scenarios::FaultSpec& fault = suspect.scenario.faults.emplace_back(fault_at(point));
      fault.id = fmt::format("crash-{}", suspect.scenario.faults.size());
    }
    cases.back() = find_case(suspect, options);
  }
  return cases;
}

int CrashPointsCommand::try_points() const {
  const CrashPlan plan = this->plan();
  ShrinkOptions shrinking;
  shrinking.folder = folder_;
  shrinking.workers = plan.workers;
  shrinking.budget = time_of("--shrink", shrink_);
  const CrashResult result = try_crash_points(plan);
  const auto cases = find_cases(plan, result, shrinking);
  print(json_ ? summary_json(plan, result, cases) : summary_text(plan, result, cases));
  check_printed();
  return status_of(result);
}

}  // namespace shardlab::tools

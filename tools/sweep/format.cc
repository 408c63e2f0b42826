#include "tools/sweep/format.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "scenarios/report/format.h"
#include "tools/exit_status.h"
#include "tools/files.h"

namespace shardlab::tools {
namespace {

using scenarios::Ending;
using scenarios::Finding;
using scenarios::format_count;
using scenarios::format_counted;
using scenarios::Tally;

/// `"412 of 1,000 seeds"`
std::string done_of(std::uint64_t done, std::uint64_t all, std::string_view one) {
  if (done == all) return format_counted(done, one);
  return fmt::format("{} of {}", format_count(done), format_counted(all, one));
}

std::string format_head(const SweepPlan& plan, const Tally& tally) {
  std::string line = fmt::format("{}  {}  held {}", tally.scenario(),
                                 done_of(tally.worlds(), plan.seeds.count(), "seed"),
                                 format_count(tally.worlds(Ending::held)));
  for (const Ending ending : {Ending::violated, Ending::inconclusive, Ending::failed}) {
    if (tally.worlds(ending) == 0) continue;
    line += fmt::format("  {} {}", to_string(ending), format_count(tally.worlds(ending)));
  }
  return line + '\n';
}

std::string format_finding(const Finding& finding, const std::string& replay) {
  const scenarios::WorldRecord& first = finding.first;
  std::string_view label = "FAIL";
  if (first.ending == Ending::inconclusive) label = "OPEN";
  if (first.ending == Ending::failed) label = "ERROR";
  std::string what = first.property;
  if (what.empty()) what = to_string(first.ending);
  if (!first.violation_class.empty()) what += fmt::format(" ({})", first.violation_class);
  const auto others =
      finding.worlds > 1 ? fmt::format(" and {}", format_counted(finding.worlds - 1, "other")) : "";
  return fmt::format("  {:<10}{}  seed {}{}\n            {}\n  replay    {}\n", label, what,
                     first.seed, others, scenarios::sentence_of(first.detail), replay);
}

/// Names in lines of at most a hundred columns, behind a label.
std::string format_names(std::string_view label, const std::vector<std::string>& names) {
  constexpr std::size_t width = 100;
  std::string text, line;
  for (const std::string& name : names) {
    const bool is_full = !line.empty() && line.size() + 3 + name.size() > width;
    if (is_full) text += std::exchange(line, "") + '\n';
    const std::string_view before = text.empty() ? label : "";
    line += line.empty() ? fmt::format("  {:<10}{}", before, name) : " · " + name;
  }
  return line.empty() ? "" : text + line + '\n';
}

std::string format_situations(const Tally& tally) {
  const scenarios::Coverage coverage = tally.coverage();
  if (coverage.all == 0) return "";
  std::vector<std::string> rarest;
  for (const auto& situation : coverage.rarest) {
    rarest.push_back(fmt::format("{} {}", situation.name, format_count(situation.worlds)));
  }
  return fmt::format("  sometimes {} of {} reached\n", coverage.reached, coverage.all) +
         format_names("never", coverage.never) + format_names("rarest", rarest);
}

std::string format_percent(const scenarios::FaultCount& count) {
  return fmt::format("{} %", (count.wasted * 100 + count.planned / 2) / count.planned);
}

/// `  faults    12,345 injected, 14 % wasted: interrupt 40 %, clog 31 %, ...`
std::string format_faults(const Tally& tally) {
  constexpr std::size_t most_shown = 5;
  const auto kinds = tally.faults();
  const scenarios::FaultCount all = scenarios::sum_of(kinds);
  if (all.planned == 0) return "";
  std::string line = fmt::format("  faults    {} injected, {} wasted", format_count(all.planned),
                                 format_percent(all));
  for (std::size_t i = 0; i < kinds.size() && i < most_shown && kinds[i].wasted > 0; ++i) {
    line += fmt::format("{}{} {}", i == 0 ? ": " : ", ", kinds[i].kind, format_percent(kinds[i]));
  }
  return line + '\n';
}

std::string format_block(const SweepPlan& plan, const SweepResult& result, std::size_t scenario) {
  const Tally& tally = result.tallies[scenario];
  std::string text = format_head(plan, tally);
  for (const Finding& finding : tally.findings()) {
    text += format_finding(finding, replay_line(plan, result, scenario, finding.first.seed));
  }
  text += format_situations(tally) + format_faults(tally);
  return text + fmt::format("  traces    {}   {}\n", tally.digest(),
                            format_counted(tally.events(), "event"));
}

/// The failures in full, each with what it came down to.
std::string format_cases(const SweepResult& result) {
  std::string text;
  for (const SweptCase& one : result.cases) {
    const FoundCase& found = one.found;
    text +=
        format_failure(found.smallest, found.report, found.file, found.raw_file, found.shrinking) +
        '\n';
    if (found.is_nondeterministic) {
      text += fmt::format("NONDETERMINISM  {} gave two different traces; please report it\n\n",
                          found.file);
    }
  }
  return text;
}

std::string format_end(const SweepPlan& plan, const SweepResult& result) {
  const std::string done = done_of(result.worlds(), plan.worlds(), "world");
  switch (result.jobs.end) {
    case JobsResult::End::all_ended: return "";
    case JobsResult::End::interrupted: return fmt::format("stopped     Ctrl-C after {}\n", done);
    case JobsResult::End::out_of_time:
      return fmt::format("time        {} were up after {}\n", scenarios::format_span(*plan.time),
                         done);
  }
  return "";
}

/// `"28.1"`, `"2,150"`.
std::string format_rate(double rate) {
  return rate < 100 ? fmt::format("{:.1f}", rate) : format_count(static_cast<std::uint64_t>(rate));
}

std::string format_figures(const SweepResult& result) {
  std::uint64_t events = 0;
  Duration length{0}, cpu{0};
  for (const Tally& tally : result.tallies) {
    events += tally.events();
    length += tally.length();
    cpu += tally.cpu();
  }
  const double seconds = std::chrono::duration<double>(result.real).count();
  const auto per_second = [&](double amount) { return format_rate(amount / seconds); };
  const Duration each =
      cpu / static_cast<std::int64_t>(std::max<std::uint64_t>(result.worlds(), 1));
  return fmt::format(
      "figures     {} worlds/s · {} simulated s/s · {} events/s · {} CPU a world · worker peak {} "
      "MB\n",
      per_second(static_cast<double>(result.worlds())),
      per_second(std::chrono::duration<double>(length).count()),
      per_second(static_cast<double>(events)), scenarios::format_span(each),
      (result.jobs.peak_kb + 1023) / 1024);
}

std::string format_verdict(const SweepPlan& plan, const SweepResult& result) {
  const bool is_stopped = result.jobs.end == JobsResult::End::interrupted;
  const std::string so_far = is_stopped ? " so far, stopped by Ctrl-C" : "";
  const auto ending = scenarios::ending_of(result.tallies);
  if (!ending) return fmt::format("verdict     nothing ran{}\n", so_far);
  const std::string head = fmt::format("verdict     {}{}: ", to_string(*ending), so_far);
  const auto worlds = [&](Ending of) {
    std::uint64_t sum = 0;
    for (const Tally& tally : result.tallies) sum += tally.worlds(of);
    return sum;
  };
  if (*ending == Ending::held) {
    return head + fmt::format("{} of {}\n", format_counted(result.worlds(), "world"),
                              format_counted(plan.scenarios.size(), "scenario"));
  }
  std::string counts;
  const auto add = [&](const std::string& part) { counts += (counts.empty() ? "" : ", ") + part; };
  for (const Ending of : {Ending::violated, Ending::inconclusive, Ending::failed}) {
    if (worlds(of) > 0) add(fmt::format("{} {}", format_count(worlds(of)), to_string(of)));
  }
  const auto never = scenarios::never_reached(result.tallies);
  if (!never.empty())
    add(fmt::format("{} never reached", format_counted(never.size(), "situation")));
  return head + fmt::format("{} in {}\n", counts, format_counted(result.worlds(), "world"));
}

}  // namespace

std::string format_text(const SweepPlan& plan, const SweepResult& result) {
  std::string text = format_cases(result);
  for (std::size_t i = 0; i < result.tallies.size(); ++i) {
    text += format_block(plan, result, i);
  }
  for (const auto& never : scenarios::never_reached(result.tallies)) {
    text += fmt::format("NEVER       {}: reached in none of {}\n", never.name,
                        format_counted(never.worlds, "world"));
  }
  text += format_end(plan, result);
  if (result.worlds() > 0) text += format_figures(result);
  return text + format_verdict(plan, result);
}

std::string replay_line(const SweepPlan& plan, const SweepResult& result, std::size_t scenario,
                        std::uint64_t seed) {
  const FoundCase* found = result.case_of(scenario, seed);
  if (found) return fmt::format("shardlab replay {}", in_shell(found->file));
  const std::string& file = plan.scenarios[scenario].file;
  std::string line = fmt::format("shardlab run {} --seed {}", in_shell(file), seed);
  const std::string schedule = sim::to_string(plan.schedule);
  return schedule == "fifo" ? line : line + " --schedule " + schedule;
}

int exit_status(const PlayedCases& regressions, const SweepResult& result) {
  if (regressions.was_interrupted) return exit_interrupted;
  const int status = exit_status(result);
  const int old = regressions.cases.empty() ? exit_held : status_of(regressions);
  for (const int worst : {exit_interrupted, exit_internal, exit_nondeterminism, exit_violated,
                          exit_inconclusive, exit_nothing_ran}) {
    if (status == worst || old == worst) return worst;
  }
  return exit_held;
}

int exit_status(const SweepResult& result) {
  for (const SweptCase& one : result.cases) {
    if (one.found.was_interrupted) return exit_interrupted;
    if (one.found.is_nondeterministic) return exit_nondeterminism;
  }
  if (result.jobs.end == JobsResult::End::interrupted) return exit_interrupted;
  const auto ending = scenarios::ending_of(result.tallies);
  if (!ending) return exit_nothing_ran;
  return exit_status_of(*ending);
}

}  // namespace shardlab::tools

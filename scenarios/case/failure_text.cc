#include "scenarios/case/failure_text.h"

#include <algorithm>
#include <fmt/format.h>

#include "scenarios/report/format.h"

namespace shardlab::scenarios {
namespace {

constexpr std::size_t most_lines = 15;

struct Line {
  Duration at{0};
  std::string text;
  bool is_part = false;  ///< of the case: a fault or a visit
  int weight = 0;        ///< heavier ones stay when there are too many
};

std::string size_text(const CaseSize& size) {
  return fmt::format("{}, {}, {}, {}", format_counted(size.faults, "fault"),
                     format_counted(size.visits, "visit"),
                     format_counted(static_cast<std::uint64_t>(size.rows), "row"),
                     format_counted(size.tablets, "tablet"));
}

/// The moment of a sentence such as `"t=0:41.872 event 18233: ..."`, and what it says.
struct Found {
  std::string moment;
  std::string sentence;
};

Found found_in(const CaseFailure& failure) {
  const std::string& text = failure.sentence;
  const std::size_t colon = text.find(": ");
  if (!text.starts_with("t=") || colon == std::string::npos) return {"", text};
  return {text.substr(2, text.find(' ') - 2), text.substr(colon + 2)};
}

/// `"0:41.872"`; no time at all is the end of time.
Duration time_of_moment(const std::string& moment) {
  const std::size_t colon = moment.find(':'), dot = moment.find('.');
  if (colon == std::string::npos || dot == std::string::npos) return Duration::max();
  return std::chrono::minutes(std::stoll(moment.substr(0, colon))) +
         std::chrono::seconds(std::stoll(moment.substr(colon + 1, dot - colon - 1))) +
         std::chrono::milliseconds(std::stoll(moment.substr(dot + 1)) + 1);
}

/// The command that ran at a moment, or had been the last to begin.
std::size_t step_at(const RunReport& report, Duration at) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < report.steps.size(); ++i) {
    if (report.steps[i].at <= at) found = i;
  }
  return found;
}

Line line_of(const StepReport& step, int weight) {
  Line line;
  line.at = step.at;
  line.text = step.what;
  line.weight = weight;
  const std::string& outcome = step.failures.empty() ? step.outcome : step.failures.front();
  if (!outcome.empty()) line.text += fmt::format("   {}", sentence_of(outcome));
  return line;
}

std::vector<Line> parts_of(const RunReport& report) {
  std::vector<Line> lines;
  for (const FaultLine& fault : report.faults) {
    if (!fault.at) continue;
    const std::string whom = fault.target.empty() ? "" : ": " + fault.target;
    lines.push_back({*fault.at, fmt::format("FAULT {}{}", fault.what, whom), true, 3});
  }
  for (const VisitLine& visit : report.visits) {
    lines.push_back({visit.at, fmt::format("{}   {}", visit.what, visit.outcome), true, 2});
  }
  return lines;
}

/// The commands during which something of the case happened, and the last two.
std::vector<Line> steps_of(const RunReport& report, const std::vector<Line>& parts) {
  std::vector<int> weights(report.steps.size(), 0);
  for (const Line& part : parts) {
    if (!weights.empty()) weights[step_at(report, part.at)] = 1;
  }
  for (std::size_t i = weights.size() > 2 ? weights.size() - 2 : 0; i < weights.size(); ++i) {
    weights[i] = std::max(weights[i], 1);
  }
  std::vector<Line> lines;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const bool has_failed = !report.steps[i].failures.empty();
    if (weights[i] > 0 || has_failed) lines.push_back(line_of(report.steps[i], has_failed ? 3 : 1));
  }
  return lines;
}

/// Leaves the heaviest, and of equal ones the last.
std::size_t drop_to(std::vector<Line>& lines, std::size_t most) {
  std::size_t dropped = 0;
  for (; lines.size() > most; ++dropped) {
    const auto lightest =
        std::min_element(lines.begin(), lines.end(),
                         [](const Line& a, const Line& b) { return a.weight < b.weight; });
    lines.erase(lightest);
  }
  return dropped;
}

std::string no_longer_needed(const CaseSize& before, const CaseSize& now) {
  std::string text;
  const auto add = [&](std::uint64_t from, std::uint64_t to, std::string_view one) {
    if (from <= to) return;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", format_counted(from - to, one));
  };
  add(before.faults, now.faults, "fault");
  add(before.visits, now.visits, "visit");
  add(static_cast<std::uint64_t>(before.rows), static_cast<std::uint64_t>(now.rows), "row");
  add(before.tablets, now.tablets, "tablet");
  return text;
}

}  // namespace

std::vector<std::string> story_of(const Case& what, const RunReport& report, bool is_minimal) {
  std::vector<Line> lines = parts_of(report);
  const std::vector<Line> steps = steps_of(report, lines);
  lines.insert(lines.end(), steps.begin(), steps.end());
  const Found found = found_in(what.failure);
  const Duration end = time_of_moment(found.moment);
  std::erase_if(lines, [&](const Line& line) { return line.at > end; });
  std::ranges::stable_sort(lines, {}, &Line::at);
  const std::size_t dropped = drop_to(lines, most_lines - 2);
  std::vector<std::string> story;
  if (dropped > 0)
    story.push_back(fmt::format("  {:>9}  {} more before and during", "...", dropped));
  for (const Line& line : lines) {
    story.push_back(fmt::format("  {:>9}  {}{}", format_moment(line.at), line.text,
                                line.is_part && is_minimal ? "   <- without it, no failure" : ""));
  }
  story.push_back(fmt::format("  {:>9}  {}: {}", found.moment.empty() ? "end" : found.moment,
                              what.failure.property, found.sentence));
  return story;
}

std::string format_failure(const Case& what, const RunReport& report, const std::string& file,
                           const std::string& raw_file, const std::optional<Shrinking>& shrinking) {
  const CaseSize size = size_of(what);
  std::string text =
      fmt::format("FAIL  {}      {}      seed {}      {}\n\n", what.failure.property,
                  what.found_by.scenario, what.found_by.seed, what.failure.violation_class);
  text += fmt::format("found     {}{}\n", size_text(what.found.value_or(size)),
                      raw_file.empty() ? "" : "        " + raw_file);
  if (shrinking) {
    text += fmt::format("shrunk    {}        {} {}; played twice: same violation, same trace\n",
                        size_text(size), format_count(shrinking->tries),
                        shrinking->tries == 1 ? "try" : "tries");
  }
  text += '\n';
  const bool is_minimal = shrinking && shrinking->is_minimal;
  for (const std::string& line : story_of(what, report, is_minimal)) text += line + '\n';
  text += '\n';
  if (what.found) {
    const std::string gone = no_longer_needed(*what.found, size);
    if (!gone.empty()) text += fmt::format("not needed (dropped): {}\n", gone);
  }
  if (shrinking && !is_minimal && !file.empty()) {
    text += fmt::format("not yet as small as it gets; go on with: shardlab shrink {}\n", file);
  }
  text += fmt::format("trace     {}   {}\n", what.digest, format_counted(what.events, "event"));
  if (!file.empty()) text += fmt::format("replay    shardlab replay {}\n", file);
  return text;
}

}  // namespace shardlab::scenarios

#include "scenarios/report/format.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

#include "scenarios/text/excerpt.h"

namespace shardlab::scenarios {

namespace {

int display_width_of(std::string_view text) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();) width += display_width(next_character(text, at));
  return width;
}

/// `"seed 42"`, `"seed 42 · schedule pct:3"`, `"choices played (3 missing, 1 unused)"`.
std::string format_origin(const RunReport& report) {
  std::string text = fmt::format("seed {}", report.seed);
  if (report.played) {
    text = "choices played";
    std::string misfit;
    const auto add = [&misfit](std::uint64_t count, std::string_view what) {
      if (count == 0) return;
      misfit += fmt::format("{}{} {}", misfit.empty() ? "" : ", ", format_count(count), what);
    };
    add(report.played->missing, "missing");
    add(report.played->clamped, "too large");
    add(report.played->unused, "unused");
    if (!misfit.empty()) text += " (" + misfit + ")";
  }
  if (report.schedule != "fifo") text += " · schedule " + report.schedule;
  return text;
}

std::string format_head(const RunReport& report) {
  return fmt::format(
      "{} · {} · {} · {} · {}\n", report.scenario, format_origin(report),
      format_counted(report.tablets, "tablet"), format_counted(report.commands, "command"),
      report.faults.empty() ? "faults off" : format_counted(report.faults.size(), "fault"));
}

/// `  t=0:41.204  FAULT crash master(test_keyspace/0) on migrate.frozen: test-0000000100, 3
/// effects`
std::string format_fault(const FaultLine& fault) {
  const std::string effects =
      fault.effects == 0 ? "wasted" : format_counted(fault.effects, "effect");
  return fmt::format("  t={}  FAULT {}{}{} ({})\n", format_moment(*fault.at), fault.what,
                     fault.target.empty() ? "" : ": ", fault.target, effects);
}

std::string format_drawn(const RunReport& report) {
  std::string text;
  for (const std::string& line : report.drawn) text += fmt::format("drawn       {}\n", line);
  return text;
}

/// Faults in the order in which they began; at the same moment in that of the scenario.
std::vector<const FaultLine*> begun_faults(const RunReport& report) {
  std::vector<const FaultLine*> begun;
  for (const FaultLine& fault : report.faults) {
    if (fault.at) begun.push_back(&fault);
  }
  std::stable_sort(begun.begin(), begun.end(),
                   [](const FaultLine* a, const FaultLine* b) { return *a->at < *b->at; });
  return begun;
}

std::string format_steps(const RunReport& report) {
  constexpr int kWidestColumn = 48;
  int column = 0;
  for (const StepReport& step : report.steps) {
    if (!step.outcome.empty()) column = std::max(column, display_width_of(step.what));
  }
  column = std::min(column, kWidestColumn);
  std::string text;
  const auto faults = begun_faults(report);
  auto fault = faults.begin();
  for (const StepReport& step : report.steps) {
    while (fault != faults.end() && *(*fault)->at < step.at) text += format_fault(**fault++);
    text += fmt::format("  t={}  {}", format_moment(step.at), step.what);
    if (!step.outcome.empty()) {
      const int padding = std::max(0, column - display_width_of(step.what)) + 3;
      text += std::string(static_cast<std::size_t>(padding), ' ') + step.outcome;
    }
    text += '\n';
    for (const std::string& failure : step.failures) text += fmt::format("    FAIL  {}\n", failure);
  }
  while (fault != faults.end()) text += format_fault(**fault++);
  return text;
}

/// Faults that never began, in one line each.
std::string format_idle_faults(const RunReport& report) {
  std::string text;
  for (const FaultLine& fault : report.faults) {
    if (!fault.at) text += fmt::format("not begun   {}\n", fault.what);
  }
  return text;
}

struct Tally {
  std::uint64_t held = 0;
  std::uint64_t all = 0;
};

Tally tally(const RunReport& report, Property::Kind kind) {
  Tally tally;
  for (const PropertyReport& property : report.properties) {
    if (property.kind != kind) continue;
    ++tally.all;
    if (property.outcome == PropertyOutcome::held) ++tally.held;
  }
  return tally;
}

std::string format_properties(const RunReport& report) {
  std::vector<std::string> parts;
  for (auto kind : {Property::Kind::always, Property::Kind::eventually}) {
    const Tally of = tally(report, kind);
    if (of.all == 0) continue;
    const auto count =
        of.held == of.all ? fmt::format("{}", of.all) : fmt::format("{}/{}", of.held, of.all);
    parts.push_back(fmt::format("{} {} ok", count, to_string(kind)));
  }
  if (const Tally of = tally(report, Property::Kind::sometimes); of.all > 0) {
    parts.push_back(fmt::format("{}/{} sometimes reached", of.held, of.all));
  }
  if (parts.empty()) return "";
  std::string text = "properties  ";
  for (std::size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : " · ") + parts[i];
  text += '\n';
  for (const PropertyReport& property : report.properties) {
    if (property.kind == Property::Kind::sometimes) continue;
    if (property.outcome == PropertyOutcome::held) continue;
    const auto* label = property.outcome == PropertyOutcome::violated ? "FAIL" : "OPEN";
    text += fmt::format("    {}  {}{}{}\n", label, property.name,
                        property.detail.empty() ? "" : ": ", property.detail);
  }
  return text;
}

std::string format_loads(const RunReport& report) {
  std::string text;
  for (const LoadReport& load : report.loads) {
    text += fmt::format("load        {}  ok {}  refused {}  unknown {}   p50 {}  p99 {}\n",
                        format_counted(load.total(), "op"), format_count(load.ok),
                        format_count(load.refused), format_count(load.unknown),
                        format_span(load.p50), format_span(load.p99));
  }
  return text;
}

std::string format_verdict(const RunReport& report) {
  const Verdict verdict = verdict_of(report);
  const auto head = fmt::format("verdict     {}", to_string(verdict));
  if (verdict == Verdict::held) return head + '\n';
  if (verdict == Verdict::inconclusive) {
    const auto* parted = report.inconclusive.empty() ? "" : ": ";
    return fmt::format("{}{}{}\n", head, parted, report.inconclusive);
  }
  const std::vector<Violated> all = violations_of(report);
  const auto more = all.size() > 1 ? fmt::format(" and {} more", all.size() - 1) : "";
  return fmt::format("{} ({}): {}{}\n", head, all.front().violation_class, all.front().name, more);
}

}  // namespace

std::string format_counted(std::uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", format_count(count), one, count == 1 ? "" : "s");
}

std::string format_count(std::uint64_t count) {
  std::string digits = fmt::format("{}", count);
  for (std::size_t left = digits.size(); left > 3; left -= 3) digits.insert(left - 3, ",");
  return digits;
}

std::string format_moment(Duration at) {
  const std::int64_t ms = std::abs(at.count() / 1'000'000);
  return fmt::format("{}{}:{:02}.{:03}", at.count() <= -1'000'000 ? "-" : "", ms / 60'000,
                     ms / 1000 % 60, ms % 1000);
}

std::string format_span(Duration span) {
  const std::int64_t ns = span.count();
  if (ns < 1000) return fmt::format("{} ns", ns);
  if (ns % 60'000'000'000 == 0) return fmt::format("{} m", ns / 60'000'000'000);
  const std::int64_t unit = ns < 1'000'000 ? 1000 : ns < 1'000'000'000 ? 1'000'000 : 1'000'000'000;
  const auto* name = unit == 1000 ? "us" : unit == 1'000'000 ? "ms" : "s";
  const std::int64_t whole = ns / unit;
  const int digits = whole >= 100 ? 0 : whole >= 10 ? 1 : 2;
  const std::int64_t scale = digits == 0 ? 1 : digits == 1 ? 10 : 100;
  const std::int64_t fraction = ns % unit * scale / unit;
  if (fraction == 0) return fmt::format("{} {}", whole, name);
  auto text = fmt::format("{}.{:0{}}", whole, fraction, digits);
  while (text.ends_with('0')) text.pop_back();
  return fmt::format("{} {}", text, name);
}

std::string format_real_time(Duration real, Duration simulated) {
  const std::int64_t hundredths = (real.count() + 5'000'000) / 10'000'000;
  const std::int64_t ratio = real.count() > 0 ? simulated.count() / real.count() : 0;
  return fmt::format("{}.{:02} s real (x{})", hundredths / 100, hundredths % 100,
                     format_count(static_cast<std::uint64_t>(ratio)));
}

std::string format_text(const RunReport& report) {
  std::string text = format_head(report) + format_drawn(report) + format_steps(report) +
                     format_idle_faults(report) + format_properties(report) + format_loads(report);
  text +=
      fmt::format("trace       {}   {}\n", report.digest, format_counted(report.events, "event"));
  if (report.files) text += fmt::format("files       {}\n", *report.files);
  return text + format_verdict(report);
}

}  // namespace shardlab::scenarios

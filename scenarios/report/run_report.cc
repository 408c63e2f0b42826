#include "scenarios/report/run_report.h"

#include <algorithm>

namespace shardlab::scenarios {

std::string sentence_of(std::string_view detail) {
  return std::string(detail.substr(0, detail.find('\n')));
}

std::vector<Violated> violations_of(const RunReport& report) {
  std::vector<Violated> all;
  const auto add = [&](Property::Kind kind, std::string_view violation_class) {
    for (const PropertyReport& property : report.properties) {
      if (property.kind != kind || property.outcome != PropertyOutcome::violated) continue;
      all.push_back({property.name, violation_class, property.detail});
    }
  };
  add(Property::Kind::always, "safety");
  add(Property::Kind::eventually, "liveness");
  for (const StepReport& step : report.steps) {
    if (!step.failures.empty()) all.push_back({step.what, "expectation", step.failures.front()});
  }
  return all;
}

std::string_view violation_class(const RunReport& report) {
  const std::vector<Violated> all = violations_of(report);
  return all.empty() ? "" : all.front().violation_class;
}

Verdict verdict_of(const RunReport& report) {
  if (!violation_class(report).empty()) return Verdict::violated;
  const bool open = std::any_of(report.properties.begin(), report.properties.end(),
                                [](const PropertyReport& property) {
                                  return property.kind != Property::Kind::sometimes &&
                                         property.outcome == PropertyOutcome::inconclusive;
                                });
  return open || !report.inconclusive.empty() ? Verdict::inconclusive : Verdict::held;
}

int exit_status(Verdict verdict) {
  switch (verdict) {
    case Verdict::held: return 0;
    case Verdict::violated: return 1;
    case Verdict::inconclusive: return 3;
  }
  return 70;
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::held: return "held";
    case Verdict::violated: return "violated";
    case Verdict::inconclusive: return "inconclusive";
  }
  return "?";
}

std::string_view to_string(PropertyOutcome outcome) {
  switch (outcome) {
    case PropertyOutcome::held: return "held";
    case PropertyOutcome::violated: return "violated";
    case PropertyOutcome::inconclusive: return "inconclusive";
  }
  return "?";
}

}  // namespace shardlab::scenarios

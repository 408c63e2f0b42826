#include "scenarios/report/run_report.h"

#include <algorithm>

namespace shardlab::scenarios {

namespace {

bool has_violated(const RunReport& report, Property::Kind kind) {
  return std::any_of(report.properties.begin(), report.properties.end(), [&](const auto& property) {
    return property.kind == kind && property.outcome == PropertyOutcome::violated;
  });
}

}  // namespace

std::string_view violation_class(const RunReport& report) {
  if (has_violated(report, Property::Kind::always)) return "safety";
  if (has_violated(report, Property::Kind::eventually)) return "liveness";
  const bool step_failed = std::any_of(report.steps.begin(), report.steps.end(),
                                       [](const auto& step) { return !step.failures.empty(); });
  return step_failed ? "expectation" : "";
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

#include "scenarios/run/conclusion.h"

#include <fmt/format.h>

#include "scenarios/report/format.h"

namespace shardlab::scenarios {

PropertyReport conclude(const Property& property, Check& check, bool complete, TimePoint start) {
  if (complete) check.at_end();
  PropertyReport told;
  told.name = property.name;
  told.kind = property.kind;
  if (check.violation_count() == 0) {
    told.detail = check.open_question();
    const bool is_sure = complete && told.detail.empty();
    told.outcome = is_sure ? PropertyOutcome::held : PropertyOutcome::inconclusive;
    return told;
  }
  const Violation& first = check.violations().front();
  told.outcome = PropertyOutcome::violated;
  told.detail = fmt::format("t={} event {}: {}", format_moment(first.at - start), first.event,
                            first.sentence);
  for (const std::string& detail : first.details) told.detail += "\n          " + detail;
  if (check.violation_count() > 1) {
    told.detail += fmt::format("\n          ... and {} more", check.violation_count() - 1);
  }
  return told;
}

PropertyReport conclude(const Property& property, bool was_reached) {
  PropertyReport told;
  told.name = property.name;
  told.kind = property.kind;
  told.outcome = was_reached ? PropertyOutcome::held : PropertyOutcome::inconclusive;
  return told;
}

LoadReport load_report(const fakes::guestbook::Ledger& ledger) {
  const fakes::guestbook::LedgerSummary summary = ledger.summary();
  LoadReport load;
  load.ok = summary.reads_ok + summary.writes_acknowledged;
  load.refused = summary.reads_failed + summary.writes_refused;
  load.unknown = summary.writes_unknown + summary.pending;
  load.p50 = summary.p50;
  load.p99 = summary.p99;
  return load;
}

std::vector<FaultLine> fault_lines(std::vector<FaultOutcome> outcomes, Duration began) {
  std::vector<FaultLine> lines;
  for (FaultOutcome& outcome : outcomes) {
    FaultLine line;
    line.what = std::move(outcome.what);
    line.target = std::move(outcome.target);
    if (outcome.began) line.at = began + *outcome.began;
    line.effects = outcome.effects;
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace shardlab::scenarios

#include "scenarios/run/conclusion.h"

#include <algorithm>
#include <fmt/format.h>

#include "scenarios/report/format.h"

namespace shardlab::scenarios {

using fakes::guestbook::Operation;
using fakes::guestbook::OperationKind;
using fakes::guestbook::Outcome;

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

namespace {

/// Asked by a visitor who came by.
bool is_visit(const Operation& operation, const std::vector<std::uint64_t>& posted) {
  return operation.after_write == 0 && std::ranges::find(posted, operation.id) == posted.end();
}

}  // namespace

std::vector<Visit> visits_of(const fakes::guestbook::Ledger& ledger,
                             const std::vector<std::uint64_t>& posted, TimePoint start) {
  std::vector<Visit> visits;
  for (const Operation& operation : ledger.operations()) {
    if (!is_visit(operation, posted)) continue;
    Visit visit;
    visit.at = operation.invoked_at - start;
    visit.page = operation.page;
    if (operation.kind == OperationKind::read) {
      visit.kind =
          operation.tablet_type == "master" ? Visit::Kind::read_master : Visit::Kind::read_replica;
    }
    visits.push_back(visit);
  }
  return visits;
}

std::vector<VisitLine> visit_lines(const Scenario& scenario, const fakes::guestbook::Ledger& ledger,
                                   const std::vector<std::uint64_t>& posted, TimePoint start) {
  std::vector<VisitLine> lines;
  if (std::ranges::none_of(scenario.loads,
                           [](const Load& load) { return load.visits.has_value(); }))
    return lines;
  for (const Operation& operation : ledger.operations()) {
    if (!is_visit(operation, posted)) continue;
    VisitLine line;
    line.at = operation.invoked_at - start;
    line.ended = operation.ended_at - start;
    const bool is_read = operation.kind == OperationKind::read;
    line.what = is_read ? fmt::format("guestbook reads page {} from a {}", operation.page,
                                      operation.tablet_type)
                        : fmt::format("guestbook INSERT page {} \"{}\"", operation.page,
                                      operation.message.text);
    line.outcome = to_string(operation.outcome);
    if (operation.outcome == Outcome::ok) {
      line.outcome = fmt::format("{} rows", operation.rows.size());
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<FaultLine> fault_lines(std::vector<FaultOutcome> outcomes, Duration began) {
  std::vector<FaultLine> lines;
  for (FaultOutcome& outcome : outcomes) {
    FaultLine line;
    line.kind = std::move(outcome.kind);
    line.what = std::move(outcome.what);
    line.target = std::move(outcome.target);
    if (outcome.began) line.at = began + *outcome.began;
    line.effects = outcome.effects;
    line.was_spared = outcome.was_spared;
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace shardlab::scenarios

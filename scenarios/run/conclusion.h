#pragma once

#include <string>
#include <vector>

#include "scenarios/checks/check.h"
#include "scenarios/faults/injector.h"
#include "scenarios/report/run_report.h"

namespace shardlab::scenarios {

// What is left to say when a run is over.

/// `complete`: the run came to its end, so that what lies at the end can be judged, too.
PropertyReport conclude(const Property& property, Check& check, bool complete, TimePoint start);
/// Of a situation.
PropertyReport conclude(const Property& property, bool was_reached);
LoadReport load_report(const fakes::guestbook::Ledger& ledger);
/// The requests of visitors, in the order they came: what was asked beside steps (whose ids are
/// `posted`) and beside reading back what was written. Times count from `start`.
std::vector<Visit> visits_of(const fakes::guestbook::Ledger& ledger,
                             const std::vector<std::uint64_t>& posted, TimePoint start);
/// What became of them, where a scenario lists them.
std::vector<VisitLine> visit_lines(const Scenario& scenario, const fakes::guestbook::Ledger& ledger,
                                   const std::vector<std::uint64_t>& posted, TimePoint start);
/// `began`: when faults could begin, since the start of the run.
std::vector<FaultLine> fault_lines(std::vector<FaultOutcome> outcomes, Duration began);

}  // namespace shardlab::scenarios

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/file/scenario.h"
#include "scenarios/report/run_report.h"
#include "scenarios/run/runner.h"
#include "sim/choice_tape.h"
#include "sim/schedule.h"

namespace shardlab::scenarios {

/// How much there is to a case.
struct CaseSize {
  std::size_t faults = 0;
  std::size_t visits = 0;  ///< of the Guestbook
  std::int64_t rows = 0;   ///< before the first command
  std::size_t tablets = 0;
  friend bool operator==(const CaseSize&, const CaseSize&) = default;
};

/// Where a case was found.
struct FoundBy {
  std::string scenario;  ///< `"swarm"`
  std::uint64_t seed = 0;
  std::string build;   ///< version of the program
  std::string date;    ///< `"2026-11-22"`
  std::string test{};  ///< the test that played it; empty when none did
};

/// What is wrong with a run, as a case keeps it.
struct CaseFailure {
  std::string property;         ///< `"acknowledged-writes-survive"`, or what the step did
  std::string violation_class;  ///< see `Violated`
  std::string sentence;         ///< `"t=0:41.872 event 18233: 1 acknowledged write is lost"`
};

/// A run that goes wrong, with nothing left to a seed: faults, visits and every draw that is not
/// the calmest are written out.
struct Case {
  std::string base;   ///< path of the scenario file it extends
  Scenario scenario;  ///< as it is played
  sim::Schedule schedule;
  sim::ChoiceTape draws;  ///< what it leaves out is the calmest choice
  FoundBy found_by;
  CaseFailure failure;
  std::vector<std::string> also;  ///< what else is violated in its run
  std::string digest;             ///< of its trace, in hex
  std::uint64_t events = 0;
  std::optional<CaseSize> found;  ///< before it was shrunk; none when it was not
};

/// The weightiest violation of a run; nothing when none is violated.
std::optional<CaseFailure> failure_of(const RunReport& report);

/// Turns what a seed has played into a case, which may run differently in small ways: play it to
/// know. Faults that never began are left out, and what was drawn of the others is fixed; visits
/// come at the times they came. Digest and failure are those of `report`.
Case case_of(std::string base, Recording recording, const RunReport& report, FoundBy found_by);

/// Plays it until it fails as it did, or to its end. `rest` may ask for more: a trace, a
/// transcript.
RunReport play_case(const Case& what, RunOptions rest = RunOptions());

/// The failure as this run shows it: of the same property, for the same kind of reason. Nothing
/// when it does not.
std::optional<CaseFailure> failure_like(const CaseFailure& failure, const RunReport& report);

/// Nothing is violated in this run that was not in the case's: it does not fail for a reason that
/// was made by changing the case.
bool fails_no_worse(const Case& what, const RunReport& report);
/// The names of all that is violated, sorted, each once.
std::vector<std::string> violated_names(const RunReport& report);

CaseSize size_of(const Case& what);

/// `"3f9c1e"`: what it is called, from its digest.
std::string name_of(const Case& what);

}  // namespace shardlab::scenarios

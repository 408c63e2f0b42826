#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "scenarios/file/scenario.h"
#include "sim/choices.h"

namespace shardlab::scenarios {

/// One line of the story: a step, or something else worth telling.
struct StepReport {
  Duration at{0};                     ///< since the start of the run
  std::string what;                   ///< `"SplitClone test_keyspace/0 -> -80,80-"`
  std::string outcome;                ///< `"11 rows copied"`, may be empty
  std::vector<std::string> failures;  ///< sentences; empty when everything expected came true
};

/// A fault that a scenario asked for, and what became of it.
struct FaultLine {
  std::string what;            ///< `"crash master(test_keyspace/0) on migrate.frozen for 10s"`
  std::string target;          ///< whom it hit: `"test-0000000100"`
  std::optional<Duration> at;  ///< since the start of the run; none: it never began
  std::uint64_t effects = 0;   ///< what it changed; 0: it was wasted
  bool was_spared = false;     ///< its `chance` said no: neither injected nor wasted
  std::string kind{};          ///< `"crash"`
};

/// One visit of those that a scenario lists.
struct VisitLine {
  Duration at{0};  ///< since the start of the run
  Duration ended{0};
  std::string what;     ///< `"guestbook INSERT page 5 \"hello-0412\""`
  std::string outcome;  ///< `"acknowledged"`, `"3 rows"`
};

enum class PropertyOutcome { held, violated, inconclusive };

/// What became of one property. For `sometimes`, held means reached, and not reached in one run is
/// no failure.
struct PropertyReport {
  std::string name;
  Property::Kind kind = Property::Kind::always;
  PropertyOutcome outcome = PropertyOutcome::held;
  std::string detail;  ///< why it does not hold
};

struct LoadReport {
  std::uint64_t ok = 0;
  std::uint64_t refused = 0;
  std::uint64_t unknown = 0;  ///< the answer was lost: neither ok nor refused
  Duration p50{0};
  Duration p99{0};
  std::uint64_t total() const { return ok + refused + unknown; }
};

/// Everything a run leaves to say. Holds virtual times only: two runs of one case report the same
/// bytes.
struct RunReport {
  std::string scenario;
  std::uint64_t seed = 0;
  std::string schedule = "fifo";
  /// How the played choices fitted the run; none when they were drawn from the seed.
  std::optional<sim::Choices::Misfit> played;
  /// What the seed drew beyond the scenario, a line each; see `draw_swarm`.
  std::vector<std::string> drawn;
  std::uint64_t tablets = 0;
  std::uint64_t commands = 0;
  std::vector<FaultLine> faults;
  std::vector<VisitLine> visits;  ///< when the scenario lists them
  std::vector<StepReport> steps;
  std::vector<PropertyReport> properties;
  std::vector<LoadReport> loads;
  std::string digest;  ///< of the trace, in hex
  std::uint64_t events = 0;
  Duration length{0};                ///< virtual time of the whole run
  std::optional<std::string> files;  ///< where artifacts were written
  std::string
      inconclusive;  ///< why the run could not be judged: `"limit of 30 m reached"`; else empty
};

enum class Verdict { held, violated, inconclusive };

/// Violated as soon as a step expectation or an always or eventually property is; inconclusive when
/// something could not be judged; else held.
Verdict verdict_of(const RunReport& report);

/// One thing that a run shows to be wrong.
struct Violated {
  std::string name;                  ///< of the property, or what the step did
  std::string_view violation_class;  ///< `"safety"` (an always property), `"liveness"` (an
                                     ///< eventually property), `"expectation"` (of a step)
  std::string detail;                ///< why; the first line is a sentence
};

/// The first line of a detail.
std::string sentence_of(std::string_view detail);

/// Everything that is violated, in the classes' order of weight: safety, liveness, expectation.
std::vector<Violated> violations_of(const RunReport& report);

/// The class of the weightiest violation; empty when nothing is violated.
std::string_view violation_class(const RunReport& report);

/// Exit status of `shardlab run`: 0 held, 1 violated, 3 inconclusive.
int exit_status(Verdict verdict);

std::string_view to_string(Verdict verdict);
std::string_view to_string(PropertyOutcome outcome);

}  // namespace shardlab::scenarios

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/trace_reader.h"

namespace shardlab::sim {

/// An event that outlives its reader's next step.
struct KeptEvent {
  explicit KeptEvent(const TraceEvent& event, TimePoint start);

  std::uint64_t number;
  std::uint64_t cause;
  std::string text;  ///< as `to_text` shows it
  std::string json;  ///< as `to_json` shows it
};

/// One run where it parts from the other.
struct DiffSide {
  std::optional<KeptEvent> event;     ///< none when the run has ended before
  std::vector<KeptEvent> causes;      ///< what it follows from, the nearest first
  std::optional<KeptEvent> previous;  ///< the event of the same process before it
};

/// What both have, with different values: `"seed"`, or `"latency_ns"` of an event.
struct ValueDifference {
  std::string name;
  std::string a;  ///< `"-"` where there is none
  std::string b;
};

/// Where two runs part.
struct Divergence {
  std::uint64_t number = 0;
  std::vector<KeptEvent> before;  ///< common to both, the latest last
  DiffSide a;
  DiffSide b;
  /// Empty when the events are equal and only the scheduler's steps before them are not, or when
  /// one run has no such event.
  std::vector<ValueDifference> values;
  /// Both have the event, and at the same time and place with the same kind and payload.
  bool is_hidden = false;
};

struct TraceDiff {
  TraceHeader header_a;
  TraceHeader header_b;
  std::uint64_t events_a = 0;
  std::uint64_t events_b = 0;
  std::vector<ValueDifference> header;
  std::optional<Divergence> divergence;  ///< none when all events are equal
  /// Of a hidden divergence: the first event near it in which the difference shows.
  std::optional<Divergence> shown;
  /// All events are equal, but the scheduler's steps behind the last one are not.
  bool end_differs = false;

  bool is_equal() const { return !divergence && !end_differs; }
};

struct DiffOptions {
  std::size_t context = 5;  ///< events shown before the first difference
  std::size_t causes = 4;   ///< length of the chain of causes
  /// After a hidden divergence so many events are looked at for one that shows it.
  std::uint64_t look_ahead = 100'000;
};

/// Finds the first event in which two recorded runs differ: in time, place, kind, payload, cause,
/// number of steps, or in the steps themselves. Parts whose digests are equal are not read.
/// Throws Error: corrupt.
TraceDiff diff_traces(TraceReader& a, TraceReader& b, const DiffOptions& options);

/// What `shardlab diff` prints; `a` and `b` are the files' names.
std::string format_diff_text(const TraceDiff& diff, std::string_view a, std::string_view b);
/// The same as one line of JSON.
std::string format_diff_json(const TraceDiff& diff);

}  // namespace shardlab::sim

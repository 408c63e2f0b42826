#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/report/run_report.h"

namespace shardlab::scenarios {

/// How one world of a sweep ended: a run's verdict, or `failed`: no verdict, for a reason that is
/// ours.
enum class Ending : std::uint8_t { held, violated, inconclusive, failed };

/// What became of the faults of one kind.
struct FaultCount {
  std::string kind;  ///< `"crash"`
  std::uint64_t planned = 0;
  std::uint64_t wasted = 0;  ///< never began, or changed nothing
  friend bool operator==(const FaultCount&, const FaultCount&) = default;
};

/// What a sweep keeps of one world.
struct WorldRecord {
  std::uint64_t seed = 0;
  Ending ending = Ending::held;
  std::string digest;  ///< of the trace, in hex
  std::uint64_t events = 0;
  Duration length{0};                ///< virtual time of the whole run
  Duration cpu{0};                   ///< that it took; set by whoever measures it
  std::vector<std::string> reached;  ///< names of the situations it came across
  std::vector<FaultCount> faults;    ///< by kind, in the order of their first
  std::string property;              ///< the weightiest that is violated; else empty
  std::string violation_class;       ///< see `Violated`
  std::string detail;                ///< why it did not hold; the first line is a sentence
  friend bool operator==(const WorldRecord&, const WorldRecord&) = default;
};

/// Adds to the count of the kind, which comes last when it is new.
void add(std::vector<FaultCount>& counts, const FaultCount& more);

WorldRecord record_of(const RunReport& report);

/// Of a world that could not be played to its end.
WorldRecord record_of_failure(std::uint64_t seed, std::string sentence);

/// Bytes for another process of the same program, at most about ten thousand: a longer detail is
/// cut.
std::string encode(const WorldRecord& record);
/// Throws Error: corrupt.
WorldRecord decode_world_record(std::string_view bytes);

/// `"held"`, `"internal error"`.
std::string_view to_string(Ending ending);

}  // namespace shardlab::scenarios

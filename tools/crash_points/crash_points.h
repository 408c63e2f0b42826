#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/file/scenario.h"
#include "scenarios/sweep/world_record.h"
#include "tools/sweep/worker.h"

namespace shardlab::tools {

/// A moment in which a process dies: it is about to send its n-th message, and whatever it did
/// until then, to its disks, too, is done. Between two messages nobody can tell the difference.
struct CrashPoint {
  std::uint64_t number = 0;  ///< among all points of a run, from 1
  std::string host;          ///< `"vtctld"`
  std::string process;       ///< `"mysqld"`
  std::uint64_t nth = 0;     ///< message of that process
  std::string step;          ///< that is being played

  /// `"test-0000000100/mysqld before message 17, in migrate-master"`
  std::string text() const;
};

struct CrashPlan {
  std::string file;  ///< of the scenario
  scenarios::Scenario scenario;
  std::uint64_t seed = 1;
  unsigned workers = 1;
  std::optional<Duration> time;  ///< real; no world begins later
  std::uint64_t every = 1;       ///< of the points
  /// A second process dies, too, at a point later that is drawn (`crash_points.second`).
  bool has_pairs = false;
};

/// The fault that makes a process die there; it starts again after five seconds.
scenarios::FaultSpec fault_at(const CrashPoint& point);

/// A world that did not end well.
struct CrashFinding {
  std::vector<CrashPoint> points;  ///< one, or two
  scenarios::WorldRecord record;   ///< of the first such world
  std::string signature;
  std::uint64_t worlds = 1;
};

struct CrashResult {
  std::uint64_t points = 0;  ///< that the run has
  std::uint64_t worlds = 0;  ///< that were played to their end
  std::uint64_t held = 0;
  std::map<std::string, std::uint64_t> by_process;  ///< points, by `"vttablet"`
  std::map<std::string, std::uint64_t> by_step;
  std::vector<CrashFinding> findings;
  scenarios::WorldRecord calm;  ///< the run in which nothing dies
  bool is_complete = true;      ///< neither time nor patience ended it
  bool was_interrupted = false;
  Duration real{0};
};

/// Plays the scenario once. At every point it forks: in the child the process dies and the rest is
/// played, so that a world costs its tail only.
CrashResult try_crash_points(const CrashPlan& plan);

}  // namespace shardlab::tools

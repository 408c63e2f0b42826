#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/fault.h"
#include "sim/fault_plan.h"

namespace shardlab::sim {

class World;

/// What became of one planned fault.
struct FaultReport {
  PlannedFault fault;
  bool has_begun = false;
  bool has_ended = false;
  Duration began{0};  ///< since the nemesis started
  Duration ended{0};
  std::uint64_t effects = 0;

  /// It changed nothing: the run would have been the same without it.
  bool is_wasted() const { return effects == 0; }
};

/// `"2.500 +0.750 slow-cpu server-1/daemon 50us: 2.500..3.250 17 effects"`, `"...: 2.500..3.250
/// wasted"`, or `"...: not begun"`.
std::string to_text(const FaultReport& report);

/// Carries out a plan, as events of the world: at each instant the faults that are over end before
/// others begin, both in the order of the plan.
///
/// Must not outlive the world. Faults that still live when it goes end then.
class Nemesis {
 public:
  /// Throws Error: failed_precondition when the world cannot have one of the faults.
  Nemesis(World& world, FaultPlan plan);
  Nemesis(const Nemesis&) = delete;
  Nemesis& operator=(const Nemesis&) = delete;
  ~Nemesis();

  /// Time counts from here.
  void start();
  /// Ends what is wrong, and begins nothing more.
  void stop();
  /// Nothing is wrong, and nothing is going to be.
  bool is_done() const;
  /// In the order of the plan; effects as of now.
  std::vector<FaultReport> report() const;

 private:
  struct Run;
  struct State;
  std::shared_ptr<State> state_;  ///< shared with the events that carry it out
};

}  // namespace shardlab::sim

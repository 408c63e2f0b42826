#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/fault_plan.h"

namespace shardlab::sim {

/// How much may be wrong, so that what is tested can still get on with its work.
class FaultBudget {
 public:
  /// Of these hosts at most so many are down at once; see `takes_down`.
  FaultBudget& group(std::string name, std::vector<std::string> hosts, std::size_t at_most);
  /// At most a minority: 1 of 3, 2 of 5, none of 2.
  FaultBudget& group(std::string name, std::vector<std::string> hosts);
  /// How long a host still counts as down when its fault is over: it starts and catches up.
  FaultBudget& recovery(Duration time);
  FaultBudget& at_most(std::size_t faults);
  FaultBudget& at_once(std::size_t faults);
  /// From then on, as the nemesis counts time, nothing is wrong any more.
  FaultBudget& quiet_after(Duration time);
  /// How far faults may bring the clock of one host off, all its skews, drifts and jumps together.
  FaultBudget& clock_error(Duration most);

  /// Why the fault may not happen beside those in `admitted`; none when it may.
  std::optional<std::string> refusal(const PlannedFault& fault, const FaultPlan& admitted) const;

  struct Refusal {
    PlannedFault fault;
    std::string reason;  ///< `"quiet after 50.000 s"`
  };
  struct Admission {
    FaultPlan plan;
    std::vector<Refusal> refused;
  };
  /// Takes the faults one after the other, as far as they may happen.
  Admission admit(const FaultPlan& plan) const;

 private:
  struct Group {
    std::string name;
    std::vector<std::string> hosts;
    std::size_t at_most;
  };

  std::optional<std::string> group_refusal(const Group& group, const PlannedFault& fault,
                                           const FaultPlan& admitted) const;
  std::optional<std::string> number_refusal(const PlannedFault& fault,
                                            const FaultPlan& admitted) const;
  std::optional<std::string> clock_refusal(const PlannedFault& fault,
                                           const FaultPlan& admitted) const;

  std::vector<Group> groups_;
  Duration recovery_{0};
  std::optional<std::size_t> at_most_;
  std::optional<std::size_t> at_once_;
  std::optional<Duration> quiet_after_;
  std::optional<Duration> clock_error_;
};

/// The plan, and after it the refused faults with their reasons, one line each.
std::string to_text(const FaultBudget::Admission& admission);

}  // namespace shardlab::sim

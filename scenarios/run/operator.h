#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/checks/check.h"
#include "scenarios/cluster/live_cluster.h"
#include "scenarios/faults/injector.h"
#include "scenarios/report/run_report.h"
#include "scenarios/run/facts.h"
#include "scenarios/run/scripts.h"

namespace shardlab::scenarios {

/// The person who types the commands of a scenario, one after another, and what comes of each: the
/// story in the report, the checks that hear of it.
class Operator {
 public:
  /// Where he works. All of it must outlive him.
  struct Desk {
    LiveCluster& cluster;
    const Scenario& scenario;
    const WorldFacts& facts;
    std::vector<std::unique_ptr<Check>>& checks;
    RunReport& report;
    std::function<void(std::string_view)> transcript;  ///< may be empty
    std::function<void()> end_faults;
  };
  explicit Operator(Desk desk) : desk_(std::move(desk)), scripts_(desk_.cluster) {}

  /// Times of the story count from now; no world is run past the limit.
  void start(TimePoint limit);
  TimePoint started_at() const { return started_at_; }
  Duration since_start() const { return desk_.cluster.now() - started_at_; }

  /// What a command came to in the end.
  struct Played {
    bool has_worked = false;
    std::string output;
  };
  /// As a person does: again after a pause, unless the step turns out to be done. When all attempts
  /// have failed, faults end, and as many follow.
  Played play(const Step& step, const CommandLine& command);

  /// Ctrl-C and a colleague.
  OperatorHooks hooks();
  bool has_busy_colleague() const { return scripts_.is_busy_elsewhere(); }

 private:
  std::string type(const CommandLine& command, bool& has_worked);
  /// Gives whether there is something to play.
  bool play_elsewhere(const std::string& step);
  bool try_out(const CommandLine& command);
  void tell_outcome(const CommandResult& result, TimePoint from, StepReport& told);
  void tell_checks(const CommandLine& command, const CommandResult& result, TimePoint from);
  void give_up(std::size_t attempt);
  void forgive(std::size_t step, std::string_view prefix);
  void give_back_drained_tablets();
  void cancel_if_half_done(const CommandLine& command, std::size_t attempt);
  bool is_over() const { return !desk_.report.inconclusive.empty(); }

  Desk desk_;
  Scripts scripts_;
  TimePoint started_at_ = sim::World::start_time;
  bool owes_tablets_ = false;  ///< a vtworker left some drained, perhaps
};

}  // namespace shardlab::scenarios

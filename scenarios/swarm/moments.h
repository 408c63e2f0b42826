#pragma once

#include <string>
#include <vector>

#include "scenarios/faults/fault_spec.h"
#include "scenarios/file/scenario.h"

namespace shardlab::scenarios {

/// A part of the procedure. Some have few moments and others many; faults come to each as often.
enum class Stretch { any_time, creation, clone, diff, migration, cutover, afterwards };

/// When a fault can begin in a scenario, and what there certainly is then.
struct Moment {
  Stretch stretch = Stretch::any_time;
  FaultTrigger trigger;
  bool in_command = false;     ///< a command is being carried out
  bool in_worker = false;      ///< vtworker runs
  bool in_lock = false;        ///< a lock of the topology is held
  bool has_targets = false;    ///< the new shards' tablets run
  bool has_masters = false;    ///< each new shard has a master
  bool has_streams = false;    ///< the new shards follow the old ones
  bool has_drained = false;    ///< a source's tablet is drained
  bool has_cut_over = false;   ///< the new shards take the writes
  std::string drained_target;  ///< the new shard one of whose tablets is drained; or empty
};

/// All moments of a scenario up to just behind its cutover: times, ends of steps, and the events
/// that such a procedure comes across, each so many times as it surely happens.
std::vector<Moment> moments_of(const Scenario& scenario);

}  // namespace shardlab::scenarios

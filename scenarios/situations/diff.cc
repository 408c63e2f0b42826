#include "scenarios/situations/catalogue.h"
#include "scenarios/situations/words.h"

namespace shardlab::scenarios::situations {

Theme diff_theme() {
  const Condition synchronizes = while_command("SplitDiff") && worker_at(synchronizing);
  const Condition compares = while_command("SplitDiff") && worker_at(comparing);
  const Condition diffs = while_command("SplitDiff");
  return {
      "diff",
      "SplitDiff and what comes in its way",
      {
          {"write-during-synchronization", "a visitor's write is committed while both sides stop",
           visitor_commits() && synchronizes},
          {"write-during-diff", "a visitor's write is committed while rows are compared",
           visitor_commits() && compares},
          {"diff-with-replicas-apart", "servers of the source differ when SplitDiff stops them",
           worker("SplitDiff", synchronizing) && of_story(&Story::source_servers_differ), rare},
          {"diff-worker-killed", "vtworker is killed during SplitDiff", killed(vtworker()) && diffs,
           very_rare},
          {"diff-drained-tablet-killed", "a tablet that is compared is killed meanwhile",
           killed(drained_tablet()) && diffs, very_rare},
          {"diff-target-master-killed",
           "a new master is killed during SplitDiff, its stream stopped",
           killed(target_master()) && diffs, very_rare},
          {"diff-source-master-killed", "the old master is killed during SplitDiff",
           killed(source_master()) && diffs, very_rare},
          {"diff-stops-stream", "a stream is stopped for SplitDiff and runs again",
           in_order(stream("Stopped") && diffs, stream("Running"))},
          {"diff-dies-with-stream-stopped", "SplitDiff fails while it has stopped a stream",
           between(stream("Stopped") && diffs, stream("Running"), command_failed("SplitDiff")),
           very_rare},
          {"diff-succeeds-later", "SplitDiff fails and then works",
           in_order(command_failed("SplitDiff"), command_worked("SplitDiff")), rare},
      },
  };
}

}  // namespace shardlab::scenarios::situations

#include "scenarios/situations/catalogue.h"
#include "scenarios/situations/words.h"

namespace shardlab::scenarios::situations {

Theme clone_theme() {
  const Condition copies = while_command("SplitClone") && worker_at(copying);
  const Happening source_named =
      EventKind::topo_written && copies &&
      Condition([](const Moment& moment) { return moment.event.text("path").ends_with("/Shard"); });
  return {
      "clone",
      "SplitClone and what comes in its way",
      {
          {"write-during-copy", "a visitor's write is committed while rows are copied",
           visitor_commits() && copies},
          {"copy-with-replicas-apart", "servers of the source differ when the copy begins",
           worker("SplitClone", copying) && of_story(&Story::source_servers_differ), rare},
          {"copy-worker-killed", "vtworker is killed while it copies rows",
           killed(vtworker()) && copies, very_rare},
          {"copy-interrupted", "Ctrl-C while rows are copied",
           EventKind::fault_started && field_is("fault", "interrupt") && copies, very_rare},
          {"copy-drained-tablet-killed", "the tablet that is copied from is killed meanwhile",
           killed(drained_tablet()) && copies, very_rare},
          {"copy-source-master-killed", "the old master is killed while rows are copied",
           killed(source_master()) && copies, very_rare},
          {"copy-target-master-killed", "a new master is killed while rows are copied into it",
           killed(target_master()) && copies, very_rare},
          {"copy-disk-of-target-fails", "a new master's disk is full or fails during the copy",
           fault_on(disk_faults(), target_master()) && copies, very_rare},
          {"source-named-clone-fails", "SplitClone fails when it has named a new shard's source",
           between(source_named, command_worked("SplitClone"), command_failed("SplitClone")),
           very_rare},
          {"clean-up-fails", "a tablet cannot be given back as it was taken",
           EventKind::clean_up_failed, rare},
          {"clone-succeeds-later", "SplitClone fails and then works",
           in_order(command_failed("SplitClone"), command_worked("SplitClone")), rare},
          {"clone-done-though-failed",
           "SplitClone fails, but nothing is left to do: the operator goes on",
           between(command_failed("SplitClone"), command_worked("SplitClone"),
                   EventKind::command_started && field_is("name", "SplitDiff")),
           rare},
          {"clone-cancelled", "CancelResharding makes way for a new SplitClone",
           in_order(command_worked("CancelResharding"), command_worked("SplitClone")), very_rare},
      },
  };
}

}  // namespace shardlab::scenarios::situations

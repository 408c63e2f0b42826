#include "scenarios/situations/catalogue.h"
#include "scenarios/situations/words.h"

namespace shardlab::scenarios::situations {

Theme operators_theme() {
  const Happening migration_interrupted = command_interrupted("MigrateServedTypes");
  return {
      "operators",
      "the operator: Ctrl-C, trying again",
      {
          {"init-interrupted", "Ctrl-C during InitShardMaster",
           command_interrupted("InitShardMaster"), very_rare},
          {"schema-copy-interrupted", "Ctrl-C during CopySchemaShard",
           command_interrupted("CopySchemaShard"), very_rare},
          {"clone-interrupted", "Ctrl-C during SplitClone", command_interrupted("SplitClone"),
           rare},
          {"diff-interrupted", "Ctrl-C during SplitDiff", command_interrupted("SplitDiff"), rare},
          {"rdonly-migration-interrupted", "Ctrl-C during the migration of rdonly",
           migration_interrupted && arguments_end(" rdonly"), rare},
          {"replica-migration-interrupted", "Ctrl-C during the migration of replica",
           migration_interrupted && arguments_end(" replica"), very_rare},
          {"cutover-interrupted", "Ctrl-C during the migration of the master",
           migration_interrupted && arguments_end(" master"), rare},
          {"init-succeeds-later", "InitShardMaster fails and then works",
           in_order(command_failed("InitShardMaster"), command_worked("InitShardMaster")), rare},
          {"schema-copy-succeeds-later", "CopySchemaShard fails and then works",
           in_order(command_failed("CopySchemaShard"), command_worked("CopySchemaShard")),
           very_rare},
          {"third-try", "a command works after two failures or more",
           command_worked("") &&
               Condition([](const Moment& moment) { return moment.story.failures_before() >= 2; }),
           rare},
          {"tablet-given-back", "the operator gives back a tablet that a dead vtworker had drained",
           command_worked("ChangeSlaveType"), rare},
      },
  };
}

}  // namespace shardlab::scenarios::situations

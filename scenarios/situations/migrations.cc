#include "scenarios/situations/catalogue.h"
#include "scenarios/situations/words.h"

namespace shardlab::scenarios::situations {

Theme migrations_theme() {
  using fakes::guestbook::Outcome;
  const Condition migrates = while_command("MigrateServedTypes");
  const Condition rdonly = migrates && during(Phase::rdonly_migration);
  const Condition replica = migrates && during(Phase::replica_migration);
  const Condition drains =
      migration_at("rdonly", "graph-migrated") || migration_at("replica", "graph-migrated");
  const Condition controls_set =
      migration_at("rdonly", "controls-set") || migration_at("replica", "controls-set");
  return {
      "migrations",
      "the migrations of rdonly and replica",
      {
          {"replica-read-during-migration", "a replica read is answered while replicas migrate",
           read_answered(Outcome::ok, "replica") && replica},
          {"replica-read-while-both-serve",
           "a replica read is answered while old and new replicas serve",
           read_answered(Outcome::ok, "replica") && migration_at("replica", "graph-migrated")},
          {"replica-read-fails-during-migration", "a replica read fails while replicas migrate",
           read_answered(Outcome::failed, "replica") && replica, rare},
          {"query-refused-during-migration", "a tablet refuses a query while replicas migrate",
           EventKind::query_attempt_failed && replica, rare},
          {"write-during-replica-migration", "a write is acknowledged while replicas migrate",
           write_answered(Outcome::acknowledged) && replica},
          {"migrating-rdonly-killed", "an rdonly tablet is killed while rdonly migrates",
           killed(tablet_of_type(topodata::RDONLY)) && rdonly, very_rare},
          {"migrating-replica-killed", "a replica is killed while replicas migrate",
           killed(tablet_of_type(topodata::REPLICA)) && replica, rare},
          {"vtctld-killed-before-graph", "vtctld is killed between controls and serving graph",
           killed(vtctld()) && controls_set, very_rare},
          {"vtctld-killed-while-draining", "vtctld is killed while old tablets drain",
           killed(vtctld()) && drains, very_rare},
          {"etcd-killed-during-migration", "an etcd is killed during a migration",
           killed(etcd()) && (rdonly || replica), rare},
          {"vtgate-killed-during-migration", "vtgate is killed during a migration",
           killed(vtgate()) && (rdonly || replica), very_rare},
          {"rdonly-migration-succeeds-later", "the migration of rdonly fails and then works",
           in_order(command_failed("MigrateServedTypes") && arguments_end(" rdonly"),
                    command_worked("MigrateServedTypes") && arguments_end(" rdonly")),
           rare},
          {"replica-migration-succeeds-later", "the migration of replica fails and then works",
           in_order(command_failed("MigrateServedTypes") && arguments_end(" replica"),
                    command_worked("MigrateServedTypes") && arguments_end(" replica")),
           rare},
      },
  };
}

}  // namespace shardlab::scenarios::situations

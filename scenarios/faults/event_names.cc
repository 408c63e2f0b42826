#include "scenarios/faults/event_names.h"

#include <algorithm>

#include "sim/barrier.h"

namespace shardlab::scenarios {

const std::vector<EventName>& event_names() {
  constexpr std::string_view migration = "MigrationStepDone";
  constexpr std::string_view worker = "WorkerStateChanged";
  static const std::vector<EventName> names{
      {"migrate.any", migration, "", "", "any step of MigrateServedTypes is done"},
      {"migrate.controls-set", migration, "step", "controls-set",
       "the old shard's query service was told to stop (rdonly, replica)"},
      {"migrate.source-readonly", migration, "step", "source-readonly",
       "the old master takes no more writes"},
      {"migrate.positions-read", migration, "step", "positions-read",
       "the old master's last position is known"},
      {"migrate.targets-caught-up", migration, "step", "targets-caught-up",
       "the new masters have everything up to it"},
      {"migrate.reverse-streams-created", migration, "step", "reverse-streams-created",
       "replication back to the old shard is prepared"},
      {"migrate.frozen", migration, "step", "frozen", "the point of no return is recorded"},
      {"migrate.targets-enabled", migration, "step", "targets-enabled",
       "the new masters may take writes"},
      {"migrate.streams-deleted", migration, "step", "streams-deleted",
       "filtered replication is over"},
      {"migrate.targets-serving", migration, "step", "targets-serving",
       "the new shards' records say that they serve"},
      {"migrate.graph-migrated", migration, "step", "graph-migrated",
       "the serving graph of every cell names the new shards"},
      {"migrate.source-not-serving", migration, "step", "source-not-serving",
       "the old shard's record says that it does not serve"},
      {"migrate.done", migration, "step", "done", "the migration is over"},
      {"migrate.undone", migration, "step", "undone", "the migration was undone"},
      {"worker.any", worker, "", "", "SplitClone or SplitDiff enters a state"},
      {"clone.copying", worker, "state", "cloning the data (offline)",
       "SplitClone begins to copy rows"},
      {"diff.synchronizing", worker, "state", "synchronizing replication",
       "SplitDiff brings both sides to one position"},
      {"diff.comparing", worker, "state", "running the diff", "SplitDiff begins to compare rows"},
      {"diff.table-compared", "SplitDiffTableCompared", "", "", "SplitDiff has compared a table"},
      {"worker.cleaning-up", worker, "state", "cleaning up",
       "SplitClone or SplitDiff puts back what it took"},
      {"stream.any", "VReplicationStreamStateChanged", "", "",
       "a stream of filtered replication changes its state"},
      {"stream.running", "VReplicationStreamStateChanged", "state", "Running",
       "a stream of filtered replication starts"},
      {"write.committed", "QueryServiceCommitted", "", "",
       "a visitor's transaction is committed, and not answered yet"},
      {"server.committed", "TransactionCommitted", "", "",
       "a mysqld has committed something, replicas included"},
      {"schema.changed", "SchemaChanged", "", "",
       "a mysqld has a database or a table more, or less, replicas included"},
      {"server.read-only", "ReadOnlyChanged", "read_only", "true", "a mysqld was made read-only"},
      {"server.writable", "ReadOnlyChanged", "read_only", "false", "a mysqld was made writable"},
      {"replication.started", "ReplicationStarted", "", "", "a mysqld replicates"},
      {"replication.stopped", "ReplicationStopped", "", "", "a mysqld replicates no more"},
      {"tablet.serving-changed", "TabletServingChanged", "", "",
       "the query service of a tablet goes on, off or elsewhere"},
      {"topo.written", "TopoWritten", "", "", "a key of an etcd was written or deleted"},
      {"topo.lock-taken", "LockTaken", "", "", "a process holds a lock of the topology"},
      {"etcd.leader-elected", "EtcdLeaderElected", "", "",
       "a member of an etcd leads it from now on"},
      {"etcd.stepped-down", "EtcdSteppedDown", "", "",
       "an etcd's leader heard from no majority and leads no more"},
      {"etcd.client-moved", "EtcdClientMoved", "", "",
       "a client turns from one member of an etcd to the next"},
      {"process.sends", sim::Barriers::about_to_send, "", "",
       "a process is about to send a message; where = { host, process } says which"},
      {"topo.lock-released", "LockReleased", "", "", "a process gave a lock back"},
  };
  return names;
}

const EventName* find_event_name(std::string_view name) {
  const auto& names = event_names();
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const EventName& one) { return one.name == name; });
  return found == names.end() ? nullptr : &*found;
}

}  // namespace shardlab::scenarios

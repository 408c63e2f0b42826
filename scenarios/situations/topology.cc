#include "scenarios/situations/catalogue.h"
#include "scenarios/situations/words.h"

namespace shardlab::scenarios::situations {

Theme topology_theme() {
  const Condition cached = host_is(vtgate());
  return {
      "topology",
      "locks, leases, watches and the serving graph",
      {
          {"lock-holder-killed", "vtctld is killed while it holds a lock",
           killed(vtctld()) && while_locked_by("vtctld"), rare},
          {"lock-lost", "a lease expires while vtctld holds a lock",
           EventKind::lease_expired && while_locked_by("vtctld"), rare},
          {"lock-found-lost", "a holder looks before it acts and finds its lock gone",
           EventKind::lock_found_lost, rare},
          {"late-write-refused", "a write is refused because the writer's lock has gone",
           EventKind::guarded_write_refused, rare},
          {"undone-under-new-lock", "a cutover loses its lock and is undone under another one",
           in_order(EventKind::lock_found_lost && while_command("MigrateServedTypes"),
                    cutover_step("undone")),
           very_rare},
          {"outcome-found-done", "the reply to a write is lost, and reading finds it done",
           EventKind::outcome_resolved && field_is("outcome", "done"), rare},
          {"outcome-found-not-done", "the reply to a write is lost, and reading finds it not done",
           EventKind::outcome_resolved && field_is("outcome", "not-done"), rare},
          {"lock-holder-cut-off", "the network of vtctld fails while it holds a lock",
           fault_on(network_faults(), vtctld()) && while_locked_by("vtctld"), rare},
          {"lease-expires-during-command", "a lease expires while a command runs",
           EventKind::lease_expired && !while_command(""), rare},
          {"etcd-aborts", "an etcd ends because of its disk", EventKind::etcd_aborted, rare},
          {"global-etcd-killed", "the global etcd is killed while a command runs",
           killed(global_etcd()) && !while_command(""), rare},
          {"watch-lost", "vtgate loses a watch of the topology", EventKind::watch_lost && cached,
           rare},
          {"watch-recovers", "vtgate loses a watch and sees a serving graph again",
           in_order(EventKind::watch_lost && cached, EventKind::serving_graph_seen && cached),
           rare},
          {"serving-graph-stale",
           "a write comes by an old serving graph to a master that does not serve any more",
           EventKind::query_attempt_failed && field_is("code", "failed_precondition") &&
               (cutover_at(CutoverStep::graph_migrated) || cutover_at(CutoverStep::done)),
           rare},
      },
  };
}

}  // namespace shardlab::scenarios::situations

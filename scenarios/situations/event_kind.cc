#include "scenarios/situations/event_kind.h"

#include <algorithm>
#include <array>
#include <utility>

namespace shardlab::scenarios::situations {
namespace {

using Name = std::pair<std::string_view, EventKind>;

/// Sorted by name; nothing in the trace is called like the end of a run.
constexpr std::array names{
    Name{"CleanUpFailed", EventKind::clean_up_failed},
    Name{"CommandEnded", EventKind::command_ended},
    Name{"CommandStarted", EventKind::command_started},
    Name{"EtcdAborted", EventKind::etcd_aborted},
    Name{"EtcdClientMoved", EventKind::etcd_client_moved},
    Name{"EtcdLeaderElected", EventKind::etcd_leader_elected},
    Name{"EtcdSteppedDown", EventKind::etcd_stepped_down},
    Name{"EtcdWatchCompacted", EventKind::etcd_watch_compacted},
    Name{"EtcdWatchesCaughtUp", EventKind::etcd_watches_caught_up},
    Name{"FaultEnded", EventKind::fault_ended},
    Name{"FaultStarted", EventKind::fault_started},
    Name{"GuardedWriteRefused", EventKind::guarded_write_refused},
    Name{"GuestbookAnswered", EventKind::guestbook_answered},
    Name{"LeaseExpired", EventKind::lease_expired},
    Name{"LockFoundLost", EventKind::lock_found_lost},
    Name{"LockReleased", EventKind::lock_released},
    Name{"LockTaken", EventKind::lock_taken},
    Name{"MigrationStepDone", EventKind::migration_step_done},
    Name{"OutcomeResolved", EventKind::outcome_resolved},
    Name{"ProcessCrashed", EventKind::process_crashed},
    Name{"ProcessLostPower", EventKind::process_lost_power},
    Name{"QueryAttemptFailed", EventKind::query_attempt_failed},
    Name{"QueryServiceCommitted", EventKind::query_service_committed},
    Name{"ReplicationStopped", EventKind::replication_stopped},
    Name{"ServerAborted", EventKind::server_aborted},
    Name{"ServingGraphSeen", EventKind::serving_graph_seen},
    Name{"TopoWritten", EventKind::topo_written},
    Name{"TransactionCommitted", EventKind::transaction_committed},
    Name{"VReplicationStreamStateChanged", EventKind::stream_state_changed},
    Name{"WatchCompacted", EventKind::watch_compacted},
    Name{"WatchLost", EventKind::watch_lost},
    Name{"WorkerStateChanged", EventKind::worker_state_changed},
};
static_assert(std::is_sorted(names.begin(), names.end()));

}  // namespace

EventKind event_kind(std::string_view name) {
  const auto found =
      std::lower_bound(names.begin(), names.end(), name,
                       [](const Name& a, std::string_view b) { return a.first < b; });
  return found != names.end() && found->first == name ? found->second : EventKind::other;
}

}  // namespace shardlab::scenarios::situations

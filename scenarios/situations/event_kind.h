#pragma once

#include <cstdint>
#include <string_view>

namespace shardlab::scenarios::situations {

/// The events of a trace that situations look at.
enum class EventKind : std::uint8_t {
  command_started,
  command_ended,
  fault_started,
  fault_ended,
  process_crashed,
  process_lost_power,
  migration_step_done,
  worker_state_changed,
  clean_up_failed,
  stream_state_changed,
  transaction_committed,
  query_service_committed,
  replication_stopped,
  server_aborted,
  etcd_aborted,
  etcd_leader_elected,
  etcd_stepped_down,
  etcd_client_moved,
  etcd_watches_caught_up,
  etcd_watch_compacted,
  topo_written,
  lease_expired,
  lock_taken,
  lock_released,
  lock_found_lost,
  guarded_write_refused,
  outcome_resolved,
  watch_compacted,
  query_attempt_failed,
  watch_lost,
  serving_graph_seen,
  guestbook_answered,
  run_ended,  ///< after the last event
  other,      ///< nobody looks at it
};

inline constexpr std::size_t event_kinds = static_cast<std::size_t>(EventKind::other);

/// Of the kind's name in the trace: `"MigrationStepDone"`.
EventKind event_kind(std::string_view name);

}  // namespace shardlab::scenarios::situations

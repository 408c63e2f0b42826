#include <array>

#include "scenarios/situations/catalogue.h"
#include "scenarios/situations/words.h"

namespace shardlab::scenarios::situations {
namespace {

constexpr std::array<std::string_view, 1> pauses{"pause"}, gone{"etcd-gone"},
    lost_answers{"lost-answer"}, silences{"silent-watch"};

/// A leader is elected where there was one before.
Happening leader_replaced() { return EventKind::etcd_leader_elected && !field_is("before", ""); }

}  // namespace

Theme etcd_theme() {
  const Happening client_moved = EventKind::etcd_client_moved;
  return {
      "etcd",
      "an etcd of several members, and what its clients meet",
      {
          {"leader-replaced", "an etcd lost its leader and elected another", leader_replaced(),
           rare},
          {"leader-replaced-during-command", "the same while a command runs",
           leader_replaced() && !while_command(""), rare},
          {"leader-steps-down", "an etcd's leader hears from no majority and leads no more",
           EventKind::etcd_stepped_down, rare},
          {"client-moves", "a client turns from one member to another while a command runs",
           client_moved && !while_command(""), rare},
          {"client-moves-with-lock", "vtctld turns to another member while it holds a lock",
           client_moved && host_is(vtctld()) && while_locked_by("vtctld"), rare},
          {"watch-falls-silent", "changes are kept from watchers without an error",
           fault_took_effect(silences), rare},
          {"watch-catches-up", "watchers hear late of what happened meanwhile",
           EventKind::etcd_watches_caught_up, rare},
          {"compacted-under-watch", "a watch ends because what it had to tell was forgotten",
           EventKind::etcd_watch_compacted, rare},
          {"write-answer-lost", "a write takes effect and its answer never comes",
           fault_took_effect(lost_answers), rare},
          {"lease-expires-while-paused", "vtctld stands still until the lease of its lock is over",
           EventKind::lease_expired && while_locked_by("vtctld") && while_fault(pauses, vtctld()),
           rare},
          {"cell-etcd-gone", "the whole etcd of a cell was down for a while",
           fault_took_effect(gone), rare},
      },
  };
}

}  // namespace shardlab::scenarios::situations

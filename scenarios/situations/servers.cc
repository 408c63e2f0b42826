#include "scenarios/situations/catalogue.h"
#include "scenarios/situations/words.h"

namespace shardlab::scenarios::situations {
namespace {

/// A fault of that kind ends and had an effect.
Happening took_effect(std::string_view kind) {
  return EventKind::fault_ended && field_is("fault", kind) &&
         Condition([](const Moment& moment) { return moment.event.number_of("effects") > 0; });
}

Happening stream_fails_with(std::string_view part) {
  return stream("Retrying") && field_contains("message", part);
}

}  // namespace

Theme servers_theme() {
  const Condition target_is_replica = [](const Moment& moment) {
    return moment.story.has_type(moment.event.text("target"), topodata::REPLICA);
  };
  return {
      "servers",
      "what database servers do with transactions",
      {
          {"commit-acknowledgement-lost", "a connection breaks behind a commit, before the answer",
           took_effect("cut-after-commit"), rare},
          {"transaction-deadlocks", "a stream's transaction is the victim of a deadlock",
           took_effect("deadlock"), rare},
          {"lock-wait-times-out", "somebody has waited too long for a lock",
           took_effect("lock-wait"), rare},
          {"stream-waits-too-long", "a stream has waited too long for a lock",
           stream_fails_with("Lock wait timeout"), rare},
          {"semi-sync-times-out", "a master gives up waiting for acknowledgements",
           took_effect("semi-sync-timeout"), rare},
          {"replica-is-delayed", "a replica has let a transaction wait because it was too young",
           took_effect("delayed-replica"), rare},
          {"errant-transaction", "a replica has got a transaction of its own and is mended",
           took_effect("errant-transaction"), rare},
          {"errant-transaction-stops-replica",
           "a replica with a transaction of its own cannot apply its master's",
           EventKind::replication_stopped && field_contains("error", "out-of-order"), rare},
          {"log-purged", "a replica purges its binary log", took_effect("purged-log"), rare},
          {"purged-log-missed", "a stream needs what the log of its source lacks",
           stream_fails_with("have been purged"), very_rare},
          {"unsynced-commits-lost", "a replica loses commits that it had not synced",
           took_effect("unsynced-crash") && target_is_replica, rare},
          {"stream-ahead-of-its-source", "a stream has transactions that its source has lost",
           stream_fails_with("not in the master's binlog"), very_rare},
      },
  };
}

}  // namespace shardlab::scenarios::situations

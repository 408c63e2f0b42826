#include "fakes/etcd/trace_changes.h"

#include "fakes/etcd/events.h"

namespace shardlab::fakes::etcd {

void trace_changes(sim::Process& process, const Store& store, std::int64_t revision,
                   const Sender& sender) {
  if (store.revision() == revision) return;
  for (const Event& change : store.events(revision + 1, no_end, no_end)) {
    TopoWritten event;
    event.path = change.kv().key();
    event.revision = change.kv().mod_revision();
    event.deleted = change.type() == Event::DELETE;
    event.by = sender.host();
    event.lock = sender.lock();
    process.emit(event);
  }
}

}  // namespace shardlab::fakes::etcd

#pragma once

#include "fakes/etcd/store.h"
#include "sim/host.h"

namespace shardlab::fakes::etcd {

/// Tells the trace which keys were written and deleted after `revision`, and who asked for it
/// (`TopoWritten`).
void trace_changes(sim::Process& process, const Store& store, std::int64_t revision,
                   const Sender& sender);

}  // namespace shardlab::fakes::etcd

#pragma once

#include <string>

#include "fakes/etcd/raft.pb.h"
#include "fakes/etcd/store.h"

namespace shardlab::fakes::etcd {

/// Carries out a call that concerns the data alone: `"Range"` with the bytes of a RangeRequest
/// gives those of its RangeResponse. Throws Error: the store's; corrupt for another message,
/// unsupported for another method.
std::string answer_call(Store& store, const std::string& method, const std::string& request,
                        TimePoint now);

/// Who sent a write, if he said so.
Sender sender_of(const std::string& method, const std::string& request);

/// Carries out an entry of a log that has a method. What the store refuses is a result, too.
Result<std::string> answer_entry(Store& store, const RaftEntry& entry, TimePoint now);

/// Whether the method changes what is stored, and therefore goes to the log: `"Put"`.
bool is_logged(std::string_view method);

}  // namespace shardlab::fakes::etcd

#pragma once

#include <string>

#include "fakes/etcd/store.h"

namespace shardlab::fakes::etcd {

/// Carries out a call that concerns the data alone: `"Range"` with the bytes of a RangeRequest
/// gives those of its RangeResponse. Throws Error: the store's; corrupt for another message,
/// unsupported for another method.
std::string answer_call(Store& store, const std::string& method, const std::string& request,
                        TimePoint now);

/// Who sent a write, if he said so.
Sender sender_of(const std::string& method, const std::string& request);

}  // namespace shardlab::fakes::etcd

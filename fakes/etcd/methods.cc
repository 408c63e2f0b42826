#include "fakes/etcd/methods.h"

#include <fmt/format.h>

#include "fakes/etcd/wire.h"

namespace shardlab::fakes::etcd {

std::string answer_call(Store& store, const std::string& method, const std::string& request,
                        TimePoint now) {
  if (method == "Range") return store.range(decode<RangeRequest>(request)).SerializeAsString();
  if (method == "Put") return store.put(decode<PutRequest>(request)).SerializeAsString();
  if (method == "DeleteRange") {
    return store.delete_range(decode<DeleteRangeRequest>(request)).SerializeAsString();
  }
  if (method == "Txn") return store.txn(decode<TxnRequest>(request)).SerializeAsString();
  if (method == "Compact") {
    return store.compact(decode<CompactionRequest>(request)).SerializeAsString();
  }
  if (method == "LeaseGrant") {
    return store.lease_grant(decode<LeaseGrantRequest>(request), now).SerializeAsString();
  }
  if (method == "LeaseKeepAlive") {
    return store.lease_keep_alive(decode<LeaseKeepAliveRequest>(request), now).SerializeAsString();
  }
  if (method == "LeaseRevoke") {
    return store.lease_revoke(decode<LeaseRevokeRequest>(request)).SerializeAsString();
  }
  if (method == "LeaseTimeToLive") {
    const auto lease = decode<LeaseTimeToLiveRequest>(request);
    return store.lease_time_to_live(lease, now).SerializeAsString();
  }
  if (method == "LeaseLeases") return store.lease_leases().SerializeAsString();
  throw Error(Errc::unsupported, fmt::format("etcdserver: unknown method {}", method));
}

Sender sender_of(const std::string& method, const std::string& request) {
  if (method != "Put" && method != "DeleteRange" && method != "Txn") return Sender();
  return decode<SentRequest>(request).sender();
}

Result<std::string> answer_entry(Store& store, const RaftEntry& entry, TimePoint now) try {
  return answer_call(store, entry.method(), entry.request(), now);
} catch (const Error& error) {
  return error;
}

bool is_logged(std::string_view method) {
  return method == "Put" || method == "DeleteRange" || method == "Txn" || method == "Compact" ||
         method == "LeaseGrant" || method == "LeaseRevoke";
}

}  // namespace shardlab::fakes::etcd

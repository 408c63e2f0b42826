#include "tests/contracts/etcd/store_peer.h"

#include <fmt/format.h>

#include "fakes/etcd/refusals.h"
#include "fakes/etcd/wire.h"

namespace shardlab::fakes::etcd {

std::int64_t StorePeer::begin() {
  watches_.reset();
  store_ = std::make_unique<Store>();
  watches_ = std::make_unique<WatchStream>(*store_);
  replies_.clear();
  return store_->revision();
}

std::string StorePeer::answer(const std::string& method, const std::string& request) {
  Store& store = *store_;
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
    return store.lease_grant(decode<LeaseGrantRequest>(request), now_).SerializeAsString();
  }
  if (method == "LeaseKeepAlive") {
    return store.lease_keep_alive(decode<LeaseKeepAliveRequest>(request), now_).SerializeAsString();
  }
  if (method == "LeaseRevoke") {
    return store.lease_revoke(decode<LeaseRevokeRequest>(request)).SerializeAsString();
  }
  if (method == "LeaseTimeToLive") {
    const auto lease = decode<LeaseTimeToLiveRequest>(request);
    return store.lease_time_to_live(lease, now_).SerializeAsString();
  }
  return store.lease_leases().SerializeAsString();
}

Answer StorePeer::call(const std::string& method, const std::string& request) {
  Answer answered;
  try {
    answered.reply = answer(method, request);
  } catch (const Error& error) {
    answered.refusal = fmt::format("{}: {}", grpc_code_of(error.message()), error.message());
  }
  add(watches_->news());
  return answered;
}

void StorePeer::add(WatchStream::Replies replies) {
  for (WatchResponse& reply : replies) replies_.push_back(std::move(reply));
}

void StorePeer::send(const WatchRequest& request) {
  add(watches_->take(request));
  add(watches_->news());
}

std::optional<WatchResponse> StorePeer::next_reply(Duration) {
  if (replies_.empty()) return std::nullopt;
  WatchResponse reply = std::move(replies_.front());
  replies_.pop_front();
  return reply;
}

void StorePeer::pass(Duration time) {
  now_ += time;
  store_->expire_leases(now_);
  add(watches_->news());
}

}  // namespace shardlab::fakes::etcd

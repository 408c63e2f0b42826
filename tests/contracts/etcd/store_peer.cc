#include "tests/contracts/etcd/store_peer.h"

#include <fmt/format.h>

#include "fakes/etcd/methods.h"
#include "fakes/etcd/refusals.h"

namespace shardlab::fakes::etcd {

std::int64_t StorePeer::begin() {
  watches_.reset();
  store_ = std::make_unique<Store>();
  watches_ = std::make_unique<WatchStream>(*store_);
  replies_.clear();
  return store_->revision();
}

Answer StorePeer::call(const std::string& method, const std::string& request) {
  Answer answered;
  try {
    answered.reply = answer_call(*store_, method, request, now_);
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

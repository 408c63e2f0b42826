#include "tests/contracts/etcd/sim_peer.h"

#include <fmt/format.h>

#include "fakes/etcd/refusals.h"

namespace shardlab::fakes::etcd {

std::int64_t SimPeer::begin() {
  world_.reset();
  watches_.reset();
  replies_.clear();
  world_ = std::make_unique<EtcdWorld>();
  return world_->store->revision();
}

void SimPeer::finish() {
  const TimePoint limit = world_->world.now() + 1min;
  world_->world.scheduler().run_until([this] { return world_->a.running == 0; }, limit);
  check(world_->a.running == 0, "the simulated etcd does not answer");
}

Answer SimPeer::call(const std::string& method, const std::string& request) {
  Answer answer;
  world_->a.spawn([&]() -> Task<> {
    sim::Network& network = world_->world.network();
    auto reply =
        co_await capture(network.call(world_->a.process, etcd_address, method, request, 10s));
    if (reply) {
      answer.reply = *reply;
    } else {
      const std::string text = reply.error().message();
      answer.refusal = fmt::format("{}: {}", grpc_code_of(text), text);
    }
  });
  finish();
  return answer;
}

Task<> SimPeer::read_replies() {
  // Bound: the stream; the world ends it.
  for (;;) {
    auto reply = co_await capture(watches_->next());
    if (!reply) co_return;
    replies_.push_back(std::move(*reply));
  }
}

void SimPeer::send(const WatchRequest& request) {
  const bool is_first = !watches_;
  if (is_first) {
    Client client(world_->a.process, etcd_address, 10s);
    watches_ = std::make_unique<Watches>(client.watches("contract"));
  }
  world_->a.spawn([&]() -> Task<> { return watches_->send(request); });
  finish();
  if (is_first) world_->b.spawn([this]() -> Task<> { return read_replies(); });
}

std::optional<WatchResponse> SimPeer::next_reply(Duration patience) {
  const TimePoint limit = world_->world.now() + patience;
  world_->world.scheduler().at(limit, [] {});
  world_->world.scheduler().run_until([this] { return !replies_.empty(); }, limit);
  if (replies_.empty()) return std::nullopt;
  WatchResponse reply = std::move(replies_.front());
  replies_.pop_front();
  return reply;
}

void SimPeer::pass(Duration time) { world_->run_for(time); }

}  // namespace shardlab::fakes::etcd

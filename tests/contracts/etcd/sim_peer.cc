#include "tests/contracts/etcd/sim_peer.h"

#include <fmt/format.h>

#include "fakes/etcd/refusals.h"

namespace shardlab::fakes::etcd {

namespace {

std::string begin_in(EtcdWorld&) { return etcd_address; }

std::string begin_in(ClusterWorld& world) {
  check(world.run_until_led(), "the simulated etcd has no leader");
  return ClusterWorld::address(world.follower());
}

}  // namespace

template <class World>
SimPeer<World>::~SimPeer() {
  end();
}

/// Who reads the watches goes before them, and they before their network.
template <class World>
void SimPeer<World>::end() {
  if (world_) world_->a.process.crash();
  watches_.reset();
  world_.reset();
}

template <class World>
std::int64_t SimPeer<World>::begin() {
  end();
  replies_.clear();
  world_ = std::make_unique<World>();
  address_ = begin_in(*world_);
  return 1;
}

template <class World>
void SimPeer<World>::finish() {
  const TimePoint limit = world_->world.now() + 1min;
  world_->world.scheduler().run_until([this] { return world_->a.running == 0; }, limit);
  check(world_->a.running == 0, "the simulated etcd does not answer");
}

template <class World>
Answer SimPeer<World>::call(const std::string& method, const std::string& request) {
  Answer answer;
  world_->a.spawn([&]() -> Task<> {
    sim::Network& network = world_->world.network();
    auto reply = co_await capture(network.call(world_->a.process, address_, method, request, 10s));
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

template <class World>
Task<> SimPeer<World>::read_replies() {
  // Bound: the stream; the world ends it.
  for (;;) {
    auto reply = co_await capture(watches_->next());
    if (!reply) co_return;
    replies_.push_back(std::move(*reply));
  }
}

template <class World>
void SimPeer<World>::send(const WatchRequest& request) {
  const bool is_first = !watches_;
  if (is_first) {
    Client client(world_->a.process, address_, 10s);
    watches_ = std::make_unique<Watches>(client.watches("contract"));
  }
  world_->a.spawn([&]() -> Task<> { return watches_->send(request); });
  finish();
  if (is_first) world_->b.spawn([this]() -> Task<> { return read_replies(); });
}

template <class World>
std::optional<WatchResponse> SimPeer<World>::next_reply(Duration patience) {
  const TimePoint limit = world_->world.now() + patience;
  world_->world.scheduler().at(limit, [] {});
  world_->world.scheduler().run_until([this] { return !replies_.empty(); }, limit);
  if (replies_.empty()) return std::nullopt;
  WatchResponse reply = std::move(replies_.front());
  replies_.pop_front();
  return reply;
}

template <class World>
void SimPeer<World>::pass(Duration time) {
  world_->run_for(time);
}

template class SimPeer<EtcdWorld>;
template class SimPeer<ClusterWorld>;

}  // namespace shardlab::fakes::etcd

#pragma once

#include <deque>
#include <memory>

#include "fakes/etcd/client.h"
#include "tests/contracts/etcd/peer.h"
#include "tests/fakes/etcd/cluster_world.h"

namespace shardlab::fakes::etcd {

/// The stand-in as a server, called over the simulated network: `World` is EtcdWorld, or
/// ClusterWorld, of which a follower is asked.
template <class World>
class SimPeer final : public Peer {
 public:
  ~SimPeer() override;
  std::int64_t begin() override;
  Answer call(const std::string& method, const std::string& request) override;
  void send(const WatchRequest& request) override;
  std::optional<WatchResponse> next_reply(Duration patience) override;
  void pass(Duration time) override;
  std::optional<Duration> notice_period() const override { return 10min; }

 private:
  void end();
  /// Runs the world until what was spawned has ended.
  void finish();
  Task<> read_replies();

  std::unique_ptr<World> world_;
  std::string address_;
  std::unique_ptr<Watches> watches_;
  std::deque<WatchResponse> replies_;
};

}  // namespace shardlab::fakes::etcd

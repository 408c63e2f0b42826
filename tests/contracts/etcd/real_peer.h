#pragma once

#include <memory>

#include "tests/contracts/etcd/peer.h"

namespace shardlab::fakes::etcd {

/// A real etcd, called over gRPC at `"127.0.0.1:41234"`.
class RealPeer final : public Peer {
 public:
  explicit RealPeer(const std::string& address);
  ~RealPeer() override;

  /// Waits for the server's leader.
  std::int64_t begin() override;
  Answer call(const std::string& method, const std::string& request) override;
  void send(const WatchRequest& request) override;
  std::optional<WatchResponse> next_reply(Duration patience) override;
  void pass(Duration time) override;
  std::optional<Duration> notice_period() const override { return 1s; }  ///< as the test starts it

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace shardlab::fakes::etcd

#pragma once

#include <deque>
#include <memory>

#include "fakes/etcd/store.h"
#include "fakes/etcd/watch_stream.h"
#include "tests/contracts/etcd/peer.h"

namespace shardlab::fakes::etcd {

/// The stand-in's data alone, without server or network.
class StorePeer final : public Peer {
 public:
  std::int64_t begin() override;
  Answer call(const std::string& method, const std::string& request) override;
  void send(const WatchRequest& request) override;
  std::optional<WatchResponse> next_reply(Duration patience) override;
  void pass(Duration time) override;
  std::optional<Duration> notice_period() const override { return std::nullopt; }

  /// How many replies wait to be taken.
  std::size_t waiting() const { return replies_.size(); }

 private:
  void add(WatchStream::Replies replies);

  TimePoint now_ = from_ns(1'000'000'000);
  std::unique_ptr<Store> store_;
  std::unique_ptr<WatchStream> watches_;
  std::deque<WatchResponse> replies_;
};

}  // namespace shardlab::fakes::etcd

#pragma once

#include "sim/call.h"
#include "sim/network.h"

namespace shardlab::sim {

/// The two ends of a stream share the class because they share the book-keeping.
class Network::Stream final : public ClientStream, public ServerStream {
 public:
  Stream(Network& network, std::shared_ptr<Call> call, bool is_client)
      : network_(network), call_(std::move(call)), is_client_(is_client) {}
  ~Stream() override;

  Task<std::optional<std::string>> next() override;
  Task<> send(std::string message) override;

 private:
  Network& network_;
  std::shared_ptr<Call> call_;
  bool is_client_;
};

}  // namespace shardlab::sim

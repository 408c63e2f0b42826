#include "fakes/env/ports.h"

#include "sim/world.h"

namespace shardlab::fakes {
namespace {

class Stream final : public RpcStream {
 public:
  explicit Stream(std::unique_ptr<sim::ClientStream> stream) : stream_(std::move(stream)) {}
  Task<std::optional<std::string>> next() override { return stream_->next(); }

 private:
  std::unique_ptr<sim::ClientStream> stream_;
};

class Sink final : public RpcSink {
 public:
  explicit Sink(std::shared_ptr<sim::ServerStream> stream) : stream_(std::move(stream)) {}
  Task<> send(std::string message) override { return stream_->send(std::move(message)); }

 private:
  std::shared_ptr<sim::ServerStream> stream_;
};

}  // namespace

TimePoint SimClock::now() const { return process_.host().clock().now(); }

Task<> SimClock::sleep(Duration duration) { return process_.host().clock().sleep(duration); }

TimePoint SimClock::deadline(Duration duration) const {
  return process_.host().clock().deadline(duration);
}

std::uint64_t SimRandom::below(std::string_view site, std::uint64_t bound) {
  return process_.world().choices().draw(site, bound);
}

class SimRpc::Service final : public sim::RpcService {
 public:
  explicit Service(RpcHandler& handler) : handler_(handler) {}

  Task<std::string> handle(std::string method, std::string request) override {
    return handler_.handle(std::move(method), std::move(request));
  }
  Task<> handle_stream(std::string method, std::string request,
                       std::shared_ptr<sim::ServerStream> stream) override {
    auto sink = std::make_shared<Sink>(std::move(stream));
    return handler_.handle_stream(std::move(method), std::move(request), std::move(sink));
  }

 private:
  RpcHandler& handler_;
};

SimRpc::SimRpc(sim::Process& process) : process_(process) {}
SimRpc::~SimRpc() = default;

Task<std::string> SimRpc::call(std::string address, std::string method, std::string request,
                               Duration timeout) {
  return process_.world().network().call(process_, std::move(address), std::move(method),
                                         std::move(request), timeout);
}

std::unique_ptr<RpcStream> SimRpc::open(std::string address, std::string method,
                                        std::string request) {
  return std::make_unique<Stream>(process_.world().network().open(
      process_, std::move(address), std::move(method), std::move(request)));
}

void SimRpc::serve(int port, RpcHandler& handler) {
  services_.push_back(std::make_unique<Service>(handler));
  process_.listen(static_cast<std::uint16_t>(port), *services_.back());
}

}  // namespace shardlab::fakes

#include "sim/network.h"

#include <charconv>
#include <deque>
#include <fmt/format.h>

#include "sim/world.h"

namespace shardlab::sim {
namespace {

/// Unread messages a stream may hold before its sender waits.
constexpr std::size_t stream_window = 16;

std::pair<std::string_view, std::uint16_t> split_address(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  std::uint16_t port = 0;
  if (colon != std::string_view::npos) {
    std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  }
  return {address.substr(0, colon), port};
}

}  // namespace

namespace {

/// Sends, unless a barrier keeps back what the process sends.
template <class Send>
void leave(Process& sender, Send send) {
  if (sender.may_send()) {
    send();
  } else {
    sender.keep_back(std::move(send));
  }
}

}  // namespace

/// The book-keeping of one call. Both ends only touch their own part, at their own time.
struct Network::Call {
  std::uint64_t id = 0;
  std::string address;
  bool streaming = false;

  Peer client{};
  Host* client_host = nullptr;
  bool ended = false;  ///< as the client has seen it
  std::optional<Error> error;
  std::string reply;
  std::deque<std::string> inbox;
  Condition changed;

  Host* server_host = nullptr;
  Process* server_process = nullptr;
  Peer server{};
  bool handling = false;
  bool client_gone = false;
  TaskGroup::ChildId handler = 0;
  std::size_t in_flight = 0;
  Condition credit;
};

/// The two ends of a stream share the class because they share the book-keeping.
class Network::Stream final : public ClientStream, public ServerStream {
 public:
  Stream(Network& network, std::shared_ptr<Call> call, bool is_client)
      : network_(network), call_(std::move(call)), is_client_(is_client) {}

  ~Stream() override {
    if (is_client_ && !call_->ended) network_.abandon(call_);
  }

  Task<std::optional<std::string>> next() override {
    auto call = call_;
    while (call->inbox.empty() && !call->ended) co_await call->changed.wait();
    if (call->inbox.empty()) {
      if (call->error) throw *call->error;
      co_return std::nullopt;
    }
    std::optional<std::string> message(std::move(call->inbox.front()));
    call->inbox.pop_front();
    give_credit();
    co_return message;
  }

  Task<> send(std::string message) override {
    auto call = call_;
    while (call->in_flight >= stream_window && !call->client_gone) co_await call->credit.wait();
    if (call->client_gone) throw Error(Errc::cancelled, "the client closed the stream");
    ++call->in_flight;
    leave(*call->server_process,
          [network = &network_, call, message = std::move(message)]() mutable {
            auto& connection = network->connections_[{call->client, call->address}];
            const TimePoint at =
                network->arrival(call->server_host, call->client_host, connection.last_reply);
            network->world_.scheduler().at(at, [call, message = std::move(message)]() mutable {
              if (call->ended) return;
              call->inbox.push_back(std::move(message));
              call->changed.notify_all();
            });
          });
  }

 private:
  void give_credit() {
    auto call = call_;
    auto& connection = network_.connections_[{call->client, call->address}];
    const TimePoint at =
        network_.arrival(call->client_host, call->server_host, connection.last_request);
    network_.world_.scheduler().at(at, [call] {
      --call->in_flight;
      call->credit.notify_all();
    });
  }

  Network& network_;
  std::shared_ptr<Call> call_;
  bool is_client_;
};

Network::Network(World& world, LatencyModel latency) : world_(world), latency_(latency) {}
Network::~Network() = default;

Duration Network::draw_latency(const Host* from, const Host* to) {
  if (from == to) return latency_.loopback();
  const auto index = world_.choices().draw("network.latency", LatencyModel::quantiles);
  return latency_.quantile(static_cast<std::uint32_t>(index));
}

TimePoint Network::arrival(const Host* from, const Host* to, TimePoint& last) {
  const TimePoint at = world_.now() + draw_latency(from, to);
  last = std::max(at, last + Duration(1));
  return last;
}

std::shared_ptr<Network::Call> Network::start(Process& client, std::string address,
                                              std::string method, std::string request,
                                              bool streaming) {
  auto call = std::make_shared<Call>();
  call->id = next_call_++;
  call->address = std::move(address);
  call->streaming = streaming;
  call->client = {client.id(), client.incarnation()};
  call->client_host = &client.host();
  call->server_host = world_.find_host_by_ip(split_address(call->address).first);
  calls_.emplace(call->id, call);
  leave(client, [this, call, method = std::move(method), request = std::move(request)]() mutable {
    auto& connection = connections_[{call->client, call->address}];
    const TimePoint at = arrival(call->client_host, call->server_host, connection.last_request);
    world_.scheduler().at(
        at, [this, call, method = std::move(method), request = std::move(request)]() mutable {
          arrive(std::move(call), std::move(method), std::move(request));
        });
  });
  return call;
}

void Network::arrive(std::shared_ptr<Call> call, std::string method, std::string request) {
  if (!calls_.count(call->id)) return;  // given up before it arrived
  const auto [ip, port] = split_address(call->address);
  Process* server = call->server_host ? call->server_host->listener(port) : nullptr;
  if (!server) {
    finish(call, Error(Errc::unavailable, fmt::format("connection refused: {}", call->address)),
           "");
    return;
  }
  call->server_process = server;
  call->server = {server->id(), server->incarnation()};
  call->handling = true;
  RpcService& service = *server->services().at(port);
  call->handler =
      server->background().spawn(serve(call, service, std::move(method), std::move(request)));
}

Task<> Network::serve(std::shared_ptr<Call> call, RpcService& service, std::string method,
                      std::string request) {
  std::optional<Error> error;
  std::string reply;
  try {
    if (call->streaming) {
      auto stream = std::make_shared<Stream>(*this, call, false);
      co_await service.handle_stream(std::move(method), std::move(request), std::move(stream));
    } else {
      reply = co_await service.handle(std::move(method), std::move(request));
    }
  } catch (const std::exception&) {
    error = current_error();
  }
  call->handling = false;
  leave(*call->server_process,
        [this, call, error = std::move(error), reply = std::move(reply)]() mutable {
          finish(call, std::move(error), std::move(reply));
        });
}

void Network::finish(std::shared_ptr<Call> call, std::optional<Error> error, std::string reply) {
  if (!calls_.erase(call->id)) return;
  auto& connection = connections_[{call->client, call->address}];
  const TimePoint at = arrival(call->server_host, call->client_host, connection.last_reply);
  world_.scheduler().at(at, [call, error = std::move(error), reply = std::move(reply)]() mutable {
    call->ended = true;
    call->error = std::move(error);
    call->reply = std::move(reply);
    call->changed.notify_all();
  });
}

void Network::abandon(std::shared_ptr<Call> call) {
  call->ended = true;
  if (!world_.scheduler().is_alive(call->client.process, call->client.incarnation)) return;
  if (!calls_.erase(call->id)) return;
  auto& connection = connections_[{call->client, call->address}];
  const TimePoint at = arrival(call->client_host, call->server_host, connection.last_request);
  world_.scheduler().at(at, [this, call] { cancel_handler(*call); });
}

void Network::cancel_handler(Call& call) {
  call.client_gone = true;
  call.credit.notify_all();
  if (!call.handling) return;
  if (!world_.scheduler().is_alive(call.server.process, call.server.incarnation)) return;
  call.server_process->background().cancel(call.handler);
}

Task<std::string> Network::call(Process& client, std::string address, std::string method,
                                std::string request, Duration timeout) {
  const TimePoint deadline = world_.now() + timeout;
  const std::string what = method;
  auto call = start(client, std::move(address), std::move(method), std::move(request), false);
  Stream guard(*this, call, true);  // tells the server when the caller stops waiting
  while (!call->ended) {
    bool changed = co_await call->changed.wait_until(deadline);
    if (!changed && !call->ended) {
      throw Error(Errc::timed_out, fmt::format("deadline exceeded: {} at {}", what, call->address));
    }
  }
  if (call->error) throw *call->error;
  co_return std::move(call->reply);
}

std::unique_ptr<ClientStream> Network::open(Process& client, std::string address,
                                            std::string method, std::string request) {
  auto call = start(client, std::move(address), std::move(method), std::move(request), true);
  return std::make_unique<Stream>(*this, std::move(call), true);
}

void Network::process_ended(std::uint32_t process, std::uint32_t incarnation, Farewell farewell) {
  const Peer ended{process, incarnation};
  std::vector<std::shared_ptr<Call>> broken;
  for (auto& [id, call] : calls_) {
    if ((call->handling && call->server == ended) || call->client == ended) broken.push_back(call);
  }
  for (auto& call : broken) {
    if (farewell == Farewell::silent) {
      if (call->client == ended) calls_.erase(call->id);
      if (call->server == ended) call->handling = false;
    } else if (call->client == ended) {
      calls_.erase(call->id);
      const TimePoint at = world_.now() + draw_latency(call->client_host, call->server_host);
      world_.scheduler().at(at, [this, call] { cancel_handler(*call); });
    } else {
      call->handling = false;
      finish(call, Error(Errc::outcome_unknown, "connection reset by peer: " + call->address), "");
    }
  }
  std::erase_if(connections_, [&](const auto& entry) { return entry.first.first == ended; });
}

}  // namespace shardlab::sim

#include "sim/network.h"

#include <charconv>
#include <fmt/format.h>

#include "sim/rpc_stream.h"
#include "sim/world.h"

namespace shardlab::sim {
namespace {

std::uint16_t port_of(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  std::uint16_t port = 0;
  if (colon != std::string_view::npos) {
    std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  }
  return port;
}

}  // namespace

Network::Network(World& world, LatencyModel latency)
    : world_(world), transport_(world, *this, latency) {}

Network::~Network() {
  // What is still on its way outlives the network, in the scheduler.
  for (auto& [id, entry] : calls_) {
    if (const auto call = entry.lock()) call->table = nullptr;
  }
}

bool Network::close(Call& call) {
  call.table = nullptr;
  return calls_.erase(call.id) > 0;
}

void Network::send(Process& sender, Message message) {
  if (sender.may_send()) world_.barriers().sending(sender);
  if (sender.may_send()) {
    let_out(std::move(message));
  } else {
    sender.keep_back([this, message = std::move(message)] { let_out(message); });
  }
}

/// The last message of a call ends it only now: one that is kept back, and lost with its process,
/// ends with the connection, as any call that is not answered.
void Network::let_out(Message message) {
  Call& call = *message.call;
  const bool is_answer = message.kind == Message::Kind::end;
  if (is_answer) call.handling = false;
  if ((is_answer || message.kind == Message::Kind::cancel) && !close(call)) return;
  transport_.send(std::move(message));
}

std::shared_ptr<Call> Network::start(Process& client, const std::string& address,
                                     std::string method, std::string request, bool streaming) {
  auto call = std::make_shared<Call>();
  call->id = next_call_++;
  call->table = &calls_;
  call->method = std::move(method);
  call->streaming = streaming;
  call->client_process = &client;
  call->connection = transport_.connect(client, address);
  calls_.emplace(call->id, call);
  call->connection->waiting.emplace(call->id, call);
  transport_.keep_alive(call->connection);
  send(client, Message{Message::Kind::request, call, std::move(request), {}});
  return call;
}

void Network::deliver(Message& message) {
  const std::shared_ptr<Call>& call = message.call;
  switch (message.kind) {
    case Message::Kind::request: take_request(call, std::move(message.body)); break;
    case Message::Kind::cancel: cancel_handler(*call); break;
    case Message::Kind::credit:
      --call->in_flight;
      call->credit.notify_all();
      break;
    case Message::Kind::item:
      if (call->ended) break;
      call->inbox.push_back(std::move(message.body));
      call->changed.notify_all();
      break;
    case Message::Kind::end:
      call->end_at_client();
      call->error = std::move(message.error);
      call->reply = std::move(message.body);
      call->changed.notify_all();
      break;
  }
}

void Network::take_request(const std::shared_ptr<Call>& call, std::string request) {
  if (call->client_gone) return;
  Connection& connection = *call->connection;
  Host* host = connection.pipe(Direction::request).to;
  const std::uint16_t port = port_of(connection.address);
  Process* server = host ? host->listener(port) : nullptr;
  if (!server) {
    const std::string text = fmt::format("connection refused: {}", connection.address);
    answer(call, Error(Errc::unavailable, text), "");
    return;
  }
  call->server_process = server;
  call->server = connection.server = {server->id(), server->incarnation()};
  call->handling = true;
  RpcService& service = *server->services().at(port);
  call->handler = server->background().spawn(serve(call, service, std::move(request)));
}

Task<> Network::serve(std::shared_ptr<Call> call, RpcService& service, std::string request) {
  std::optional<Error> error;
  std::string reply;
  try {
    if (call->streaming) {
      auto stream = std::make_shared<Stream>(*this, call, false);
      co_await service.handle_stream(call->method, std::move(request), std::move(stream));
    } else {
      reply = co_await service.handle(call->method, std::move(request));
    }
  } catch (const std::exception&) {
    error = current_error();
  }
  if (!is_open(*call)) {
    call->handling = false;
    co_return;
  }
  send(*call->server_process,
       Message{Message::Kind::end, call, std::move(reply), std::move(error)});
}

/// What the server's kernel answers.
void Network::answer(const std::shared_ptr<Call>& call, std::optional<Error> error,
                     std::string reply) {
  if (!close(*call)) return;
  transport_.send(Message{Message::Kind::end, call, std::move(reply), std::move(error)});
}

void Network::abandon(const std::shared_ptr<Call>& call) {
  const Peer& client = call->connection->client;
  call->end_at_client();
  if (!world_.scheduler().is_alive(client.process, client.incarnation)) return;
  if (is_open(*call)) {
    send(*call->client_process, Message{Message::Kind::cancel, call, {}, {}});
  }
  transport_.leave(call->connection);
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
  auto call = start(client, address, std::move(method), std::move(request), false);
  Stream guard(*this, call, true);  // tells the server when the caller stops waiting
  while (!call->ended) {
    bool changed = co_await call->changed.wait_until(deadline);
    if (!changed && !call->ended) {
      throw Error(Errc::timed_out,
                  fmt::format("deadline exceeded: {} at {}", call->method, address));
    }
  }
  if (call->error) throw *call->error;
  co_return std::move(call->reply);
}

std::unique_ptr<ClientStream> Network::open(Process& client, std::string address,
                                            std::string method, std::string request) {
  auto call = start(client, address, std::move(method), std::move(request), true);
  return std::make_unique<Stream>(*this, std::move(call), true);
}

}  // namespace shardlab::sim

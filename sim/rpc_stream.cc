#include "sim/rpc_stream.h"

namespace shardlab::sim {
namespace {

/// Unread messages a stream may hold before its sender waits.
constexpr std::size_t stream_window = 16;

}  // namespace

Network::Stream::~Stream() {
  if (is_client_ && !call_->ended) network_.abandon(call_);
}

Task<std::optional<std::string>> Network::Stream::next() {
  auto call = call_;
  while (call->inbox.empty() && !call->ended) co_await call->changed.wait();
  if (call->inbox.empty()) {
    if (call->error) throw *call->error;
    co_return std::nullopt;
  }
  std::optional<std::string> message(std::move(call->inbox.front()));
  call->inbox.pop_front();
  network_.send(*call->client_process, Message{Message::Kind::credit, call, {}, {}});
  co_return message;
}

Task<> Network::Stream::send(std::string message) {
  auto call = call_;
  while (call->in_flight >= stream_window && !call->client_gone) co_await call->credit.wait();
  if (call->client_gone) throw Error(Errc::cancelled, "the client closed the stream");
  ++call->in_flight;
  network_.send(*call->server_process, Message{Message::Kind::item, call, std::move(message), {}});
}

}  // namespace shardlab::sim

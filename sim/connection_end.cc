#include "sim/call.h"
#include "sim/network.h"
#include "sim/world.h"

namespace shardlab::sim {

void Network::process_ended(std::uint32_t process, std::uint32_t incarnation, Farewell farewell) {
  const Peer ended{process, incarnation};
  Calls broken;
  for (auto& [id, entry] : calls_) {
    const auto call = entry.lock();
    const bool served = call->handling && call->server == ended;
    if (served || call->connection->client == ended) broken.push_back(call);
  }
  for (auto& call : broken) {
    if (farewell == Farewell::silent) {
      if (call->server == ended) call->handling = false;
    } else if (call->connection->client == ended) {
      close(*call);
      transport_.send_overtaking(Message{Message::Kind::cancel, call, {}, {}});
    } else {
      call->handling = false;
      const std::string text = "connection reset by peer: " + call->connection->address;
      answer(call, Error(Errc::outcome_unknown, text), "");
    }
  }
  transport_.process_ended(ended, farewell);
}

Network::Calls Network::open_calls(const Connection& connection) const {
  Calls found;
  for (const auto& [id, entry] : calls_) {
    auto call = entry.lock();
    if (call->connection.get() == &connection) found.push_back(std::move(call));
  }
  return found;
}

Network::Calls Network::take_open_calls(const Connection& connection) {
  Calls found = open_calls(connection);
  for (const auto& call : found) close(*call);
  return found;
}

void Network::end_at_client(const Calls& calls, const Error& error) {
  for (const auto& call : calls) {
    if (call->ended) continue;
    call->end_at_client();
    call->error = error;
    call->changed.notify_all();
  }
}

void Network::end_at_server(const Calls& calls) {
  for (const auto& call : calls) cancel_handler(*call);
}

void Network::drop(Message& message) {
  if (message.kind != Message::Kind::end) return;
  const std::string text = "connection reset by peer: " + message.call->connection->address;
  end_at_client({message.call}, Error(Errc::outcome_unknown, text));
}

}  // namespace shardlab::sim

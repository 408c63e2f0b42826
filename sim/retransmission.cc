#include <algorithm>

#include "sim/call.h"
#include "sim/transport.h"
#include "sim/world.h"

namespace shardlab::sim {
namespace {

constexpr Duration longest_timeout = 120s;

struct Patience {
  Duration first_timeout;
  std::uint32_t tries;
};

Patience patience_of(const Connection& connection) {
  return connection.is_established ? Patience{200ms, 15} : Patience{1s, 6};
}

Error reset_by_peer(const Connection& connection) {
  return Error(Errc::outcome_unknown, "connection reset by peer: " + connection.address);
}

}  // namespace

void Transport::send_again(const ConnectionPtr& connection, Direction direction) {
  if (sender_is_gone(*connection, direction)) return kill(*connection, direction);
  Pipe& pipe = connection->pipe(direction);
  Backlog& backlog = *pipe.backlog;
  const auto [first_timeout, tries] = patience_of(*connection);
  const Duration timeout = std::min(first_timeout * (1 << backlog.tries), longest_timeout);
  const TimePoint next = std::max(backlog.tried + timeout, world_.now());
  backlog.travelling = true;
  if (backlog.tries++ == tries) {
    world_.scheduler().at(next, [this, connection, direction] { give_up(connection, direction); });
    return;
  }
  backlog.tried = next;
  const TimePoint arrival = next + travel_time(pipe, backlog.messages.front());
  world_.scheduler().at(arrival, [this, connection, direction] {
    const auto& backlog = connection->pipe(direction).backlog;
    if (!backlog) return;
    backlog->travelling = false;
    if (sender_is_gone(*connection, direction)) {
      kill(*connection, direction);
      tidy(connection);
    } else {
      advance(connection, direction);
    }
  });
}

void Transport::give_up(const ConnectionPtr& connection, Direction direction) {
  if (!connection->pipe(direction).backlog) return;
  const bool no_effect = !connection->is_established;
  const Error error(no_effect ? Errc::unavailable : Errc::outcome_unknown,
                    "connection timed out: " + connection->address);
  connection->pipe(reverse(direction)).receiver_gone = true;
  kill(*connection, direction);
  tidy(connection);
  if (direction == Direction::request) {
    detach(*connection);
    network_.end_at_client(
        no_effect ? network_.take_open_calls(*connection) : network_.open_calls(*connection),
        error);
  } else {
    network_.end_at_server(network_.open_calls(*connection));
  }
}

void Transport::answer_with_reset(const ConnectionPtr& connection, Direction direction) {
  Pipe& pipe = connection->pipe(direction);
  pipe.backlog->travelling = true;
  const Pipe& back = connection->pipe(reverse(direction));
  const Duration time = links_.travel_time(world_.choices(), world_.now(), back.from, back.to, 0);
  world_.scheduler().at(world_.now() + time, [this, connection, direction] {
    Pipe& pipe = connection->pipe(direction);
    if (!pipe.backlog) return;
    pipe.backlog->travelling = false;
    const Message& cause = pipe.backlog->messages.front();
    const MessageView reset{++last_message_,    name_of(pipe.to),   name_of(pipe.from),
                            cause.call->method, reverse(direction), 0};
    if (judge(reset) != Fate::pass || is_dark(pipe.from)) {
      send_again(connection, direction);
      tidy(connection);
      return;
    }
    const auto calls = network_.take_open_calls(*connection);
    shut(connection);
    network_.end_at_client(calls, reset_by_peer(*connection));
    network_.end_at_server(calls);
  });
}

void Transport::break_at(const ConnectionPtr& connection, Direction direction) {
  const auto calls = network_.take_open_calls(*connection);
  const Pipe& back = connection->pipe(reverse(direction));
  const Duration time = links_.travel_time(world_.choices(), world_.now(), back.from, back.to, 0);
  shut(connection);
  const auto tell = [this, calls, connection](Direction side) {
    if (side == Direction::request) {
      network_.end_at_server(calls);
    } else {
      network_.end_at_client(calls, reset_by_peer(*connection));
    }
  };
  tell(direction);
  world_.scheduler().at(world_.now() + time, [tell, direction] { tell(reverse(direction)); });
}

}  // namespace shardlab::sim

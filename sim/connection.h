#pragma once

#include <deque>
#include <map>

#include "sim/host.h"
#include "sim/message.h"

namespace shardlab::sim {

/// One incarnation of a process, as an end of a connection.
struct Peer {
  std::uint32_t process = 0;
  std::uint32_t incarnation = 0;
  auto operator<=>(const Peer&) const = default;
};

/// What arrived at a fault, in order, and what its sender's kernel does about it.
struct Backlog {
  std::deque<Message> messages;
  bool travelling = false;  ///< the head is being sent again, or its reset is on the way
  std::uint32_t tries = 0;  ///< how often the head was sent again
  TimePoint tried{};        ///< when it was sent last
};

/// One direction of a connection.
struct Pipe {
  Host* from = nullptr;
  Host* to = nullptr;          ///< null for an address nobody has
  TimePoint last{};            ///< when the last message sent arrives
  bool is_clear = true;        ///< no backlog, not dead, the receiving end may exist
  bool is_dead = false;        ///< lost a message: nothing behind it ever arrives
  bool receiver_gone = false;  ///< the receiving end is gone without a word to the sender
  std::unique_ptr<Backlog> backlog;

  void lose_receiver() {
    receiver_gone = true;
    is_clear = false;
  }
};

struct Call;
struct Connection;
/// Connections by their number, as long as anybody has them.
using ConnectionTable = std::map<std::uint64_t, Connection*>;

/// What a client process has open to one address.
struct Connection {
  Connection(ConnectionTable& table, std::uint64_t number) : table(&table), number(number) {
    table.emplace(number, this);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (table) table->erase(number);
  }

  ConnectionTable* table;
  const std::uint64_t number;
  Peer client;
  std::string address;
  Peer server;  ///< the last one that took a request
  Pipe pipes[2];
  bool is_established = false;  ///< something has been delivered
  bool is_broken = false;       ///< closed or reset: what still travels on it arrives nowhere
  bool is_kept_alive = false;   ///< somebody looks now and then whether the other end is there
  std::uint32_t missed = 0;     ///< how often in a row it was not
  /// Those that the client has not seen the end of, by their number.
  std::map<std::uint64_t, std::weak_ptr<Call>> waiting;

  Pipe& pipe(Direction direction) { return pipes[static_cast<std::size_t>(direction)]; }
};

constexpr Direction reverse(Direction direction) {
  return direction == Direction::request ? Direction::reply : Direction::request;
}

inline std::string_view name_of(const Host* host) {
  return host ? std::string_view(host->name()) : std::string_view();
}

inline bool is_dark(const Host* host) { return host && !host->has_power(); }

}  // namespace shardlab::sim

#pragma once

#include <deque>
#include <map>
#include <memory>

#include "core/base/children.h"
#include "sim/connection.h"

namespace shardlab::sim {

class Process;

struct Call;
/// Calls by their number: those that are not answered and not given up.
using CallTable = std::map<std::uint64_t, std::weak_ptr<Call>>;

/// The book-keeping of one call. Both ends only touch their own part, at their own time. It lives
/// as long as an end of it or a message on its way.
struct Call {
  Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() {
    if (table) table->erase(id);
    connection->waiting.erase(id);
  }

  /// The client waits no more.
  void end_at_client() {
    ended = true;
    connection->waiting.erase(id);
  }

  CallTable* table = nullptr;
  std::uint64_t id = 0;
  std::string method;
  bool streaming = false;
  std::shared_ptr<Connection> connection;

  Process* client_process = nullptr;
  bool ended = false;  ///< as the client has seen it
  std::optional<Error> error;
  std::string reply;
  std::deque<std::string> inbox;
  Condition changed;

  Process* server_process = nullptr;
  Peer server;
  bool handling = false;
  bool client_gone = false;
  TaskGroup::ChildId handler = 0;
  std::size_t in_flight = 0;
  Condition credit;
};

}  // namespace shardlab::sim

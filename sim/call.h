#pragma once

#include <deque>

#include "core/base/children.h"
#include "sim/connection.h"

namespace shardlab::sim {

class Process;

/// The book-keeping of one call. Both ends only touch their own part, at their own time.
struct Call {
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

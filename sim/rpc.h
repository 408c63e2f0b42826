#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/coroutine.h"

namespace shardlab::sim {

/// The receiving end of a server stream: messages arrive in order, flow control included.
class ServerStream {
 public:
  virtual ~ServerStream() = default;
  /// Waits while too many messages are unread. Throws Error: cancelled when the client has gone.
  virtual Task<> send(std::string message) = 0;
};

/// What a process answers on a port. Errors thrown by a handler reach the client as they are.
class RpcService {
 public:
  virtual ~RpcService() = default;
  virtual Task<std::string> handle(std::string method, std::string request) = 0;
  /// The stream ends when this returns.
  virtual Task<> handle_stream(std::string method, std::string request,
                               std::shared_ptr<ServerStream> stream) = 0;
};

/// The client's end of a server stream. Destroying it closes the stream.
class ClientStream {
 public:
  virtual ~ClientStream() = default;
  /// The next message; none when the server has ended the stream.
  /// Throws Error: the server's error, or outcome_unknown when the connection broke.
  virtual Task<std::optional<std::string>> next() = 0;
};

}  // namespace shardlab::sim

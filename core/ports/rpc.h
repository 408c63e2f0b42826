#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/coroutine.h"

namespace shardlab {

/// The client's end of a server stream. Destroying it closes the stream.
class RpcStream {
 public:
  virtual ~RpcStream() = default;
  /// The next message; none when the server has ended the stream. Throws Error: the server's, or
  /// unavailable / outcome_unknown when the connection failed.
  virtual Task<std::optional<std::string>> next() = 0;
};

/// The server's end of a stream. Messages arrive in order.
class RpcSink {
 public:
  virtual ~RpcSink() = default;
  /// Waits while too many messages are unread. Throws Error: cancelled when the client has gone.
  virtual Task<> send(std::string message) = 0;
};

/// What a server answers. Errors thrown by a handler reach the client as they are.
class RpcHandler {
 public:
  virtual ~RpcHandler() = default;
  virtual Task<std::string> handle(std::string method, std::string request) = 0;
  virtual Task<> handle_stream(std::string method, std::string request,
                               std::shared_ptr<RpcSink> sink) = 0;
};

/// Remote procedure calls of one process. Everything sent to one address arrives in order.
class Rpc {
 public:
  virtual ~Rpc() = default;

  /// Calls `method` (`"TabletManager.RefreshState"`) at `address` (`"10.64.0.7:15002"`).
  /// Throws Error: unavailable (nobody listens; no effect), timed_out or outcome_unknown (the
  /// effect may or may not have happened; the handler is cancelled), or the handler's own error.
  virtual Task<std::string> call(std::string address, std::string method, std::string request,
                                 Duration timeout) = 0;
  /// Opens a server stream. Errors come out of `next`.
  virtual std::unique_ptr<RpcStream> open(std::string address, std::string method,
                                          std::string request) = 0;
  /// Answers on `port` of the own host, until the process ends.
  virtual void serve(int port, RpcHandler& handler) = 0;
};

}  // namespace shardlab

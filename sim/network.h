#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "core/base/children.h"
#include "sim/latency.h"

namespace shardlab::sim {

class Host;
class Process;
class World;

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

/// What the peers of an ended process hear.
enum class Farewell { reset, silent };

/// Messages between processes, as remote procedure calls over FIFO connections: everything a
/// client process sends to one address arrives in order, and so does everything it gets back.
class Network {
 public:
  Network(World& world, LatencyModel latency);
  ~Network();

  /// Calls the process that listens at `address` (`"10.64.0.7:15002"`).
  /// Throws Error: unavailable (nobody listens: no effect), timed_out (effect unknown; the handler
  /// is cancelled), outcome_unknown (the server ended before it answered), or the handler's error.
  Task<std::string> call(Process& client, std::string address, std::string method,
                         std::string request, Duration timeout);

  /// Opens a server stream; errors come out of `next`.
  std::unique_ptr<ClientStream> open(Process& client, std::string address, std::string method,
                                     std::string request);

  /// Tells of the end of an incarnation. With `reset` its host closes its connections: the peers
  /// notice after a message's time. With `silent` (power loss) nobody is told: callers wait until
  /// their deadlines, handlers of its calls run on.
  void process_ended(std::uint32_t process, std::uint32_t incarnation,
                     Farewell farewell = Farewell::reset);

 private:
  struct Call;
  class Stream;
  friend class Stream;
  struct Peer {
    std::uint32_t process;
    std::uint32_t incarnation;
    auto operator<=>(const Peer&) const = default;
  };

  std::shared_ptr<Call> start(Process& client, std::string address, std::string method,
                              std::string request, bool streaming);
  void arrive(std::shared_ptr<Call> call, std::string method, std::string request);
  Task<> serve(std::shared_ptr<Call> call, RpcService& service, std::string method,
               std::string request);
  void finish(std::shared_ptr<Call> call, std::optional<Error> error, std::string reply);
  void abandon(std::shared_ptr<Call> call);
  void cancel_handler(Call& call);
  Duration draw_latency(const Host* from, const Host* to);
  /// When a message sent now on this connection arrives: after everything sent before.
  TimePoint arrival(const Host* from, const Host* to, TimePoint& last);

  World& world_;
  LatencyModel latency_;
  std::uint64_t next_call_ = 1;
  std::map<std::uint64_t, std::shared_ptr<Call>> calls_;
  struct Connection {
    TimePoint last_request;
    TimePoint last_reply;
  };
  std::map<std::pair<Peer, std::string>, Connection> connections_;
};

}  // namespace shardlab::sim

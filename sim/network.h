#pragma once

#include "core/base/children.h"
#include "sim/call.h"
#include "sim/network_fault.h"
#include "sim/rpc.h"
#include "sim/transport.h"

namespace shardlab::sim {

/// Calls between processes, as remote procedure calls over FIFO connections: everything a client
/// process sends to one address arrives in order, and so does everything it gets back. After it
/// gave up waiting on a connection that has stopped, a new one may overtake the old.
class Network {
 public:
  Network(World& world, LatencyModel latency);
  ~Network();

  /// Calls the process that listens at `address` (`"10.64.0.7:15002"`).
  /// Throws Error: unavailable (nobody listens, or no way there: no effect), timed_out (effect
  /// unknown; the handler is cancelled), outcome_unknown (the connection broke before the answer),
  /// or the handler's error.
  Task<std::string> call(Process& client, std::string address, std::string method,
                         std::string request, Duration timeout);

  /// Opens a server stream; errors come out of `next`.
  std::unique_ptr<ClientStream> open(Process& client, std::string address, std::string method,
                                     std::string request);

  /// Tells of the end of an incarnation. With `reset` its host closes its connections: the peers
  /// notice after a message's time. With `silent` nobody is told: who sends to it is answered by a
  /// reset, who only waits does so until his deadline.
  void process_ended(std::uint32_t process, std::uint32_t incarnation,
                     Farewell farewell = Farewell::reset);

  /// The way from one host to another (names), to be given a latency and a bandwidth of its own.
  Link& link(std::string_view from, std::string_view to) {
    return transport_.links().link(from, to);
  }

  // Rules, in force as long as the returned object lives.
  Partition partition(HostNames a, HostNames b);
  /// What `from` sends to `to` is lost, the other way is free.
  Partition partition_one_way(HostNames from, HostNames to);
  /// Cuts a host off from all others.
  Partition isolate(std::string host);
  Blackhole blackhole(Match match);
  LostReplies lose_replies(Match match);
  Reset reset(Match match);
  Clog clog(Match match);
  Hold hold(Match match);
  SlowTail slow_tail(Match match, SlowTail::Share share, std::uint32_t times);

  /// Calls and streams that are not answered yet and that their clients still wait for.
  std::size_t open_calls() const { return calls_.size(); }

  World& world() { return world_; }
  Transport& transport() { return transport_; }

 private:
  class Stream;
  friend class Transport;
  using Calls = std::vector<std::shared_ptr<Call>>;

  /// Takes a call off the table; false when it was not there any more.
  bool close(Call& call);
  bool is_open(const Call& call) const { return calls_.contains(call.id); }
  std::shared_ptr<Call> start(Process& client, const std::string& address, std::string method,
                              std::string request, bool streaming);
  /// The one place through which whatever a process sends must go: a barrier may keep it back.
  void send(Process& sender, Message message);
  void let_out(Message message);
  Task<> serve(std::shared_ptr<Call> call, RpcService& service, std::string request);
  void answer(const std::shared_ptr<Call>& call, std::optional<Error> error, std::string reply);
  void abandon(const std::shared_ptr<Call>& call);
  void cancel_handler(Call& call);

  // What the transport tells.
  void deliver(Message& message);
  void take_request(const std::shared_ptr<Call>& call, std::string request);
  /// A message of a broken connection arrived: nobody gets it.
  void drop(Message& message);
  /// The calls on the connection that the server has not answered yet.
  Calls open_calls(const Connection& connection) const;
  /// The same; they will not be answered any more.
  Calls take_open_calls(const Connection& connection);
  void end_at_client(const Calls& calls, const Error& error);
  void end_at_server(const Calls& calls);

  World& world_;
  Transport transport_;
  std::uint64_t next_call_ = 1;
  CallTable calls_;
};

}  // namespace shardlab::sim

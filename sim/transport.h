#pragma once

#include <map>
#include <vector>

#include "sim/connection.h"
#include "sim/link.h"
#include "sim/network_fault.h"

namespace shardlab::sim {

class Network;
class Process;
class World;

/// What the peers of an ended process hear.
enum class Farewell { reset, silent };

/// Carries messages over connections, as a user of TCP finds it. What is sent on a connection in
/// one direction arrives in that order, each message at most once.
///
/// A message that a partition or a dark host swallows is sent again by its sender's kernel: after
/// 200 ms, then after twice as long each time, at most after 120 s; it keeps up what is behind it.
/// After 15 more tries (924.6 s) the sender's end gives up: it hears that the connection timed out,
/// the other end hears nothing. A connection's first message stands for its opening, too: it is
/// sent again after 1 s, 2 s ... and given up after 6 more tries (127 s), surely without effect.
/// Source: Linux, Documentation/networking/ip-sysctl: tcp_retries2, tcp_syn_retries.
///
/// Who sends to an end that is gone without a word (vanished, or given up) is answered by a reset,
/// as soon as its host has power.
///
/// Who only waits learns it by keepalive: while a client waits on a connection between two hosts,
/// its ends look every 10 s whether a ping would come back now. When that is not so twice in a row,
/// both ends drop the connection: calls end with outcome_unknown, handlers are cancelled. Pings are
/// no messages: they take no time, and rules that count messages do not count them.
/// Source: gRPC keepalive as Vitess sets it, -grpc_keepalive_time and -grpc_keepalive_timeout.
class Transport {
 public:
  Transport(World& world, Network& network, LatencyModel latency);
  ~Transport();

  /// The client's connection to the address, opened when missing.
  std::shared_ptr<Connection> connect(Process& client, const std::string& address);
  /// Sends on the connection of the message's call.
  void send(Message message);
  /// The same, past what is on its way: a reset does not wait for data.
  void send_overtaking(Message message);
  /// Without keepalive a connection is given up by its kernels alone.
  void set_keepalive(bool on) { keeps_alive_ = on; }
  /// Looks after a connection as long as a client waits on it.
  void keep_alive(const std::shared_ptr<Connection>& connection);
  /// The client gave up waiting: from a connection that has stopped it turns away, so that its next
  /// call opens another one.
  void leave(const std::shared_ptr<Connection>& connection);
  /// Drops the connections of an ended client. One that ended silently does not answer any more.
  void process_ended(Peer ended, Farewell farewell);

  Links& links() { return links_; }
  /// Those that are open, and those that only a call or a message still knows.
  std::size_t connections() const { return table_.size(); }
  void add(NetworkFault& fault);
  void remove(NetworkFault& fault);
  /// Everything that waits for a rule is judged once more, in an event of its own at this instant.
  void judge_again();
  /// What has arrived but was not delivered, in the order of sending.
  std::vector<MessageView> waiting() const;

 private:
  using Fate = NetworkFault::Fate;
  using ConnectionPtr = std::shared_ptr<Connection>;

  void arrive_at(TimePoint when, Message message);
  void arrive(Message message);
  void arrive_in_trouble(Message message);
  void deliver(Connection& connection, Message& message);
  void advance(const ConnectionPtr& connection, Direction direction);
  /// True when the head of the backlog was delivered.
  bool advance_head(const ConnectionPtr& connection, Direction direction);
  void advance_all();
  Fate fate_of(const Pipe& pipe, const Message& message);
  Fate judge(const MessageView& message);
  bool sender_is_gone(Connection& connection, Direction direction) const;

  void look_after(const ConnectionPtr& connection);
  bool would_answer(Connection& connection);
  bool would_pass(const Pipe& pipe, Direction direction) const;
  void drop_unanswered(const ConnectionPtr& connection);
  void send_again(const ConnectionPtr& connection, Direction direction);
  void give_up(const ConnectionPtr& connection, Direction direction);
  void answer_with_reset(const ConnectionPtr& connection, Direction direction);
  void break_at(const ConnectionPtr& connection, Direction direction);
  void kill(Connection& connection, Direction direction);
  void shut(const ConnectionPtr& connection);
  void detach(const Connection& connection);
  void tidy(const ConnectionPtr& connection);
  Duration travel_time(const Pipe& pipe, const Message& message);

  World& world_;
  Network& network_;
  Links links_;
  std::vector<NetworkFault*> faults_;
  bool is_quiet_ = true;  ///< no rule is in force
  bool will_judge_ = false;
  bool keeps_alive_ = true;
  std::uint64_t last_message_ = 0;
  std::uint64_t last_connection_ = 0;
  ConnectionTable table_;  ///< all there are, also those that only calls and messages still know
  std::map<std::pair<Peer, std::string>, ConnectionPtr> connections_;
  std::map<std::uint64_t, ConnectionPtr> stopped_;  ///< those with a backlog, by number
};

}  // namespace shardlab::sim

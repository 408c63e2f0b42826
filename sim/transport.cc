#include "sim/transport.h"

#include <algorithm>

#include "sim/call.h"
#include "sim/world.h"

namespace shardlab::sim {
namespace {

MessageView view_of(const Pipe& pipe, const Message& message) {
  return MessageView{message.number,       name_of(pipe.from),  name_of(pipe.to),
                     message.call->method, message.direction(), message.body.size()};
}

}  // namespace

Transport::Transport(World& world, Network& network, LatencyModel latency)
    : world_(world), network_(network), links_(latency) {}

Transport::~Transport() {
  // One may belong to an event that is still to come.
  for (NetworkFault* fault : faults_) fault->outlive_world();
  // A message that waits keeps its connection, which keeps the message.
  for (auto& [number, connection] : stopped_) {
    for (Pipe& pipe : connection->pipes) pipe.backlog.reset();
  }
  // What is still on its way outlives the network, in the scheduler.
  for (auto& [number, connection] : table_) connection->table = nullptr;
}

std::shared_ptr<Connection> Transport::connect(Process& client, const std::string& address) {
  const Peer peer{client.id(), client.incarnation()};
  auto& connection = connections_[{peer, address}];
  if (connection) return connection;
  connection = std::make_shared<Connection>(table_, ++last_connection_);
  connection->client = peer;
  connection->address = address;
  Host* server = world_.find_host_by_ip(address.substr(0, address.rfind(':')));
  Pipe& request = connection->pipe(Direction::request);
  Pipe& reply = connection->pipe(Direction::reply);
  request.from = reply.to = &client.host();
  request.to = reply.from = server;
  return connection;
}

Duration Transport::travel_time(const Pipe& pipe, const Message& message) {
  Duration time =
      links_.travel_time(world_.choices(), world_.now(), pipe.from, pipe.to, message.body.size());
  for (NetworkFault* fault : faults_) time = fault->stretched(view_of(pipe, message), time);
  return time;
}

void Transport::send(Message message) {
  message.number = ++last_message_;
  Pipe& pipe = message.call->connection->pipe(message.direction());
  pipe.last = std::max(world_.now() + travel_time(pipe, message), pipe.last + Duration(1));
  arrive_at(pipe.last, std::move(message));
}

void Transport::send_overtaking(Message message) {
  message.number = ++last_message_;
  const Pipe& pipe = message.call->connection->pipe(message.direction());
  // Before the call: its arguments are made in any order, and one of them moves the message away.
  const TimePoint when = world_.now() + travel_time(pipe, message);
  arrive_at(when, std::move(message));
}

void Transport::arrive_at(TimePoint when, Message message) {
  message.sent = world_.now();
  world_.scheduler().at(
      when, [this, message = std::move(message)]() mutable { arrive(std::move(message)); });
}

void Transport::arrive(Message message) {
  Connection& connection = *message.call->connection;
  const Pipe& pipe = connection.pipe(message.direction());
  if (is_quiet_ && pipe.is_clear && !is_dark(pipe.to)) {
    deliver(connection, message);
  } else {
    arrive_in_trouble(std::move(message));
  }
}

void Transport::deliver(Connection& connection, Message& message) {
  connection.is_established = true;
  network_.deliver(message);
}

void Transport::arrive_in_trouble(Message message) {
  const ConnectionPtr connection = message.call->connection;
  const Direction direction = message.direction();
  Pipe& pipe = connection->pipe(direction);
  if (connection->is_broken) {
    network_.drop(message);
    return;
  }
  if (pipe.is_dead) return;
  if (!pipe.backlog) {
    const bool passes = fate_of(pipe, message) == Fate::pass;
    if (passes && !pipe.receiver_gone) return deliver(*connection, message);
    pipe.backlog = std::make_unique<Backlog>();
    pipe.backlog->tried = message.sent;
    pipe.is_clear = false;
    stopped_.emplace(connection->number, connection);
  }
  pipe.backlog->messages.push_back(std::move(message));
  if (pipe.backlog->messages.size() == 1) advance(connection, direction);
}

NetworkFault::Fate Transport::fate_of(const Pipe& pipe, const Message& message) {
  const Fate fate = judge(view_of(pipe, message));
  return fate == Fate::pass && is_dark(pipe.to) ? Fate::resend : fate;
}

NetworkFault::Fate Transport::judge(const MessageView& message) {
  for (NetworkFault* fault : faults_) {
    if (const Fate fate = fault->judge(message); fate != Fate::pass) return fate;
  }
  return Fate::pass;
}

bool Transport::sender_is_gone(Connection& connection, Direction direction) const {
  return connection.pipe(reverse(direction)).receiver_gone ||
         is_dark(connection.pipe(direction).from);
}

bool Transport::advance_head(const ConnectionPtr& connection, Direction direction) {
  Pipe& pipe = connection->pipe(direction);
  if (!pipe.backlog || pipe.backlog->travelling) return false;
  switch (fate_of(pipe, pipe.backlog->messages.front())) {
    case Fate::wait: return false;
    case Fate::resend: send_again(connection, direction); return false;
    case Fate::lose: kill(*connection, direction); return false;
    case Fate::reset: break_at(connection, direction); return false;
    case Fate::pass: break;
  }
  if (pipe.receiver_gone) {
    answer_with_reset(connection, direction);
    return false;
  }
  Message message = std::move(pipe.backlog->messages.front());
  pipe.backlog->messages.pop_front();
  pipe.backlog->tries = 0;
  if (pipe.backlog->messages.empty()) {
    pipe.backlog.reset();
  } else {
    pipe.backlog->tried = std::max(pipe.backlog->tried, pipe.backlog->messages.front().sent);
  }
  deliver(*connection, message);
  return true;
}

void Transport::advance(const ConnectionPtr& connection, Direction direction) {
  while (advance_head(connection, direction)) {
  }
  tidy(connection);
}

void Transport::tidy(const ConnectionPtr& connection) {
  bool has_backlog = false;
  for (Pipe& pipe : connection->pipes) {
    has_backlog |= pipe.backlog != nullptr;
    pipe.is_clear = !pipe.backlog && !pipe.is_dead && !pipe.receiver_gone && !connection->is_broken;
  }
  if (!has_backlog) stopped_.erase(connection->number);
}

void Transport::judge_again() {
  if (std::exchange(will_judge_, true)) return;
  world_.scheduler().at(world_.now(), [this] {
    will_judge_ = false;
    advance_all();
  });
}

void Transport::advance_all() {
  // Everywhere in the order of sending, not connection by connection.
  std::map<std::uint64_t, std::pair<ConnectionPtr, Direction>> heads;
  const auto add = [&heads](const ConnectionPtr& connection, Direction direction) {
    const auto& backlog = connection->pipe(direction).backlog;
    if (backlog) heads[backlog->messages.front().number] = {connection, direction};
  };
  for (const auto& [number, connection] : stopped_) {
    add(connection, Direction::request);
    add(connection, Direction::reply);
  }
  while (!heads.empty()) {
    const auto [connection, direction] = heads.extract(heads.begin()).mapped();
    if (advance_head(connection, direction)) add(connection, direction);
    tidy(connection);
  }
}

void Transport::add(NetworkFault& fault) {
  faults_.push_back(&fault);
  is_quiet_ = false;
}

void Transport::remove(NetworkFault& fault) {
  std::erase(faults_, &fault);
  is_quiet_ = faults_.empty();
  if (!stopped_.empty()) judge_again();
}

void Transport::kill(Connection& connection, Direction direction) {
  Pipe& pipe = connection.pipe(direction);
  pipe.is_dead = true;
  pipe.backlog.reset();
}

void Transport::shut(const ConnectionPtr& connection) {
  connection->is_broken = true;
  detach(*connection);
  for (Pipe& pipe : connection->pipes) {
    const std::unique_ptr<Backlog> backlog = std::move(pipe.backlog);
    if (!backlog) continue;
    for (Message& message : backlog->messages) network_.drop(message);
  }
  tidy(connection);
}

void Transport::detach(const Connection& connection) {
  const auto found = connections_.find({connection.client, connection.address});
  if (found != connections_.end() && found->second.get() == &connection) connections_.erase(found);
}

void Transport::leave(const ConnectionPtr& connection) {
  bool has_stopped = false;
  for (const Pipe& pipe : connection->pipes) has_stopped |= pipe.is_dead || pipe.backlog;
  if (!has_stopped) return;
  detach(*connection);
  // One that is still being opened is simply forgotten, when it was for that call alone.
  const auto& backlog = connection->pipe(Direction::request).backlog;
  if (connection->is_established || !backlog || !backlog->travelling) return;
  const auto& messages = backlog->messages;
  if (std::all_of(messages.begin(), messages.end(), [](auto& m) { return m.call->ended; })) {
    shut(connection);
  }
}

void Transport::process_ended(Peer ended, Farewell farewell) {
  std::erase_if(connections_, [&](const auto& entry) { return entry.first.first == ended; });
  if (farewell == Farewell::reset) return;
  for (auto& [number, connection] : table_) {
    if (connection->server == ended) connection->pipe(Direction::request).lose_receiver();
    if (connection->client == ended) connection->pipe(Direction::reply).lose_receiver();
  }
}

std::vector<MessageView> Transport::waiting() const {
  std::vector<MessageView> found;
  for (const auto& [number, connection] : stopped_) {
    for (const Pipe& pipe : connection->pipes) {
      if (!pipe.backlog) continue;
      for (const Message& message : pipe.backlog->messages) {
        found.push_back(view_of(pipe, message));
      }
    }
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return found;
}

}  // namespace shardlab::sim

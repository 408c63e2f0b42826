#include <algorithm>

#include "sim/call.h"
#include "sim/transport.h"
#include "sim/world.h"

namespace shardlab::sim {
namespace {

constexpr Duration keepalive_time = 10s;
constexpr std::uint32_t most_missed = 2;

}  // namespace

void Transport::keep_alive(const ConnectionPtr& connection) {
  const Pipe& request = connection->pipe(Direction::request);
  const bool is_local = request.from == request.to;
  if (!keeps_alive_ || is_local || std::exchange(connection->is_kept_alive, true)) return;
  connection->missed = 0;
  world_.scheduler().at(world_.now() + keepalive_time, [this, weak = std::weak_ptr(connection)] {
    if (const auto connection = weak.lock()) look_after(connection);
  });
}

void Transport::look_after(const ConnectionPtr& connection) {
  connection->is_kept_alive = false;
  if (connection->is_broken || connection->waiting.empty()) return;
  const std::uint32_t missed = would_answer(*connection) ? 0 : connection->missed + 1;
  if (missed == most_missed) return drop_unanswered(connection);
  keep_alive(connection);
  connection->missed = missed;
}

/// One that is still being opened has its own way to give up, unless what was to open it is lost.
bool Transport::would_answer(Connection& connection) {
  if (!connection.is_established) {
    return std::ranges::none_of(connection.pipes, [](const Pipe& pipe) { return pipe.is_dead; });
  }
  const Scheduler& scheduler = world_.scheduler();
  const auto is_there = [&](const Peer& peer) {
    return scheduler.is_alive(peer.process, peer.incarnation) && !scheduler.is_paused(peer.process);
  };
  return is_there(connection.client) && is_there(connection.server) &&
         would_pass(connection.pipe(Direction::request), Direction::request) &&
         would_pass(connection.pipe(Direction::reply), Direction::reply);
}

bool Transport::would_pass(const Pipe& pipe, Direction direction) const {
  if (!pipe.is_clear || is_dark(pipe.to)) return false;
  const MessageView ping{0, name_of(pipe.from), name_of(pipe.to), "keepalive", direction, 0};
  return std::none_of(faults_.begin(), faults_.end(),
                      [&](const NetworkFault* fault) { return fault->would_stop(ping); });
}

void Transport::drop_unanswered(const ConnectionPtr& connection) {
  std::vector<std::shared_ptr<Call>> calls;
  for (const auto& [id, waiting] : connection->waiting) {
    if (auto call = waiting.lock()) calls.push_back(std::move(call));
  }
  for (const auto& call : calls) network_.close(*call);
  shut(connection);
  network_.end_at_client(calls, Error(Errc::outcome_unknown,
                                      "keepalive failed: no answer from " + connection->address));
  network_.end_at_server(calls);
}

}  // namespace shardlab::sim

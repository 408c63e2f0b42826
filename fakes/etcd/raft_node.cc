#include "fakes/etcd/raft_node.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/children.h"
#include "fakes/etcd/events.h"
#include "fakes/etcd/refusals.h"
#include "fakes/etcd/wire.h"
#include "sim/world.h"

namespace shardlab::fakes::etcd {
namespace {

/// After so long without an answer a leader sends again, what is new included.
constexpr Duration append_timeout = 500ms;
/// A follower asks its leader again after so long.
constexpr Duration ask_timeout = 1s;

}  // namespace

RaftNode::RaftNode(sim::Process& process, int number, std::vector<std::string> ips, RaftDisk& disk,
                   RaftState state, RaftOwner& owner)
    : process_(process),
      ips_(std::move(ips)),
      disk_(disk),
      owner_(owner),
      raft_(number, static_cast<int>(ips_.size()), std::move(state), now()) {
  draw_election_timeout();
}

TimePoint RaftNode::now() const { return process_.world().now(); }

Task<std::string> RaftNode::call(int member, std::string method, std::string request,
                                 Duration timeout) {
  const std::string address =
      fmt::format("{}:{}", ips_[static_cast<std::size_t>(member)], peer_port);
  return process_.world().network().call(process_, address, std::move(method), std::move(request),
                                         timeout);
}

// Elections.

/// One to two seconds, as etcd's; the calmest choices differ, so that somebody wins.
void RaftNode::draw_election_timeout() {
  constexpr std::uint64_t span_ms = 800;
  const std::uint64_t drawn = process_.world().choices().draw("etcd.election_timeout", span_ms);
  election_timeout_ =
      Raft::election_timeout + raft_.self() * 100ms + std::chrono::milliseconds(drawn);
}

Task<> RaftNode::run() {
  process_.listen(peer_port, *this);
  settle();
  // Bound: the end of the process.
  while (!aborted_) {
    const TimePoint due =
        is_leader() ? next_quorum_check_ : raft_.quiet_since() + election_timeout_;
    if (now() < due) {
      co_await abort_.wait_until(due);
      continue;
    }
    if (!is_leader()) {
      stand_for_election();
      continue;
    }
    next_quorum_check_ = now() + Raft::election_timeout;
    const std::int64_t term = raft_.term();
    if (raft_.check_quorum(now())) {
      EtcdSteppedDown event;
      event.term = term;
      process_.emit(event);
    }
    settle();
  }
}

void RaftNode::stand_for_election() {
  draw_election_timeout();
  const VoteRequest request = raft_.stand(now());
  const TimePoint at = write();
  settle();
  for (int member = 0; member < raft_.members(); ++member) {
    if (member == raft_.self()) continue;
    process_.background().spawn(ask_for_vote(member, request, at));
  }
}

Task<> RaftNode::ask_for_vote(int member, VoteRequest request, TimePoint at) {
  co_await written(at);
  auto reply =
      co_await capture(call(member, "Vote", request.SerializeAsString(), Raft::election_timeout));
  if (!reply) co_return;
  const bool has_won = raft_.take(member, request, decode<VoteReply>(*reply), now());
  if (has_won) begin_to_lead();
  write();
  settle();
}

void RaftNode::begin_to_lead() {
  const std::int64_t term = raft_.term();
  const TimePoint at = write();
  process_.background().spawn(save_own(term, raft_.last_index(), at));
  next_quorum_check_ = now() + Raft::election_timeout;
  for (int member = 0; member < raft_.members(); ++member) {
    if (member != raft_.self()) process_.background().spawn(replicate(member, term));
  }
}

// Replication.

Task<> RaftNode::replicate(int follower, std::int64_t term) {
  // Bound: the term.
  while (raft_.leads(term) && !aborted_) {
    const TimePoint next_heartbeat = now() + Raft::heartbeat;
    const AppendRequest request = raft_.request_for(follower);
    auto reply =
        co_await capture(call(follower, "Append", request.SerializeAsString(), append_timeout));
    if (!reply) {
      co_await sleep_until(std::max(next_heartbeat, now()));
      continue;
    }
    raft_.take(follower, request, decode<AppendReply>(*reply), now());
    write();
    settle();
    bool is_due = false;
    while (!is_due && raft_.leads(term) && !raft_.has_news_for(follower)) {
      bool is_told = co_await news_.wait_until(std::max(next_heartbeat, now()));
      is_due = !is_told;
    }
  }
}

void RaftNode::append(RaftEntry entry) {
  if (!raft_.propose(std::move(entry))) throw Error(refusal::no_leader);
  const TimePoint at = write();
  process_.background().spawn(save_own(raft_.term(), raft_.last_index(), at));
  news_.notify_all();
}

Task<> RaftNode::save_own(std::int64_t term, std::int64_t index, TimePoint at) {
  co_await written(at);
  raft_.saved(term, index);
  settle();
}

Task<> RaftNode::propose(RaftEntry entry, TimePoint deadline) {
  if (is_leader()) {
    append(std::move(entry));
    co_return;
  }
  if (!has_leader()) throw Error(refusal::no_leader);
  auto handed = co_await capture(
      call(raft_.leader(), "Propose", entry.SerializeAsString(), deadline - now()));
  if (!handed && handed.error().code() == Errc::unavailable) throw Error(refusal::no_leader);
}

TimePoint RaftNode::write() {
  const auto record = raft_.take_unsaved();
  if (!record || aborted_) return now();
  const sim::DiskStatus status = disk_.save(*record);
  if (status != sim::DiskStatus::ok) {
    EtcdAborted event;
    event.error = status == sim::DiskStatus::full ? "wal: no space left on device"
                                                  : "wal: input/output error";
    process_.emit(event);
    aborted_ = true;
    abort_.notify_all();
    return now();
  }
  const auto drawn = process_.world().choices().draw("etcd.disk_write", 64);
  const Duration took = 200us + 20us * drawn + disk_.take_delay();
  disk_is_free_ = std::max(disk_is_free_, now()) + took;
  return disk_is_free_;
}

Task<> RaftNode::written(TimePoint at) {
  if (aborted_) co_await never_.wait();
  if (at > now()) co_await sleep_until(at);
  if (aborted_) co_await never_.wait();
}

void RaftNode::settle() {
  if (aborted_) return;
  if (led_term_ && !raft_.leads(*led_term_)) {
    led_term_.reset();
    owner_.stop_leading();
  }
  if (is_leader() && !led_term_) {
    led_term_ = raft_.term();
    owner_.lead(raft_.term());
  }
  while (applied_ < raft_.commit()) {
    ++applied_;
    owner_.apply(applied_, raft_.entry(applied_));
  }
  news_.notify_all();
  changed_.notify_all();
}

// Reads.

Task<> RaftNode::catch_up(TimePoint deadline) {
  auto index = co_await read_index(deadline);
  // Bound: the deadline.
  while (applied_ < index) {
    bool in_time = co_await changed_.wait_until(deadline);
    if (!in_time) throw Error(refusal::timed_out);
  }
}

Task<std::int64_t> RaftNode::read_index(TimePoint deadline) {
  if (!has_leader()) throw Error(refusal::no_leader);
  const int leader = raft_.leader();
  // Bound: the deadline.
  while (now() < deadline) {
    if (raft_.leader() != leader) throw Error(refusal::leader_changed);
    if (is_leader()) {
      auto index = co_await confirm_commit(deadline);
      co_return index;
    }
    auto reply = co_await capture(call(leader, "ReadIndex", "", ask_timeout));
    if (reply) co_return decode<ReadIndexReply>(*reply).index();
    if (reply.error().code() == Errc::unavailable) throw Error(refusal::leader_changed);
  }
  throw Error(refusal::timed_out);
}

Task<std::int64_t> RaftNode::confirm_commit(TimePoint deadline) {
  const std::int64_t term = raft_.term();
  std::optional<std::int64_t> round;
  std::int64_t index = 0;
  // Bound: the deadline.
  while (raft_.leads(term) && !(round && raft_.is_confirmed(*round))) {
    if (!round && raft_.can_confirm_reads()) {
      index = raft_.commit();
      round = raft_.begin_round();
      news_.notify_all();
    }
    bool in_time = co_await changed_.wait_until(deadline);
    if (!in_time) throw Error(refusal::timed_out);
  }
  if (!raft_.leads(term)) throw Error(refusal::leader_changed);
  co_return index;
}

Task<std::string> RaftNode::ask_leader(std::string method, std::string request,
                                       TimePoint deadline) {
  if (!has_leader()) throw Error(refusal::no_leader);
  ForwardRequest forward;
  forward.set_method(std::move(method));
  forward.set_request(std::move(request));
  auto reply = co_await capture(
      call(raft_.leader(), "Forward", forward.SerializeAsString(), deadline - now()));
  if (reply) co_return std::move(*reply);
  const Errc code = reply.error().code();
  if (code == Errc::unavailable) throw Error(refusal::no_leader);
  if (code == Errc::timed_out || code == Errc::outcome_unknown) throw Error(refusal::timed_out);
  throw reply.error();
}

// What other members ask.

Task<std::string> RaftNode::handle(std::string method, std::string request) {
  if (aborted_) co_await never_.wait();
  if (method == "Vote") {
    const VoteReply reply = raft_.answer(decode<VoteRequest>(request), now());
    const TimePoint at = write();
    settle();
    co_await written(at);
    co_return reply.SerializeAsString();
  }
  if (method == "Append") {
    const AppendReply reply = raft_.answer(decode<AppendRequest>(request), now());
    const TimePoint at = write();
    settle();
    co_await written(at);
    co_return reply.SerializeAsString();
  }
  if (method == "Propose") {
    append(decode<RaftEntry>(request));
    co_return "";
  }
  if (method == "ReadIndex") {
    if (!is_leader()) throw Error(refusal::no_leader);
    ReadIndexReply reply;
    auto index = co_await confirm_commit(now() + ask_timeout);
    reply.set_index(index);
    co_return reply.SerializeAsString();
  }
  if (!is_leader()) throw Error(refusal::no_leader);
  const auto forward = decode<ForwardRequest>(request);
  co_return owner_.answer_as_leader(forward.method(), forward.request());
}

Task<> RaftNode::handle_stream(std::string, std::string, std::shared_ptr<sim::ServerStream>) {
  throw Error(Errc::unsupported, "members of an etcd have no streams");
}

}  // namespace shardlab::fakes::etcd

#include "fakes/etcd/raft.h"

#include <algorithm>

#include "core/base/error.h"

namespace shardlab::fakes::etcd {

Raft::Raft(int self, int members, RaftState state, TimePoint now)
    : self_(self),
      members_(members),
      state_(std::move(state)),
      saved_log_(last_index()),
      quiet_since_(now),
      heard_leader_(now - election_timeout) {}

std::optional<RaftRecord> Raft::take_unsaved() {
  if (is_saved_ && saved_log_ == last_index()) return std::nullopt;
  RaftRecord record;
  record.set_term(state_.term);
  record.set_vote(state_.vote);
  record.set_commit(state_.commit);
  record.set_first_index(saved_log_ + 1);
  for (std::int64_t i = saved_log_ + 1; i <= last_index(); ++i) *record.add_entries() = entry(i);
  saved_log_ = last_index();
  is_saved_ = true;
  return record;
}

// Elections.

void Raft::follow(std::int64_t term, int leader, TimePoint now) {
  if (term > state_.term) {
    state_.term = term;
    state_.vote = nobody;
    is_saved_ = false;
  }
  if (role_ != Role::follower) quiet_since_ = now;
  role_ = Role::follower;
  leader_ = leader;
  progress_.clear();
}

VoteRequest Raft::stand(TimePoint now) {
  follow(state_.term + 1, nobody, now);
  role_ = Role::candidate;
  state_.vote = self_;
  quiet_since_ = now;
  votes_.assign(static_cast<std::size_t>(members_), false);
  votes_[static_cast<std::size_t>(self_)] = true;
  VoteRequest request;
  request.set_term(state_.term);
  request.set_candidate(self_);
  request.set_last_index(last_index());
  request.set_last_term(term_at(last_index()));
  return request;
}

VoteReply Raft::answer(const VoteRequest& request, TimePoint now) {
  VoteReply reply;
  const bool hears_leader = leader_ != nobody && now < heard_leader_ + election_timeout;
  if (request.term() > state_.term && !hears_leader) follow(request.term(), nobody, now);
  reply.set_term(state_.term);
  if (request.term() != state_.term || hears_leader) return reply;
  const bool is_free = state_.vote == nobody || state_.vote == request.candidate();
  const auto mine = std::pair(term_at(last_index()), last_index());
  const bool knows_enough = std::pair(request.last_term(), request.last_index()) >= mine;
  if (!is_free || !knows_enough) return reply;
  if (state_.vote == nobody) is_saved_ = false;
  state_.vote = request.candidate();
  quiet_since_ = now;
  reply.set_granted(true);
  return reply;
}

bool Raft::take(int from, const VoteRequest& asked, const VoteReply& reply, TimePoint now) {
  if (reply.term() > state_.term) follow(reply.term(), nobody, now);
  if (role_ != Role::candidate || asked.term() != state_.term || !reply.granted()) return false;
  votes_[static_cast<std::size_t>(from)] = true;
  const auto granted = static_cast<std::size_t>(std::ranges::count(votes_, true));
  if (granted < majority()) return false;
  lead(now);
  return true;
}

void Raft::lead(TimePoint now) {
  role_ = Role::leader;
  leader_ = self_;
  heard_leader_ = now;
  Progress fresh;
  fresh.next = last_index() + 1;
  progress_.assign(static_cast<std::size_t>(members_), fresh);
  propose(RaftEntry());
}

bool Raft::check_quorum(TimePoint now) {
  if (role_ != Role::leader) return false;
  std::size_t active = 1;
  for (int member = 0; member < members_; ++member) {
    Progress& progress = progress_[static_cast<std::size_t>(member)];
    if (member != self_ && progress.is_active) ++active;
    progress.is_active = false;
  }
  heard_leader_ = now;
  if (active >= majority()) return false;
  follow(state_.term, nobody, now);
  return true;
}

// Replication.

bool Raft::propose(RaftEntry entry) {
  if (role_ != Role::leader) return false;
  entry.set_term(state_.term);
  state_.log.push_back(std::move(entry));
  return true;
}

void Raft::saved(std::int64_t term, std::int64_t index) {
  if (!leads(term)) return;
  Progress& own = progress_[static_cast<std::size_t>(self_)];
  own.match = std::max(own.match, index);
  advance_commit();
}

AppendRequest Raft::request_for(int follower) const {
  const Progress& progress = progress_[static_cast<std::size_t>(follower)];
  AppendRequest request;
  request.set_term(state_.term);
  request.set_leader(self_);
  request.set_before_index(progress.next - 1);
  request.set_before_term(term_at(progress.next - 1));
  request.set_commit(state_.commit);
  request.set_round(round_);
  std::size_t bytes = 0;
  for (std::int64_t i = progress.next; i <= last_index(); ++i) {
    bytes += entry(i).request().size();
    if (bytes > max_request_bytes && i > progress.next) break;
    *request.add_entries() = entry(i);
  }
  return request;
}

bool Raft::has_news_for(int follower) const {
  const Progress& progress = progress_[static_cast<std::size_t>(follower)];
  return progress.next <= last_index() || progress.round < round_ ||
         progress.told_commit < std::min(state_.commit, progress.match);
}

AppendReply Raft::answer(const AppendRequest& request, TimePoint now) {
  AppendReply reply;
  if (request.term() < state_.term) {
    reply.set_term(state_.term);
    return reply;
  }
  check(role_ != Role::leader || request.term() > state_.term, "two etcd leaders in one term");
  follow(request.term(), request.leader(), now);
  quiet_since_ = heard_leader_ = now;
  reply.set_term(state_.term);
  std::int64_t index = request.before_index();
  if (index > last_index() || term_at(index) != request.before_term()) {
    reply.set_last_index(std::min(last_index(), index - 1));
    return reply;
  }
  for (const RaftEntry& entry : request.entries()) {
    ++index;
    if (index <= last_index() && term_at(index) == entry.term()) continue;
    check(index > state_.commit, "a committed entry of an etcd's log is to be replaced");
    state_.log.resize(static_cast<std::size_t>(index) - 1);
    saved_log_ = std::min(saved_log_, index - 1);
    state_.log.push_back(entry);
  }
  state_.commit = std::max(state_.commit, std::min(request.commit(), index));
  reply.set_accepted(true);
  return reply;
}

void Raft::take(int from, const AppendRequest& sent, const AppendReply& reply, TimePoint now) {
  if (reply.term() > state_.term) return follow(reply.term(), nobody, now);
  if (!leads(sent.term())) return;
  Progress& progress = progress_[static_cast<std::size_t>(from)];
  progress.is_active = true;
  progress.round = std::max(progress.round, sent.round());
  if (!reply.accepted()) {
    progress.next = std::max(progress.match, reply.last_index()) + 1;
    return;
  }
  progress.match = std::max(progress.match, sent.before_index() + sent.entries_size());
  progress.next = progress.match + 1;
  progress.told_commit = std::max(progress.told_commit, std::min(sent.commit(), progress.match));
  advance_commit();
}

/// Only an entry of its own term tells a leader that those before it are committed, too.
void Raft::advance_commit() {
  std::vector<std::int64_t> matches;
  for (const Progress& progress : progress_) matches.push_back(progress.match);
  std::ranges::sort(matches, std::greater<>());
  const std::int64_t reached = matches[majority() - 1];
  if (reached > state_.commit && term_at(reached) == state_.term) state_.commit = reached;
}

// Reads.

bool Raft::can_confirm_reads() const {
  return role_ == Role::leader && term_at(state_.commit) == state_.term;
}

bool Raft::is_confirmed(std::int64_t round) const {
  if (role_ != Role::leader) return false;
  std::size_t confirmed = 1;
  for (int member = 0; member < members_; ++member) {
    if (member != self_ && progress_[static_cast<std::size_t>(member)].round >= round) ++confirmed;
  }
  return confirmed >= majority();
}

}  // namespace shardlab::fakes::etcd

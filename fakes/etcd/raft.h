#pragma once

#include <optional>
#include <vector>

#include "core/base/time.h"
#include "fakes/etcd/raft.pb.h"

namespace shardlab::fakes::etcd {

/// What a member keeps over restarts.
struct RaftState {
  std::int64_t term = 0;
  int vote = -1;  ///< whom it voted for in that term; -1: nobody
  std::int64_t commit = 0;
  std::vector<RaftEntry> log;  ///< `log[0]` has index 1
};

/// One member's part in the consensus about a log. It has no clock, no disk and no network: whoever
/// owns it tells it the time, writes down `take_unsaved` before anybody hears of it, and carries
/// requests and replies. Members have numbers from 0.
///
/// Elections and replication are Raft's. A follower that hears from its leader ignores candidates,
/// and a leader that hears from no majority for `election_timeout` steps down (CheckQuorum); there
/// is no PreVote, so a member that comes back with a higher term unseats the leader.
/// Source: Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm; etcd 3.4
/// raft/raft.go, with the defaults of embed/config.go.
class Raft {
 public:
  enum class Role { follower, candidate, leader };
  static constexpr int nobody = -1;
  static constexpr Duration election_timeout = 1s;
  static constexpr Duration heartbeat = 100ms;
  /// Of the entries in one request, unless a single one is larger.
  static constexpr std::size_t max_request_bytes = 1024 * 1024;

  /// Begins as a follower that has just heard from a leader.
  Raft(int self, int members, RaftState state, TimePoint now);

  int self() const { return self_; }
  int members() const { return members_; }
  Role role() const { return role_; }
  std::int64_t term() const { return state_.term; }
  int leader() const { return leader_; }
  bool leads(std::int64_t term) const { return role_ == Role::leader && state_.term == term; }
  std::int64_t commit() const { return state_.commit; }
  std::int64_t last_index() const { return static_cast<std::int64_t>(state_.log.size()); }
  const RaftEntry& entry(std::int64_t index) const {
    return state_.log[static_cast<std::size_t>(index) - 1];
  }
  /// What has to be written, synced, before anything else leaves this member; none when nothing.
  std::optional<RaftRecord> take_unsaved();

  // Elections.

  /// When it last had a reason not to stand for election.
  TimePoint quiet_since() const { return quiet_since_; }
  /// Becomes a candidate of the next term.
  VoteRequest stand(TimePoint now);
  VoteReply answer(const VoteRequest& request, TimePoint now);
  /// True when this was the vote that made it the leader.
  bool take(int from, const VoteRequest& asked, const VoteReply& reply, TimePoint now);
  /// Of a leader: forgets whom it has heard from, and steps down when they were too few. True then.
  bool check_quorum(TimePoint now);

  // Replication.

  /// Appends to the leader's log; false when it is none.
  bool propose(RaftEntry entry);
  /// Of a leader: its own log is on disk up to here.
  void saved(std::int64_t term, std::int64_t index);
  /// What that follower is to be sent now.
  AppendRequest request_for(int follower) const;
  /// Something waits to be sent to it, beyond heartbeats.
  bool has_news_for(int follower) const;
  AppendReply answer(const AppendRequest& request, TimePoint now);
  void take(int from, const AppendRequest& sent, const AppendReply& reply, TimePoint now);

  // Reads. What was committed when a round began is fresh for everyone who asked before it, once a
  // majority has answered requests sent after that.

  /// Of a leader that has committed something in its own term.
  bool can_confirm_reads() const;
  std::int64_t begin_round() { return ++round_; }
  bool is_confirmed(std::int64_t round) const;

 private:
  /// What a leader knows of a member, itself included.
  struct Progress {
    std::int64_t match = 0;  ///< their logs agree up to here
    std::int64_t next = 1;
    std::int64_t round = 0;
    std::int64_t told_commit = 0;
    bool is_active = true;
  };

  std::int64_t term_at(std::int64_t index) const { return index == 0 ? 0 : entry(index).term(); }
  std::size_t majority() const { return static_cast<std::size_t>(members_) / 2 + 1; }
  void follow(std::int64_t term, int leader, TimePoint now);
  void lead(TimePoint now);
  void advance_commit();

  int self_;
  int members_;
  RaftState state_;
  std::int64_t saved_log_;  ///< entries up to here were handed out to be written
  bool is_saved_ = true;    ///< term and vote, too
  Role role_ = Role::follower;
  int leader_ = nobody;
  TimePoint quiet_since_;
  TimePoint heard_leader_;  ///< no vote within an election timeout of that
  std::vector<bool> votes_;
  std::vector<Progress> progress_;  ///< of a leader
  std::int64_t round_ = 0;
};

}  // namespace shardlab::fakes::etcd

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fakes/etcd/raft.h"
#include "fakes/etcd/raft_disk.h"
#include "sim/host.h"
#include "sim/network.h"

namespace shardlab::fakes::etcd {

/// Where members talk to each other.
inline constexpr std::uint16_t peer_port = 2380;

/// Whom a RaftNode works for. Nothing of it may wait.
class RaftOwner {
 public:
  virtual ~RaftOwner() = default;
  /// The next entry of the log is committed.
  virtual void apply(std::int64_t index, const RaftEntry& entry) = 0;
  /// This member leads from now on, in that term; what was committed before is not all applied.
  virtual void lead(std::int64_t term) = 0;
  /// It leads no more.
  virtual void stop_leading() = 0;
  /// What another member asks the leader. May throw Error.
  virtual std::string answer_as_leader(const std::string& method, const std::string& request) = 0;
};

/// Carries a member's part in the consensus out: elections, replication, its disk, the calls
/// between members. Draws `etcd.election_timeout` and `etcd.disk_write`.
///
/// What it throws are etcd's refusals: `no_leader` and `leader_changed` when surely nothing has
/// happened, `timed_out` when that is not known.
class RaftNode final : public sim::RpcService {
 public:
  /// `ips` are those of all members, in the order of their numbers; `state` is what the disk had.
  /// Disk and owner must outlive it.
  RaftNode(sim::Process& process, int number, std::vector<std::string> ips, RaftDisk& disk,
           RaftState state, RaftOwner& owner);

  /// Ends when its disk fails (`EtcdAborted`).
  Task<> run();

  bool has_leader() const { return raft_.leader() != Raft::nobody; }
  bool is_leader() const { return raft_.role() == Raft::Role::leader; }
  bool leads(std::int64_t term) const { return raft_.leads(term); }

  /// Brings the entry into the leader's log, here or by a call. Whether it stays there shows when
  /// it is applied. Throws Error: `no_leader`; it returns also when what became of it is unknown.
  Task<> propose(RaftEntry entry, TimePoint deadline);
  /// Waits until everything is applied here that was committed when it was called, as far as
  /// anybody can have heard of it. Throws Error: `no_leader`, `leader_changed`, `timed_out`.
  Task<> catch_up(TimePoint deadline);
  /// Another member's `answer_as_leader`. Throws Error: its, `no_leader`, `timed_out`.
  Task<std::string> ask_leader(std::string method, std::string request, TimePoint deadline);

  Task<std::string> handle(std::string method, std::string request) override;
  Task<> handle_stream(std::string method, std::string request,
                       std::shared_ptr<sim::ServerStream> stream) override;

 private:
  TimePoint now() const;
  Task<std::string> call(int member, std::string method, std::string request, Duration timeout);
  void draw_election_timeout();
  void stand_for_election();
  Task<> ask_for_vote(int member, VoteRequest request, TimePoint written);
  void begin_to_lead();
  Task<> replicate(int follower, std::int64_t term);
  void append(RaftEntry entry);
  Task<> save_own(std::int64_t term, std::int64_t index, TimePoint written);
  Task<std::int64_t> read_index(TimePoint deadline);
  Task<std::int64_t> confirm_commit(TimePoint deadline);
  /// Writes down what has changed; gives when the disk will have done so.
  TimePoint write();
  /// Waits for that; does not return when the disk has failed.
  Task<> written(TimePoint at);
  /// After every change: applies what is committed, tells who leads, wakes who waits.
  void settle();

  sim::Process& process_;
  std::vector<std::string> ips_;
  RaftDisk& disk_;
  RaftOwner& owner_;
  Raft raft_;
  std::int64_t applied_ = 0;
  std::optional<std::int64_t> led_term_;  ///< that the owner knows of
  Duration election_timeout_{};
  TimePoint next_quorum_check_{};
  TimePoint disk_is_free_{};  ///< it does one thing after the other
  bool aborted_ = false;
  Condition abort_;
  Condition never_;
  Condition news_;     ///< for followers
  Condition changed_;  ///< applied, committed, confirmed, or led by another
};

}  // namespace shardlab::fakes::etcd

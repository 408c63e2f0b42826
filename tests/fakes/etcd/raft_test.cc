#include "fakes/etcd/raft.h"

#include <catch2/catch.hpp>

#include "core/base/error.h"
#include "fakes/etcd/raft_disk.h"
#include "sim/choices.h"

namespace shardlab::fakes::etcd {
namespace {

const TimePoint start{};

RaftEntry entry_of(std::int64_t id) {
  RaftEntry entry;
  entry.set_method("Put");
  entry.set_id(id);
  return entry;
}

/// Three members whose messages a test carries by hand.
class Members {
 public:
  Members() {
    for (int i = 0; i < 3; ++i) members_.emplace_back(i, 3, RaftState(), start);
  }
  Raft& operator[](int number) { return members_[static_cast<std::size_t>(number)]; }

  /// The candidate asks those voters; true when it leads then.
  bool elect(int candidate, const std::vector<int>& voters, TimePoint at) {
    const VoteRequest request = (*this)[candidate].stand(at);
    for (const int voter : voters) {
      const VoteReply reply = (*this)[voter].answer(request, at);
      (*this)[candidate].take(voter, request, reply, at);
    }
    Raft& leader = (*this)[candidate];
    leader.saved(leader.term(), leader.last_index());
    return leader.role() == Raft::Role::leader;
  }
  /// The leader sends to that follower until both are of one mind.
  void replicate(int leader, int follower, TimePoint at) {
    for (int i = 0; i < 10; ++i) {
      const AppendRequest request = (*this)[leader].request_for(follower);
      const AppendReply reply = (*this)[follower].answer(request, at);
      (*this)[leader].take(follower, request, reply, at);
      if ((*this)[leader].role() != Raft::Role::leader) return;
      if (!(*this)[leader].has_news_for(follower)) return;
    }
  }
  void propose(int leader, std::int64_t id) {
    Raft& raft = (*this)[leader];
    REQUIRE(raft.propose(entry_of(id)));
    raft.saved(raft.term(), raft.last_index());
  }

 private:
  std::vector<Raft> members_;
};

}  // namespace

TEST_CASE("raft: a candidate needs a majority, and a member votes once in a term") {
  Members members;
  CHECK_FALSE(members.elect(0, {}, start));
  REQUIRE(members.elect(0, {1}, start + 2s));
  CHECK(members[0].term() == 2);
  // Member 1 has voted in this term; a second candidate of it gets nothing.
  VoteRequest rival;
  rival.set_term(2);
  rival.set_candidate(2);
  CHECK_FALSE(members[1].answer(rival, start + 2s).granted());
}

TEST_CASE("raft: nobody votes for a candidate who knows less") {
  Members members;
  REQUIRE(members.elect(0, {1}, start));
  members.propose(0, 1);
  members.replicate(0, 1, start);
  REQUIRE(members[0].commit() == 2);
  // Not in the term of the leader, nor in one of its own, in which member 1 is free to vote.
  CHECK_FALSE(members.elect(2, {1}, start + 5s));
  CHECK_FALSE(members.elect(2, {1}, start + 7s));
  CHECK(members[1].term() == members[2].term());
  CHECK(members.elect(1, {2}, start + 10s));
}

TEST_CASE("raft: an entry is committed when a majority has it on disk") {
  Members members;
  REQUIRE(members.elect(0, {1, 2}, start));
  REQUIRE(members[0].propose(entry_of(1)));
  CHECK(members[0].commit() == 0);
  members.replicate(0, 1, start);
  // One follower has it, the leader's own disk has not: that is no majority.
  CHECK(members[0].commit() == 1);
  members[0].saved(members[0].term(), 2);
  CHECK(members[0].commit() == 2);
  members.replicate(0, 1, start);
  CHECK(members[1].commit() == 2);
}

TEST_CASE("raft: an entry of an older term is not committed by counting alone") {
  Members members;
  REQUIRE(members.elect(0, {1}, start));
  members.propose(0, 1);  // only on member 0
  REQUIRE(members.elect(1, {2}, start + 5s));
  members.propose(1, 2);
  // Member 0 leads again and brings its old entry to a majority.
  REQUIRE_FALSE(members.elect(0, {2}, start + 9s));  // in a term in which it has voted
  REQUIRE(members.elect(0, {2}, start + 10s));
  const std::int64_t own_first = members[0].last_index();
  AppendRequest old = members[0].request_for(2);
  while (old.before_index() + old.entries_size() >= own_first) old.mutable_entries()->RemoveLast();
  old.set_before_index(0);
  old.set_before_term(0);
  old.clear_entries();
  for (std::int64_t i = 1; i < own_first; ++i) *old.add_entries() = members[0].entry(i);
  const AppendReply reply = members[2].answer(old, start + 10s);
  REQUIRE(reply.accepted());
  members[0].take(2, old, reply, start + 10s);
  CHECK(members[0].commit() < 2);
  members.replicate(0, 2, start + 10s);
  CHECK(members[0].commit() == own_first);
}

TEST_CASE("raft: what a deposed leader did not commit gives way to what the others agreed on") {
  Members members;
  REQUIRE(members.elect(0, {1, 2}, start));
  members.propose(0, 1);
  members.propose(0, 2);
  REQUIRE(members.elect(1, {2}, start + 5s));
  members.propose(1, 3);
  members.replicate(1, 2, start + 5s);
  members.replicate(1, 0, start + 5s);
  CHECK(members[0].role() == Raft::Role::follower);
  REQUIRE(members[0].last_index() == 2);
  CHECK(members[0].entry(2).id() == 3);
  CHECK(members[0].commit() == 2);
}

TEST_CASE("raft: a leader that hears from no majority steps down at its second look") {
  Members members;
  REQUIRE(members.elect(0, {1}, start));
  CHECK_FALSE(members[0].check_quorum(start + 1s));
  members.replicate(0, 2, start + 1s);
  CHECK_FALSE(members[0].check_quorum(start + 2s));
  CHECK(members[0].check_quorum(start + 3s));
  CHECK(members[0].role() == Raft::Role::follower);
  CHECK(members[0].leader() == Raft::nobody);
}

TEST_CASE("raft: who hears from a leader ignores candidates, whatever their term") {
  Members members;
  REQUIRE(members.elect(0, {1}, start));
  members.replicate(0, 1, start);
  CHECK_FALSE(members.elect(2, {1, 0}, start + 400ms));
  CHECK_FALSE(members.elect(2, {1, 0}, start + 500ms));
  CHECK(members[1].term() == 1);
  // The candidate's higher term unseats the leader when it hears of it.
  members.replicate(0, 2, start + 600ms);
  CHECK(members[0].role() == Raft::Role::follower);
  CHECK(members[0].term() == 2);
}

TEST_CASE("raft: a read is confirmed by answers to what was sent after it began") {
  Members members;
  REQUIRE(members.elect(0, {1}, start));
  CHECK_FALSE(members[0].can_confirm_reads());  // nothing of its own term is committed
  members.replicate(0, 1, start);
  REQUIRE(members[0].can_confirm_reads());
  const AppendRequest before = members[0].request_for(1);
  const std::int64_t round = members[0].begin_round();
  members[0].take(1, before, members[1].answer(before, start), start);
  CHECK_FALSE(members[0].is_confirmed(round));
  members.replicate(0, 1, start);
  CHECK(members[0].is_confirmed(round));
}

TEST_CASE("raft: term, vote and log come back from the disk, whatever a power loss leaves") {
  sim::Choices choices(1);
  for (const auto mode : {sim::CrashMode::kept, sim::CrashMode::lost, sim::CrashMode::torn}) {
    auto disk = std::make_unique<sim::Disk>();
    Raft raft(0, 3, RaftState(), start);
    {
      RaftDisk log(*disk);
      REQUIRE(log.recover());
      const VoteRequest request = raft.stand(start);
      REQUIRE(log.save(*raft.take_unsaved()) == sim::DiskStatus::ok);
      VoteReply vote;
      vote.set_term(1);
      vote.set_granted(true);
      REQUIRE(raft.take(1, request, vote, start));
      for (int i = 1; i <= 20; ++i) {
        REQUIRE(raft.propose(entry_of(i)));
        REQUIRE(log.save(*raft.take_unsaved()) == sim::DiskStatus::ok);
      }
      // One that is written and not synced.
      const auto wal = disk->open("wal", false);
      const std::string rubbish(100, 'x');
      wal->write(wal->size(), rubbish.data(), rubbish.size());
    }
    disk = disk->crash(mode, choices);
    const auto state = RaftDisk(*disk).recover();
    REQUIRE(state);
    CHECK(state->term == 1);
    CHECK(state->vote == 0);
    REQUIRE(state->log.size() == 21);
    CHECK(state->log.back().id() == 20);
    CHECK_FALSE(Raft(0, 3, *state, start).take_unsaved());
  }
}

TEST_CASE("raft: two leaders in one term are a bug that is noticed") {
  Members members;
  REQUIRE(members.elect(0, {1}, start));
  AppendRequest from_rival;
  from_rival.set_term(1);
  from_rival.set_leader(2);
  CHECK_THROWS_AS(members[0].answer(from_rival, start), BugError);
}

}  // namespace shardlab::fakes::etcd

#pragma once

#include <functional>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "sim/fault.h"
#include "sim/message.h"

namespace shardlab::sim {

class Network;

/// Names of hosts. No name at all stands for every host.
using HostNames = std::set<std::string, std::less<>>;

/// Which messages a rule is about.
struct Match {
  HostNames from;
  HostNames to;
  /// A closer look, when there is one: `[](const MessageView& m) { return m.method == "Put"; }`.
  std::function<bool(const MessageView&)> where;
  /// How many messages the rule takes at most.
  std::uint64_t at_most = std::numeric_limits<std::uint64_t>::max();
};

/// A rule of the network, in force as long as it lives. A message meets the rules at its arrival,
/// in the order in which they came into force; the first one that does not let it pass decides.
/// `effects` counts the messages it took.
///
/// Traced as `FaultStarted` and `FaultEnded`.
class NetworkFault : public Fault {
 public:
  /// What becomes of a message that arrives.
  enum class Fate {
    pass,
    wait,    ///< it stays here until the rule says otherwise
    resend,  ///< it is lost; its sender's kernel sends it again and again
    lose,    ///< it is lost, and with it all that follows on the connection in its direction
    reset,   ///< instead, both ends hear that the connection is reset
  };

  ~NetworkFault() override;

  /// The world ends before the fault does, which is then over without a trace.
  void outlive_world() { network_ = nullptr; }
  /// Counts the message when it does not pass.
  Fate judge(const MessageView& message);
  /// Whether such a message would get stuck or lost, without counting it.
  bool would_stop(const MessageView& message) const;
  /// What the time on the way becomes of a message that is sent.
  virtual Duration stretched(const MessageView&, Duration time) { return time; }

 protected:
  /// `kind` such as `"partition"` and `target` such as `"a,b | c"` are for the trace.
  NetworkFault(Network& network, std::string kind, std::string target, Fate fate, Match match);

  bool matches(const MessageView& message) const;
  /// Whether the message is one of the rule's: counted before, or now.
  bool take(const MessageView& message);
  /// The messages of this rule that wait somewhere, in the order of sending.
  std::vector<MessageView> waiting() const;
  /// Messages that wait are judged again, now.
  void judge_again();

  Network* network_;  ///< null when the world is gone

 private:
  virtual Fate fate(const MessageView&) const { return fate_; }
  bool has_taken(std::uint64_t number) const { return taken_.contains(number); }

  std::string kind_;
  std::string target_;
  Fate fate_;
  Match match_;
  std::set<std::uint64_t> taken_;
};

/// Nothing passes between the hosts of `a` and those of `b`; a host and itself stay together.
///
/// What a connection carries is not lost for good: its sender's kernel repeats it, so that it
/// arrives some time after the partition, in order, unless one end gave up before (see Transport).
class Partition final : public NetworkFault {
 public:
  enum class Ways { both, only_a_to_b };
  Partition(Network& network, HostNames a, HostNames b, Ways ways = Ways::both);
};

/// What matches is swallowed, and so is everything behind it on its connection in its direction,
/// also after the rule's end: the peers think that the connection lives. Callers learn of it by
/// their deadlines; a call that runs into one closes the connection, the next call opens another.
class Blackhole final : public NetworkFault {
 public:
  Blackhole(Network& network, Match match);
};

/// Requests get through and have their effect; the replies that match are swallowed: a Blackhole
/// in one direction. The match's `from` are the hosts that reply.
class LostReplies final : public NetworkFault {
 public:
  LostReplies(Network& network, Match match);
};

/// What matches breaks its connection at its arrival: the receiver hears of it at once, the sender
/// a message's time later. Every open call on it ends with outcome_unknown, its handler is
/// cancelled.
class Reset final : public NetworkFault {
 public:
  Reset(Network& network, Match match);
};

/// What matches piles up at its receiver, and so does everything behind it on its connection.
/// All of it is delivered in the order of sending at the moment when the clog ends.
class Clog final : public NetworkFault {
 public:
  Clog(Network& network, Match match);
};

/// Keeps what matches at its receiver until it is released, one by one. What stands behind it on
/// its connection waits, too. Its end releases everything.
class Hold final : public NetworkFault {
 public:
  Hold(Network& network, Match match);

  /// What is kept, in the order of sending. Valid until the world runs on.
  std::vector<MessageView> held() const;
  /// Releases a message of `held`. It arrives at once if no other one stands before it.
  void release(std::uint64_t number);
  /// Releases the first of `held`. False when there is none.
  bool release_one();

 private:
  Fate fate(const MessageView& message) const override;

  std::set<std::uint64_t> released_;
};

/// Of the messages that match, a drawn share (`numerator` of `denominator`) takes `times` as long.
/// What is sent behind a slow one on its connection arrives behind it.
/// Draws `network.slow_tail`; the calmest choice is a message at its usual speed.
class SlowTail final : public NetworkFault {
 public:
  struct Share {
    std::uint64_t numerator;
    std::uint64_t denominator;
  };
  SlowTail(Network& network, Match match, Share share, std::uint32_t times);
  Duration stretched(const MessageView& message, Duration time) override;

 private:
  Share share_;
  std::uint32_t times_;
};

}  // namespace shardlab::sim

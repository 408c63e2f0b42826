#include "sim/network_fault.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/fault_events.h"
#include "sim/world.h"

namespace shardlab::sim {
namespace {

bool names(const HostNames& hosts, std::string_view host) {
  return hosts.empty() || hosts.contains(host);
}

std::string to_text(const HostNames& hosts) {
  return hosts.empty() ? "*" : fmt::format("{}", fmt::join(hosts, ","));
}

std::string to_text(const Match& match) {
  return fmt::format("{} > {}{}", to_text(match.from), to_text(match.to),
                     match.where ? " where" : "");
}

Match across(HostNames a, HostNames b, Partition::Ways ways) {
  Match match;
  match.where = [a = std::move(a), b = std::move(b), ways](const MessageView& m) {
    if (m.from == m.to) return false;
    if (names(a, m.from) && names(b, m.to)) return true;
    return ways == Partition::Ways::both && names(a, m.to) && names(b, m.from);
  };
  return match;
}

Match replies_of(Match match) {
  match.where = [where = std::move(match.where)](const MessageView& m) {
    return m.direction == Direction::reply && (!where || where(m));
  };
  return match;
}

}  // namespace

NetworkFault::NetworkFault(Network& network, std::string kind, std::string target, Fate fate,
                           Match match)
    : network_(&network),
      kind_(std::move(kind)),
      target_(std::move(target)),
      fate_(fate),
      match_(std::move(match)) {
  network_->transport().add(*this);
  network_->world().emit(FaultStarted{kind_, target_});
}

NetworkFault::~NetworkFault() {
  if (!network_) return;
  network_->transport().remove(*this);
  network_->world().emit(FaultEnded{kind_, target_, effects()});
}

bool NetworkFault::matches(const MessageView& message) const {
  return names(match_.from, message.from) && names(match_.to, message.to) &&
         (!match_.where || match_.where(message));
}

bool NetworkFault::take(const MessageView& message) {
  if (has_taken(message.number)) return true;
  if (taken_.size() >= match_.at_most) return false;
  taken_.insert(message.number);
  count_effect();
  return true;
}

NetworkFault::Fate NetworkFault::judge(const MessageView& message) {
  if (!matches(message)) return Fate::pass;
  const Fate found = fate(message);
  return found != Fate::pass && take(message) ? found : Fate::pass;
}

bool NetworkFault::would_stop(const MessageView& message) const {
  if (!matches(message) || taken_.size() >= match_.at_most) return false;
  const Fate found = fate(message);
  return found != Fate::pass && found != Fate::reset;
}

void NetworkFault::judge_again() { network_->transport().judge_again(); }

std::vector<MessageView> NetworkFault::waiting() const {
  std::vector<MessageView> found = network_->transport().waiting();
  const bool takes_more = taken_.size() < match_.at_most;
  std::erase_if(found, [&](const MessageView& message) {
    return !matches(message) || !(takes_more || has_taken(message.number));
  });
  return found;
}

Partition::Partition(Network& network, HostNames a, HostNames b, Ways ways)
    : NetworkFault(network, "partition",
                   to_text(a) + (ways == Ways::both ? " | " : " > ") + to_text(b), Fate::resend,
                   across(a, b, ways)) {}

Blackhole::Blackhole(Network& network, Match match)
    : NetworkFault(network, "blackhole", to_text(match), Fate::lose, match) {}

LostReplies::LostReplies(Network& network, Match match)
    : NetworkFault(network, "lost-replies", to_text(match), Fate::lose, replies_of(match)) {}

Reset::Reset(Network& network, Match match)
    : NetworkFault(network, "reset", to_text(match), Fate::reset, match) {}

Clog::Clog(Network& network, Match match)
    : NetworkFault(network, "clog", to_text(match), Fate::wait, match) {}

Hold::Hold(Network& network, Match match)
    : NetworkFault(network, "hold", to_text(match), Fate::wait, match) {}

NetworkFault::Fate Hold::fate(const MessageView& message) const {
  return released_.contains(message.number) ? Fate::pass : Fate::wait;
}

std::vector<MessageView> Hold::held() const {
  std::vector<MessageView> found = waiting();
  std::erase_if(found, [&](const MessageView& m) { return released_.contains(m.number); });
  return found;
}

void Hold::release(std::uint64_t number) {
  released_.insert(number);
  judge_again();
}

bool Hold::release_one() {
  const std::vector<MessageView> kept = held();
  if (kept.empty()) return false;
  release(kept.front().number);
  return true;
}

SlowTail::SlowTail(Network& network, Match match, Share share, std::uint32_t times)
    : NetworkFault(network, "slow-tail", to_text(match), Fate::pass, match),
      share_(share),
      times_(times) {
  check(share.denominator > 0 && times > 0, "slow tail: a share of something, once or more");
}

Duration SlowTail::stretched(const MessageView& message, Duration time) {
  Choices& choices = network_->world().choices();
  if (!matches(message)) return time;
  if (!choices.chance("network.slow_tail", share_.numerator, share_.denominator)) return time;
  return take(message) ? time * times_ : time;
}

Partition Network::partition(HostNames a, HostNames b) {
  return Partition(*this, std::move(a), std::move(b));
}

Partition Network::partition_one_way(HostNames from, HostNames to) {
  return Partition(*this, std::move(from), std::move(to), Partition::Ways::only_a_to_b);
}

Partition Network::isolate(std::string host) {
  HostNames alone;
  alone.insert(std::move(host));
  return Partition(*this, std::move(alone), {});
}

Blackhole Network::blackhole(Match match) { return Blackhole(*this, std::move(match)); }

LostReplies Network::lose_replies(Match match) { return LostReplies(*this, std::move(match)); }

Reset Network::reset(Match match) { return Reset(*this, std::move(match)); }

Clog Network::clog(Match match) { return Clog(*this, std::move(match)); }

Hold Network::hold(Match match) { return Hold(*this, std::move(match)); }

SlowTail Network::slow_tail(Match match, SlowTail::Share share, std::uint32_t times) {
  return SlowTail(*this, std::move(match), share, times);
}

}  // namespace shardlab::sim

#include "scenarios/history/event_list.h"

#include <algorithm>
#include <tuple>

namespace shardlab::scenarios::history {
namespace {

struct Moment {
  std::int64_t at;
  bool is_return;  ///< of two at one moment the call comes first: they overlap
  std::size_t operation;
  friend bool operator<(const Moment& a, const Moment& b) {
    return std::tie(a.at, a.is_return, a.operation) < std::tie(b.at, b.is_return, b.operation);
  }
};

std::vector<Moment> moments_of(const History& history) {
  std::vector<Moment> moments;
  for (std::size_t i = 0; i < history.operations.size(); ++i) {
    const Operation& operation = history.operations[i];
    if (!operation.counts()) continue;
    moments.push_back({operation.invoked, false, i});
    if (operation.outcome == Outcome::ok) moments.push_back({operation.returned, true, i});
  }
  std::sort(moments.begin(), moments.end());
  return moments;
}

}  // namespace

EventList::EventList(const History& history)
    : events_(1), calls_(history.operations.size(), end), returns_(history.operations.size(), end) {
  for (const Moment& moment : moments_of(history)) {
    const Place place = events_.size();
    Event& event = events_.emplace_back();
    event.operation = moment.operation;
    event.is_call = !moment.is_return;
    event.previous = place - 1;
    event.next = end;
    events_[place - 1].next = place;
    events_[end].previous = place;
    (moment.is_return ? returns_ : calls_)[moment.operation] = place;
    if (moment.is_return) ++returns_left_;
  }
}

void EventList::unlink(Place event) {
  events_[events_[event].previous].next = events_[event].next;
  events_[events_[event].next].previous = events_[event].previous;
}

void EventList::link(Place event) {
  events_[events_[event].previous].next = event;
  events_[events_[event].next].previous = event;
}

void EventList::lift(std::size_t operation) {
  unlink(calls_[operation]);
  if (returns_[operation] == end) return;
  unlink(returns_[operation]);
  --returns_left_;
}

void EventList::put_back(std::size_t operation) {
  if (returns_[operation] != end) {
    link(returns_[operation]);
    ++returns_left_;
  }
  link(calls_[operation]);
}

}  // namespace shardlab::scenarios::history

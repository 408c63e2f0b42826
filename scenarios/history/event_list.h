#pragma once

#include "scenarios/history/history.h"

namespace shardlab::scenarios::history {

/// The calls and returns of the operations that count, in order of time, as a list out of which
/// operations are lifted and into which they are put back in reverse order. The calls that stand
/// before the first return are those of the operations that can come next.
class EventList {
 public:
  using Place = std::size_t;
  static constexpr Place end = 0;

  explicit EventList(const History& history);

  Place first() const { return events_[end].next; }
  Place after(Place event) const { return events_[event].next; }
  bool is_call(Place event) const { return events_[event].is_call; }
  /// The operation that the event belongs to.
  std::size_t operation(Place event) const { return events_[event].operation; }
  Place call_of(std::size_t operation) const { return calls_[operation]; }

  void lift(std::size_t operation);
  void put_back(std::size_t operation);
  /// Operations in the list that must come at some time: those that return.
  std::size_t returns_left() const { return returns_left_; }

 private:
  struct Event {
    std::size_t operation = 0;
    bool is_call = false;
    Place previous = end;
    Place next = end;
  };
  void unlink(Place event);
  void link(Place event);

  std::vector<Event> events_;   ///< the first one stands for the end
  std::vector<Place> calls_;    ///< by operation; `end` when it does not count
  std::vector<Place> returns_;  ///< by operation; `end` when there is none
  std::size_t returns_left_ = 0;
};

}  // namespace shardlab::scenarios::history

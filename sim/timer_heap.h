#pragma once

#include <vector>

#include "core/base/event_loop.h"

namespace shardlab::sim {

/// Ops by due time, and at one time by the order in which they came. Any of them can be taken out.
/// A heap with four children a node: one cache line holds a family.
class TimerHeap {
 public:
  bool empty() const { return entries_.empty(); }
  TimePoint earliest() const { return entries_.front().at; }
  Op* first() const { return entries_.front().op; }

  void push(Op* op, TimePoint at);
  Op* pop();
  void remove(Op* op) { remove_at(op->index); }

  template <class F>
  void for_each(F&& f) const {
    for (const Entry& entry : entries_) f(entry.op);
  }

 private:
  struct Entry {
    TimePoint at;
    std::uint64_t sequence;
    Op* op;
    bool operator<(const Entry& other) const {
      return at != other.at ? at < other.at : sequence < other.sequence;
    }
  };

  void put(std::size_t index, const Entry& entry) {
    entries_[index] = entry;
    entry.op->index = static_cast<std::uint32_t>(index);
  }
  void remove_at(std::size_t index);
  void sift_up(std::size_t index, Entry entry);
  void sift_down(std::size_t index, Entry entry);

  std::vector<Entry> entries_;
  std::uint64_t sequence_ = 0;
};

}  // namespace shardlab::sim

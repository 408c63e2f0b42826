#include "sim/timer_heap.h"

#include <algorithm>

namespace shardlab::sim {
namespace {
constexpr std::size_t arity = 4;
}

void TimerHeap::push(Op* op, TimePoint at) {
  entries_.emplace_back();
  sift_up(entries_.size() - 1, Entry{at, sequence_++, op});
}

Op* TimerHeap::pop() {
  Op* op = entries_.front().op;
  remove_at(0);
  return op;
}

void TimerHeap::remove_at(std::size_t index) {
  const Entry last = entries_.back();
  entries_.pop_back();
  if (index == entries_.size()) return;
  if (index > 0 && last < entries_[(index - 1) / arity]) {
    sift_up(index, last);
  } else {
    sift_down(index, last);
  }
}

void TimerHeap::sift_up(std::size_t index, Entry entry) {
  while (index > 0) {
    const std::size_t parent = (index - 1) / arity;
    if (!(entry < entries_[parent])) break;
    put(index, entries_[parent]);
    index = parent;
  }
  put(index, entry);
}

void TimerHeap::sift_down(std::size_t index, Entry entry) {
  const std::size_t size = entries_.size();
  for (std::size_t first; (first = arity * index + 1) < size;) {
    const std::size_t end = std::min(first + arity, size);
    std::size_t least = first;
    for (std::size_t k = first + 1; k < end; ++k) {
      if (entries_[k] < entries_[least]) least = k;
    }
    if (!(entries_[least] < entry)) break;
    put(index, entries_[least]);
    index = least;
  }
  put(index, entry);
}

}  // namespace shardlab::sim

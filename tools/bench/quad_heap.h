#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace shardlab::bench {

/// What waits for its time; knows its place so that it can be taken out again.
struct Timed {
  std::size_t heap_index = 0;
};

/// The earliest first, of equals the oldest: a heap of four children a node over owned-elsewhere
/// items.
class QuadHeap {
 public:
  bool empty() const { return entries_.empty(); }
  std::int64_t next_at() const { return entries_.front().at; }

  void push(Timed* item, std::int64_t at) {
    entries_.emplace_back();
    rise(entries_.size() - 1, Entry{at, sequence_++, item});
  }
  Timed* pop() {
    Timed* item = entries_.front().item;
    remove(item);
    return item;
  }
  void remove(Timed* item) {
    const std::size_t hole = item->heap_index;
    const Entry last = entries_.back();
    entries_.pop_back();
    if (hole == entries_.size()) return;
    if (hole > 0 && last.before(entries_[(hole - 1) / 4])) {
      rise(hole, last);
    } else {
      sink(hole, last);
    }
  }

 private:
  struct Entry {
    std::int64_t at;
    std::uint64_t sequence;
    Timed* item;
    bool before(const Entry& other) const {
      return at != other.at ? at < other.at : sequence < other.sequence;
    }
  };

  void put(std::size_t index, const Entry& entry) {
    entries_[index] = entry;
    entry.item->heap_index = index;
  }
  void rise(std::size_t hole, Entry entry) {
    for (; hole > 0; hole = (hole - 1) / 4) {
      const Entry& parent = entries_[(hole - 1) / 4];
      if (!entry.before(parent)) break;
      put(hole, parent);
    }
    put(hole, entry);
  }
  void sink(std::size_t hole, Entry entry) {
    const std::size_t size = entries_.size();
    for (std::size_t first; (first = 4 * hole + 1) < size;) {
      std::size_t least = first;
      for (std::size_t i = first + 1; i < std::min(first + 4, size); ++i) {
        if (entries_[i].before(entries_[least])) least = i;
      }
      if (!entries_[least].before(entry)) break;
      put(hole, entries_[least]);
      hole = least;
    }
    put(hole, entry);
  }

  std::vector<Entry> entries_;
  std::uint64_t sequence_ = 0;
};

}  // namespace shardlab::bench

#pragma once

#include <deque>
#include <optional>

#include "core/base/coroutine.h"

namespace shardlab {

/// A bounded queue between coroutines of one process.
template <class T>
class Channel {
 public:
  explicit Channel(std::size_t capacity) : capacity_(capacity) {}

  /// Waits for room. Throws Error: cancelled. The channel must not be closed.
  Task<> send(T item) {
    while (items_.size() >= capacity_ && !closed_) co_await changed_.wait();
    check(!closed_, "send on a closed channel");
    items_.push_back(std::move(item));
    changed_.notify_all();
  }

  /// The oldest item; none when the channel is closed and empty. Throws Error: cancelled.
  Task<std::optional<T>> receive() {
    while (items_.empty() && !closed_) co_await changed_.wait();
    std::optional<T> item;
    if (!items_.empty()) {
      item.emplace(std::move(items_.front()));
      items_.pop_front();
      changed_.notify_all();
    }
    co_return item;
  }

  void close() {
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::size_t capacity_;
  bool closed_ = false;
  std::deque<T> items_;
  Condition changed_;
};

}  // namespace shardlab

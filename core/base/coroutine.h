#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>

#include "core/base/error.h"
#include "core/base/event_loop.h"

namespace shardlab {

/// What every awaited function returns.
template <class T = void>
using Task = asio::awaitable<T, Executor>;

inline constexpr asio::use_awaitable_t<Executor> use_task{};

/// How a suspension ended.
enum class WaitEnd : std::uint8_t { notified, timed_out, cancelled };

class Condition;

/// A suspended coroutine that waits for its time. As small as can be: ten thousand of them should
/// stay in the processor's cache.
struct Sleeper : Op {
  using Op::Op;
  void unlink() {}

  WaitEnd end = WaitEnd::notified;
};

/// A suspended coroutine, linked into the condition it waits for.
struct Waiter : Sleeper {
  using Sleeper::Sleeper;
  void unlink();

  EventLoop* loop = nullptr;
  Condition* condition = nullptr;
  Waiter* before = nullptr;
  Waiter* after = nullptr;
};

/// Coroutines that wait for something to change. Waiters re-check their predicate after waking.
class Condition {
 public:
  Condition() = default;
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;
  ~Condition();

  /// Waits for a notification. Throws Error: cancelled.
  Task<> wait();
  /// Waits for a notification, at most until `at`. True when notified. Throws Error: cancelled.
  Task<bool> wait_until(TimePoint at);
  /// Like `wait` and `wait_until`, but they tell of a cancellation instead of throwing it.
  Task<WaitEnd> wait_or_cancelled();
  Task<WaitEnd> wait_until_or_cancelled(TimePoint at);

  void notify_all();
  void notify_one();

 private:
  friend struct Waiter;
  void link(Waiter& waiter, EventLoop& loop);

  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
};

/// Something that happens once.
class Event {
 public:
  bool is_set() const { return set_; }
  void set() {
    set_ = true;
    condition_.notify_all();
  }
  /// Returns at once when set already. Throws Error: cancelled.
  Task<> wait();
  /// Like `wait`, but false when cancelled.
  Task<bool> wait_or_cancelled();
  /// True when set before `at`. Throws Error: cancelled.
  Task<bool> wait_until(TimePoint at);

 private:
  bool set_ = false;
  Condition condition_;
};

/// Suspends until `at`, in the loop's time. Throws Error: cancelled.
/// Processes sleep through their `Clock` port, which knows the host's clock.
Task<> sleep_until(TimePoint at);

/// Mutual exclusion between coroutines of one process, in order of arrival.
class Mutex {
 public:
  class Lock {
   public:
    explicit Lock(Mutex* mutex) : mutex_(mutex) {}
    Lock(Lock&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
    Lock& operator=(Lock&&) = delete;
    ~Lock() {
      if (mutex_) mutex_->unlock();
    }

   private:
    Mutex* mutex_;
  };

  Task<Lock> lock();

 private:
  void unlock();
  bool held_ = false;
  Condition free_;
};

/// From here on the coroutine cannot be cancelled, and an earlier cancellation is forgotten.
/// For clean-up that must run: `co_await ignore_cancellation();`
inline auto ignore_cancellation() {
  return asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
}

/// The executor of the running coroutine: `auto executor = co_await this_executor();`
Task<Executor> this_executor();

/// The exception in flight as an Error; anything that is no Error (a bug) is thrown on.
/// To be called inside `catch (const std::exception&)`.
Error current_error();

/// Runs the task and hands back its error instead of throwing it, so that the caller may await.
/// A cancellation of the caller is not captured: it is thrown on.
template <class T>
Task<Result<T>> capture(Task<T> task) {
  std::optional<Error> error;
  try {
    auto value = co_await std::move(task);
    co_return Result<T>(std::move(value));
  } catch (const std::exception&) {
    error = current_error();
  }
  if (error->code() == Errc::cancelled) throw *error;
  co_return Result<T>(*error);
}

Task<Result<void>> capture(Task<> task);

/// Like `capture`, for work whose clean-up must run: a cancellation is handed back as an error too,
/// and from then on the coroutine cannot be cancelled. The caller throws the error when it is done.
Task<Result<void>> capture_for_cleanup(Task<> task);

}  // namespace shardlab

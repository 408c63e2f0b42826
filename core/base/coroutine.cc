#include "core/base/coroutine.h"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace shardlab {
namespace {

std::exception_ptr cancelled_exception() {
  return std::make_exception_ptr(Error(Errc::cancelled, "cancelled"));
}

/// What the awaiting coroutine gets: an exception, or a plain word about how the wait ended.
struct Throwing {
  using Signature = void(std::exception_ptr);
  static std::exception_ptr result(WaitEnd end) {
    return end == WaitEnd::cancelled ? cancelled_exception() : std::exception_ptr();
  }
};

struct Timed {
  using Signature = void(std::exception_ptr, bool);
};

struct Telling {
  using Signature = void(WaitEnd);
};

template <class Style, class Kind, class Handler>
struct WaitOp : Kind {
  explicit WaitOp(Handler&& h) : Kind(&WaitOp::consume), handler(std::move(h)) {}

  static void consume(Op* op, bool run) {
    auto* self = static_cast<WaitOp*>(op);
    self->unlink();
    Handler handler(std::move(self->handler));
    WaitEnd end = self->end;
    self->~WaitOp();
    asio::recycling_allocator<WaitOp>().deallocate(self, 1);
    if (!run) return;
    if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
      slot.clear();
    }
    if constexpr (std::is_same_v<Style, Throwing>) {
      std::move(handler)(Throwing::result(end));
    } else if constexpr (std::is_same_v<Style, Timed>) {
      std::move(handler)(Throwing::result(end), end == WaitEnd::notified);
    } else {
      std::move(handler)(end);
    }
  }

  Handler handler;
};

template <class Kind>
struct CancelWait {
  CancelWait(Kind* waiter, EventLoop& loop) : waiter(waiter), loop(loop) {}

  void operator()(asio::cancellation_type_t type) {
    if (type == asio::cancellation_type::none || !waiter) return;
    Kind* op = std::exchange(waiter, nullptr);
    if (op->place == Op::Place::ready) return;  // it has ended already, in time
    op->unlink();
    op->end = WaitEnd::cancelled;
    loop.wake(op);
  }

  Kind* waiter;
  EventLoop& loop;
};

/// Suspends the calling coroutine: `start(op, loop)` gives the op to the loop.
template <class Style, class Kind, class Start>
auto suspend(Start start) {
  return asio::async_initiate<const asio::use_awaitable_t<Executor>, typename Style::Signature>(
      [start](auto handler) {
        using Node = WaitOp<Style, Kind, std::decay_t<decltype(handler)>>;
        auto slot = asio::get_associated_cancellation_slot(handler);
        Executor executor = asio::get_associated_executor(handler);
        Node* op = asio::recycling_allocator<Node>().allocate(1);
        new (op) Node(std::move(handler));
        executor.claim(*op);
        EventLoop& loop = executor.loop();
        if (slot.is_connected()) slot.template emplace<CancelWait<Kind>>(op, loop);
        start(*op, loop);
      },
      use_task);
}

}  // namespace

void Waiter::unlink() {
  if (!condition) return;
  (before ? before->after : condition->first_) = after;
  (after ? after->before : condition->last_) = before;
  condition = nullptr;
  before = after = nullptr;
}

Condition::~Condition() {
  while (first_) first_->unlink();
}

void Condition::link(Waiter& waiter, EventLoop& loop) {
  waiter.loop = &loop;
  waiter.condition = this;
  waiter.before = last_;
  (last_ ? last_->after : first_) = &waiter;
  last_ = &waiter;
}

Task<> Condition::wait() {
  return suspend<Throwing, Waiter>([this](Waiter& waiter, EventLoop& loop) {
    link(waiter, loop);
    loop.park(&waiter);
  });
}

Task<WaitEnd> Condition::wait_or_cancelled() {
  return suspend<Telling, Waiter>([this](Waiter& waiter, EventLoop& loop) {
    link(waiter, loop);
    loop.park(&waiter);
  });
}

Task<WaitEnd> Condition::wait_until_or_cancelled(TimePoint at) {
  return suspend<Telling, Waiter>([this, at](Waiter& waiter, EventLoop& loop) {
    link(waiter, loop);
    waiter.end = WaitEnd::timed_out;
    loop.schedule(&waiter, at);
  });
}

Task<bool> Condition::wait_until(TimePoint at) {
  return suspend<Timed, Waiter>([this, at](Waiter& waiter, EventLoop& loop) {
    link(waiter, loop);
    waiter.end = WaitEnd::timed_out;
    loop.schedule(&waiter, at);
  });
}

void Condition::notify_one() {
  if (!first_) return;
  Waiter* waiter = first_;
  waiter->unlink();
  waiter->end = WaitEnd::notified;
  waiter->loop->wake(waiter);
}

void Condition::notify_all() {
  while (first_) notify_one();
}

Task<> Event::wait() {
  while (!set_) co_await condition_.wait();
}

Task<bool> Event::wait_or_cancelled() {
  while (!set_) {
    WaitEnd end = co_await condition_.wait_or_cancelled();
    if (end == WaitEnd::cancelled) co_return set_;
  }
  co_return true;
}

Task<bool> Event::wait_until(TimePoint at) {
  while (!set_) {
    bool notified = co_await condition_.wait_until(at);
    if (!notified) co_return set_;
  }
  co_return true;
}

Task<> sleep_until(TimePoint at) {
  return suspend<Throwing, Sleeper>(
      [at](Sleeper& sleeper, EventLoop& loop) { loop.schedule(&sleeper, at); });
}

Task<Mutex::Lock> Mutex::lock() {
  while (held_) co_await free_.wait();
  held_ = true;
  co_return Lock(this);
}

void Mutex::unlock() {
  held_ = false;
  free_.notify_one();
}

Task<Executor> this_executor() {
  auto executor = co_await asio::this_coro::executor;
  co_return executor;
}

Error current_error() {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) return Error(Errc::cancelled, "cancelled");
    throw;
  }
}

Task<Result<void>> capture_for_cleanup(Task<> task) {
  std::optional<Error> error;
  try {
    co_await std::move(task);
  } catch (const std::exception&) {
    error = current_error();
  }
  co_await ignore_cancellation();
  if (error) co_return Result<void>(*error);
  co_return Result<void>();
}

Task<Result<void>> capture(Task<> task) {
  std::optional<Error> error;
  try {
    co_await std::move(task);
    co_return Result<void>();
  } catch (const std::exception&) {
    error = current_error();
  }
  if (error->code() == Errc::cancelled) throw *error;
  co_return Result<void>(*error);
}

}  // namespace shardlab

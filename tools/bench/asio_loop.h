#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/detail/thread_context.hpp>
#include <boost/asio/detail/thread_info_base.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include "tools/bench/quad_heap.h"

namespace shardlab::bench {

namespace asio = boost::asio;

/// The peer that sim::Scheduler is measured against: the least that runs Asio coroutines on virtual
/// time. An execution context of its own with a concrete executor, Asio's recycling allocator, a
/// heap of timers, a list of ready work, sleeps that can be cancelled, groups of work that can be
/// dropped. No digest, no conditions, no faults, no strategies.
class AsioLoop : public asio::execution_context, private asio::detail::thread_context {
 public:
  struct Work : Timed {
    using Run = void (*)(Work* work, bool run);
    explicit Work(Run run) : run(run) {}
    Run run;  ///< consumes the work; with `run == false` it is only freed
    Work* next = nullptr;
    std::uint32_t group = 0;
    std::uint32_t epoch = 0;
  };
  class Executor;

  ~AsioLoop() {
    // Frames may post while they are freed, before and after the services shut down.
    free_all();
    shutdown();
    free_all();
    destroy();
  }

  std::int64_t now_ns() const { return now_ns_; }
  Executor executor(std::uint32_t group = 0);
  void drop(std::uint32_t group) { ++epochs_[group]; }

  void post(Work* work) {
    work->next = nullptr;
    *tail_ = work;
    tail_ = &work->next;
  }
  void schedule(Work* work, std::int64_t at_ns) { timers_.push(work, at_ns); }
  void unschedule(Work* work) { timers_.remove(work); }

  /// Until `done()` holds or nothing is left.
  template <class Done>
  void run_until(Done done) {
    asio::detail::thread_info_base info;
    thread_call_stack::context on_stack(this, info);
    while (!done()) {
      Work* work = take();
      if (!work) return;
      work->run(work, epochs_[work->group] == work->epoch);
    }
  }

 private:
  Work* take() {
    if (Work* work = head_) {
      head_ = work->next;
      if (!head_) tail_ = &head_;
      return work;
    }
    if (timers_.empty()) return nullptr;
    now_ns_ = timers_.next_at();
    return static_cast<Work*>(timers_.pop());
  }
  void free_all() {
    while (Work* work = take()) work->run(work, false);
  }

  std::int64_t now_ns_ = 0;
  Work* head_ = nullptr;
  Work** tail_ = &head_;
  QuadHeap timers_;
  std::vector<std::uint32_t> epochs_ = std::vector<std::uint32_t>(16);
};

template <class F>
struct LoopFunction : AsioLoop::Work {
  template <class G>
  explicit LoopFunction(G&& g) : Work(&LoopFunction::consume), function(std::forward<G>(g)) {}

  static void consume(Work* work, bool run) {
    auto* self = static_cast<LoopFunction*>(work);
    F function(std::move(self->function));
    self->~LoopFunction();
    asio::recycling_allocator<LoopFunction>().deallocate(self, 1);
    if (run) std::move(function)();
  }

  F function;
};

class AsioLoop::Executor {
 public:
  Executor(AsioLoop& loop, std::uint32_t group, std::uint32_t epoch) noexcept
      : loop_(&loop), group_(group), epoch_(epoch) {}

  AsioLoop& query(asio::execution::context_t) const noexcept { return *loop_; }
  static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept {
    return asio::execution::blocking.never;
  }
  AsioLoop& loop() const noexcept { return *loop_; }
  void claim(Work& work) const noexcept {
    work.group = group_;
    work.epoch = epoch_;
  }
  template <class F>
  void execute(F&& f) const {
    using Node = LoopFunction<std::decay_t<F>>;
    Node* node = asio::recycling_allocator<Node>().allocate(1);
    new (node) Node(std::forward<F>(f));
    claim(*node);
    loop_->post(node);
  }
  friend bool operator==(const Executor&, const Executor&) noexcept = default;

 private:
  AsioLoop* loop_;
  std::uint32_t group_;
  std::uint32_t epoch_;
};

inline AsioLoop::Executor AsioLoop::executor(std::uint32_t group) {
  return Executor(*this, group, epochs_[group]);
}

template <class Handler>
struct LoopSleep : AsioLoop::Work {
  explicit LoopSleep(Handler&& h) : Work(&LoopSleep::consume), handler(std::move(h)) {}

  static void consume(Work* work, bool run) {
    auto* self = static_cast<LoopSleep*>(work);
    Handler handler(std::move(self->handler));
    const boost::system::error_code error = self->error;
    self->~LoopSleep();
    asio::recycling_allocator<LoopSleep>().deallocate(self, 1);
    if (!run) return;
    if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
      slot.clear();
    }
    std::move(handler)(error);
  }

  struct Cancel {
    AsioLoop* loop;
    LoopSleep* sleep;
    void operator()(asio::cancellation_type_t type) {
      if (type == asio::cancellation_type::none || !sleep) return;
      loop->unschedule(sleep);
      sleep->error = asio::error::operation_aborted;
      loop->post(std::exchange(sleep, nullptr));
    }
  };

  Handler handler;
  boost::system::error_code error;
};

template <class Token>
auto async_sleep_until(AsioLoop::Executor executor, std::int64_t at_ns, Token&& token) {
  return asio::async_initiate<Token, void(boost::system::error_code)>(
      [executor, at_ns](auto handler) {
        using Node = LoopSleep<std::decay_t<decltype(handler)>>;
        auto slot = asio::get_associated_cancellation_slot(handler);
        Node* node = asio::recycling_allocator<Node>().allocate(1);
        new (node) Node(std::move(handler));
        executor.claim(*node);
        if (slot.is_connected()) {
          slot.template emplace<typename Node::Cancel>(&executor.loop(), node);
        }
        executor.loop().schedule(node, at_ns);
      },
      token);
}

}  // namespace shardlab::bench

#pragma once

#include <boost/asio/detail/thread_context.hpp>
#include <boost/asio/detail/thread_info_base.hpp>
#include <vector>

#include "core/base/event_loop.h"
#include "sim/strategy.h"
#include "sim/timer_heap.h"

namespace shardlab::sim {

class Trace;

/// The deterministic event loop: one thread, virtual time, ops in the order (time, strategy,
/// sequence). Process 0 is the world itself: always alive, never paused, never slow.
///
/// Derives from Asio's thread context so that Asio's recycling allocator works (without it every
/// sleep costs two mallocs).
class Scheduler final : public EventLoop, private asio::detail::thread_context {
 public:
  /// `start`: the first instant; `trace`: gets every step into its digest; `strategy`: none means
  /// the oldest op first.
  Scheduler(TimePoint start, Trace& trace, std::unique_ptr<Strategy> strategy = nullptr);
  ~Scheduler();

  TimePoint now() const override { return now_; }
  void post(Op* op) override;
  void schedule(Op* op, TimePoint at) override;
  void park(Op* op) override;
  void wake(Op* op) override;
  bool is_alive(std::uint32_t process, std::uint32_t incarnation) const override {
    return processes_[process].incarnation == incarnation;
  }
  std::uint32_t new_lane() override { return ++lanes_; }
  void fail(std::exception_ptr error) override;

  std::uint32_t add_process();
  /// The executor of the current incarnation.
  Executor executor(std::uint32_t process);
  /// Ends the current incarnation: every op of it is freed, none is run. The next one may start,
  /// and is neither paused nor slow.
  void kill(std::uint32_t process);

  /// Ops of the process that wait: for their turn, their time, a wake-up or the end of a pause.
  std::size_t waiting(std::uint32_t process) const { return ops_of(process).size(); }

  /// Nothing of the process runs until `resume`; what falls due meanwhile runs then, in order.
  void pause(std::uint32_t process);
  void resume(std::uint32_t process);
  bool is_paused(std::uint32_t process) const { return processes_[process].is_paused; }
  /// Each op of the process takes so long before it has its effect, one after the other; 0 is the
  /// normal state.
  void set_step_cost(std::uint32_t process, Duration cost);
  /// How many ops of paused and slow processes were kept waiting so far.
  std::uint64_t delayed(std::uint32_t process) const { return processes_[process].delayed; }

  /// Runs the function as an event of the world at `when`.
  template <class F>
  void at(TimePoint when, F&& function) {
    schedule(world_op(std::forward<F>(function)), when);
  }
  /// Runs the function as an event of the world directly after the current step, before all else.
  template <class F>
  void after_step(F&& function) {
    next_.push(world_op(std::forward<F>(function)));
  }

  /// Runs until `done()` holds or nothing is left that is due by `limit`; time then stands at the
  /// limit. Throws what a background task or event failed with.
  template <class Done>
  void run_until(Done done, TimePoint limit = TimePoint::max()) {
    Running running(*this);
    while (!done()) {
      if (step(limit)) continue;
      if (limit != TimePoint::max() && limit > now_) now_ = limit;
      return;
    }
  }

  std::uint64_t steps() const { return steps_; }

 private:
  struct Running {
    explicit Running(Scheduler& scheduler) : context(&scheduler, info) {}
    asio::detail::thread_info_base info;
    asio::detail::thread_context::thread_call_stack::context context;
  };
  struct ProcessState {
    std::uint32_t incarnation = 0;
    bool is_paused = false;
    bool is_hindered = false;  ///< paused or slow: the rare case that `step` looks at
    Duration step_cost{0};
    TimePoint busy_until{};
    std::uint64_t delayed = 0;
    OpList held;
  };

  template <class F>
  Op* world_op(F&& function) {
    using Node = FunctionOp<std::decay_t<F>>;
    Node* op = asio::recycling_allocator<Node>().allocate(1);
    new (op) Node(std::forward<F>(function));
    op->incarnation = processes_[0].incarnation;
    op->cause = cause();
    return op;
  }

  std::uint64_t cause() const;
  void make_ready(Op* op);
  void leave_ready(Op* op);
  bool step(TimePoint limit);
  Op* pop(TimePoint limit);
  Op* pop_by_strategy(TimePoint limit);
  bool is_kept_waiting(Op* op);
  std::vector<Op*> ops_of(std::uint32_t process) const;
  void remove(Op* op);
  void discard(Op* op) { op->run(op, false); }
  void discard_all();

  TimePoint now_;
  Trace& trace_;
  std::unique_ptr<Strategy> strategy_;
  std::uint64_t steps_ = 0;
  std::uint32_t lanes_ = 0;
  OpList next_;  ///< of `after_step`
  OpList ready_;
  OpList parked_;
  TimerHeap timers_;
  std::vector<ProcessState> processes_{1};
  std::exception_ptr failure_;
};

}  // namespace shardlab::sim

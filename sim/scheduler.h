#pragma once

#include <boost/asio/detail/thread_context.hpp>
#include <boost/asio/detail/thread_info_base.hpp>
#include <vector>

#include "core/base/event_loop.h"

namespace shardlab::sim {

class Trace;

/// The deterministic event loop: one thread, virtual time, events in the order (time, sequence).
/// Process 0 is the world itself and always alive.
///
/// Derives from Asio's thread context so that Asio's recycling allocator works (without it every
/// sleep costs two mallocs).
class Scheduler final : public EventLoop, private asio::detail::thread_context {
 public:
  /// `start`: the first instant; `trace`: gets every step into its digest.
  Scheduler(TimePoint start, Trace& trace);
  ~Scheduler();

  TimePoint now() const override { return now_; }
  void post(Op* op) override;
  void schedule(Op* op, TimePoint at) override;
  void park(Op* op) override;
  void wake(Op* op) override;
  bool is_alive(std::uint32_t process, std::uint32_t incarnation) const override;
  void fail(std::exception_ptr error) override;

  std::uint32_t add_process();
  /// The executor of the current incarnation.
  Executor executor(std::uint32_t process);
  /// Ends the current incarnation: every op of it is freed, none is run. The next one may start.
  void kill(std::uint32_t process);

  /// Runs the function as an event of the world at `at`.
  template <class F>
  void at(TimePoint when, F&& f) {
    using Node = FunctionOp<std::decay_t<F>>;
    Node* op = asio::recycling_allocator<Node>().allocate(1);
    new (op) Node(std::forward<F>(f));
    op->process = 0;
    op->incarnation = incarnations_[0];
    schedule(op, when);
  }

  /// Runs events until `done()` holds, no event is left, or the next one lies after `limit`.
  /// Throws what a background task or event failed with.
  template <class Done>
  void run_until(Done done, TimePoint limit = TimePoint::max()) {
    Running running(*this);
    while (!done() && step(limit)) {
    }
  }

  std::uint64_t steps() const { return steps_; }

 private:
  struct Running {
    explicit Running(Scheduler& scheduler) : context(&scheduler, info) {}
    asio::detail::thread_info_base info;
    asio::detail::thread_context::thread_call_stack::context context;
  };
  struct Entry {
    TimePoint at;
    std::uint64_t sequence;
    Op* op;
    bool operator<(const Entry& other) const {
      return at != other.at ? at < other.at : sequence < other.sequence;
    }
  };
  struct OpList {
    Op* first = nullptr;
    Op* last = nullptr;
    void push(Op* op);
    void remove(Op* op);
  };

  bool step(TimePoint limit);
  Op* pop(TimePoint limit);
  void remove(Op* op);
  void remove_from_heap(std::size_t index);
  void sift_up(std::size_t index, Entry entry);
  void sift_down(std::size_t index, Entry entry);
  void discard(Op* op) { op->run(op, false); }
  void discard_all();

  TimePoint now_;
  Trace& trace_;
  std::uint64_t sequence_ = 0;
  std::uint64_t steps_ = 0;
  OpList ready_;
  OpList parked_;
  std::vector<Entry> heap_;
  std::vector<std::uint32_t> incarnations_{0};
  std::exception_ptr failure_;
};

}  // namespace shardlab::sim

#pragma once

#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/recycling_allocator.hpp>
#include <cstdint>
#include <exception>
#include <utility>

#include "core/base/time.h"

namespace shardlab {

namespace asio = boost::asio;

/// One piece of work that an event loop holds: ready, due at a time, parked until woken, or held
/// back with its process.
struct Op {
  using Run = void (*)(Op* op, bool run);
  enum class Place : std::uint8_t { nowhere, ready, timed, parked, held };

  explicit Op(Run run) : run(run) {}

  Run run;  ///< consumes the op; with `run == false` it only frees it (its process is gone)
  Op* prev = nullptr;
  Op* next = nullptr;
  std::uint64_t cause = 0;  ///< number of the recorded event that made the op what it is
  std::uint32_t index = 0;  ///< where it stands in the loop's timers
  std::uint32_t process = 0;
  std::uint32_t incarnation = 0;
  std::uint32_t lane = 0;
  Place place = Place::nowhere;
  bool waits_for_cpu = false;
};

/// What runs coroutines. Every hand-over is an event of its own, nothing is resumed inline.
/// A loop knows processes by number; ops of an incarnation that has ended are freed, never run.
/// A lane is one thread of control: a spawned coroutine with all it awaits. A loop may order lanes
/// as an operating system orders threads.
class EventLoop : public asio::execution_context {
 public:
  virtual TimePoint now() const = 0;
  /// The op runs as soon as its turn comes.
  virtual void post(Op* op) = 0;
  /// The op runs at `at`, unless woken before.
  virtual void schedule(Op* op, TimePoint at) = 0;
  /// The op waits until `wake`.
  virtual void park(Op* op) = 0;
  /// A parked or scheduled op becomes ready; one that is ready already stays where it is.
  virtual void wake(Op* op) = 0;
  virtual bool is_alive(std::uint32_t process, std::uint32_t incarnation) const = 0;
  /// The number of a lane that nobody has yet; 0 is the one that processes begin with.
  virtual std::uint32_t new_lane() = 0;
  /// A background task ended with an error that nobody waits for: the program has a bug.
  virtual void fail(std::exception_ptr error) = 0;
};

template <class F>
struct FunctionOp : Op {
  template <class G>
  explicit FunctionOp(G&& g) : Op(&FunctionOp::consume), function(std::forward<G>(g)) {}

  static void consume(Op* op, bool run) {
    auto* self = static_cast<FunctionOp*>(op);
    F function(std::move(self->function));
    self->~FunctionOp();
    asio::recycling_allocator<FunctionOp>().deallocate(self, 1);
    if (run) std::move(function)();
  }

  F function;
};

/// The executor of one lane of one incarnation of a process.
class Executor {
 public:
  Executor(EventLoop& loop, std::uint32_t process, std::uint32_t incarnation,
           std::uint32_t lane = 0) noexcept
      : loop_(&loop), process_(process), incarnation_(incarnation), lane_(lane) {}

  EventLoop& query(asio::execution::context_t) const noexcept { return *loop_; }
  static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept {
    return asio::execution::blocking.never;
  }

  EventLoop& loop() const noexcept { return *loop_; }
  std::uint32_t process() const noexcept { return process_; }
  std::uint32_t incarnation() const noexcept { return incarnation_; }
  /// The same process, for a new thread of control.
  Executor with_new_lane() const { return {*loop_, process_, incarnation_, loop_->new_lane()}; }
  void claim(Op& op) const noexcept {
    op.process = process_;
    op.incarnation = incarnation_;
    op.lane = lane_;
  }

  template <class F>
  void execute(F&& f) const {
    using Node = FunctionOp<std::decay_t<F>>;
    Node* op = asio::recycling_allocator<Node>().allocate(1);
    new (op) Node(std::forward<F>(f));
    claim(*op);
    loop_->post(op);
  }

  friend bool operator==(const Executor&, const Executor&) noexcept = default;

 private:
  EventLoop* loop_;
  std::uint32_t process_;
  std::uint32_t incarnation_;
  std::uint32_t lane_;
};

}  // namespace shardlab

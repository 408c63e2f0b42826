#include "core/base/children.h"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <map>

namespace shardlab {
namespace {

bool is_cancellation(std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (const Error& e) {
    return e.code() == Errc::cancelled;
  } catch (const boost::system::system_error& e) {
    return e.code() == asio::error::operation_aborted;
    // tidy: allow(catch-all) only asks; the error itself goes on to the parent
  } catch (const std::exception&) {
    return false;
  }
}

/// A cancellation that comes when a wait has ended but not yet gone on is not told by that wait:
/// the next `co_await` would throw, and leave the children behind with nobody to wait for them.
bool has_come_late(const asio::cancellation_state& told) {
  return told.cancelled() != asio::cancellation_type::none;
}

/// How its parent cancels a child. Before the child's first step that has to wait: whatever has
/// been started runs until it waits for something.
class Canceller {
 public:
  asio::cancellation_slot slot() { return signal_.slot(); }

  void cancel() {
    is_cancelled_ = true;
    if (has_begun_) signal_.emit(asio::cancellation_type::terminal);
  }
  /// The child's first step. True when it was cancelled already, and is to be told soon.
  bool begin() {
    has_begun_ = true;
    return is_cancelled_;
  }

 private:
  asio::cancellation_signal signal_;
  bool has_begun_ = false;
  bool is_cancelled_ = false;
};
using CancellerPtr = std::shared_ptr<Canceller>;

using EntryPoint = asio::awaitable<asio::detail::awaitable_thread_entry_point, Executor>;

template <class End>
EntryPoint run_child(Executor executor, Task<> task, CancellerPtr canceller, End end) {
  co_await asio::post(use_task);
  if (canceller->begin()) executor.execute([canceller] { canceller->cancel(); });
  std::exception_ptr error;
  try {
    co_await std::move(task);
  } catch (...) {  // tidy: allow(catch-all) it is handed on, whatever it is
    error = std::current_exception();
  }
  executor.execute([end = std::move(end), error]() mutable { end(error); });
}

/// Starts a child in a lane of its own. What `co_spawn` does, but a cancellation reaches the
/// child's wait at once: `co_spawn` posts it with a pointer to the signal, and until that post has
/// its turn the child may end, and the signal go.
template <class End>
void start(const Executor& executor, Task<> task, CancellerPtr canceller, End end) {
  const Executor lane = executor.with_new_lane();
  const asio::cancellation_slot slot = canceller->slot();
  auto entry = run_child(lane, std::move(task), std::move(canceller), std::move(end));
  asio::detail::awaitable_handler<Executor, void>(std::move(entry), lane, slot,
                                                  asio::cancellation_state(slot))
      .launch();
}

}  // namespace

struct TaskGroup::State {
  State(Executor executor, OnError on_error) : executor(executor), on_error(on_error) {}

  void cancel_all() {
    // None ends within: a child that is told is woken, and runs in a step of its own.
    for (auto& [id, child] : children) child->cancel();
  }

  void cancel(ChildId id) {
    if (auto found = children.find(id); found != children.end()) found->second->cancel();
  }

  void ended(ChildId id, std::exception_ptr error) {
    children.erase(id);
    if (error && !is_cancellation(error)) {
      if (on_error == OnError::fail_loop) {
        executor.loop().fail(error);
      } else if (!failure) {
        failure = error;
        cancel_all();
      }
    }
    if (children.empty()) idle.notify_all();
  }

  Executor executor;
  OnError on_error;
  ChildId next_id = 1;
  std::map<ChildId, CancellerPtr> children;
  std::exception_ptr failure;
  Condition idle;
};

TaskGroup::TaskGroup(Executor executor, OnError on_error)
    : state_(std::make_shared<State>(executor, on_error)) {}

TaskGroup::~TaskGroup() {
  if (!state_) return;
  const Executor& executor = state_->executor;
  if (executor.loop().is_alive(executor.process(), executor.incarnation())) state_->cancel_all();
}

TaskGroup::ChildId TaskGroup::spawn(Task<> task) {
  ChildId id = state_->next_id++;
  auto canceller = std::allocate_shared<Canceller>(asio::recycling_allocator<Canceller>());
  state_->children[id] = canceller;
  start(state_->executor, std::move(task), std::move(canceller),
        [state = state_, id](std::exception_ptr error) { state->ended(id, error); });
  return id;
}

void TaskGroup::cancel() { state_->cancel_all(); }

void TaskGroup::cancel(ChildId child) { state_->cancel(child); }

std::size_t TaskGroup::running() const { return state_->children.size(); }

Task<> TaskGroup::join() {
  auto state = state_;
  bool cancelled = false;
  while (!state->children.empty()) {
    const auto told = co_await asio::this_coro::cancellation_state;
    WaitEnd end = WaitEnd::cancelled;
    if (!has_come_late(told)) end = co_await state->idle.wait_or_cancelled();
    if (end != WaitEnd::cancelled) continue;
    cancelled = true;
    co_await ignore_cancellation();
    state->cancel_all();
  }
  if (cancelled) throw Error(Errc::cancelled, "cancelled");
  if (state->failure) std::rethrow_exception(std::exchange(state->failure, nullptr));
}

Task<> join_all(std::vector<Task<>> tasks) {
  auto executor = co_await this_executor();
  TaskGroup group(executor);
  for (auto& task : tasks) group.spawn(std::move(task));
  co_await group.join();
}

namespace {

/// The one child of `until`, kept by both: with a process that ends, either may be freed first.
struct TimedChild {
  void end(std::exception_ptr e) {
    has_ended = true;
    error = e;
    changed.notify_all();
  }

  Canceller canceller;
  Condition changed;
  bool has_ended = false;
  std::exception_ptr error;
};

std::shared_ptr<TimedChild> spawn_timed(const Executor& executor, Task<> task) {
  auto child = std::allocate_shared<TimedChild>(asio::recycling_allocator<TimedChild>());
  start(executor, std::move(task), CancellerPtr(child, &child->canceller),
        [child](std::exception_ptr error) { child->end(error); });
  return child;
}

}  // namespace

Task<> until(TimePoint at, Task<> task) {
  auto executor = co_await asio::this_coro::executor;
  auto child = spawn_timed(executor, std::move(task));
  WaitEnd end = WaitEnd::notified;
  while (end == WaitEnd::notified && !child->has_ended) {
    end = co_await child->changed.wait_until_or_cancelled(at);
  }
  if (!child->has_ended) {
    const auto told = co_await asio::this_coro::cancellation_state;
    if (has_come_late(told)) end = WaitEnd::cancelled;
    // Only who was cancelled is deaf from here on: after a deadline the caller lives on, and
    // whoever may cancel him must reach him.
    if (end == WaitEnd::cancelled) co_await ignore_cancellation();
    child->canceller.cancel();
    while (!child->has_ended) {
      WaitEnd woken = co_await child->changed.wait_or_cancelled();
      if (woken != WaitEnd::cancelled) continue;
      end = WaitEnd::cancelled;
      co_await ignore_cancellation();
    }
  }
  if (end == WaitEnd::cancelled) throw Error(Errc::cancelled, "cancelled");
  const bool failed = child->error && !is_cancellation(child->error);
  if (failed || (child->error && end == WaitEnd::notified)) std::rethrow_exception(child->error);
  if (end == WaitEnd::timed_out) throw Error(Errc::timed_out, "deadline exceeded");
}

}  // namespace shardlab

#include "core/base/children.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
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
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

struct TaskGroup::State {
  State(Executor executor, OnError on_error) : executor(executor), on_error(on_error) {}

  void cancel_all() {
    // Emitting may end a child at once and change the map, so walk over the ids.
    std::vector<ChildId> ids;
    for (auto& [id, signal] : signals) ids.push_back(id);
    for (ChildId id : ids) {
      if (auto found = signals.find(id); found != signals.end()) {
        found->second.emit(asio::cancellation_type::terminal);
      }
    }
  }

  void ended(ChildId id, std::exception_ptr error) {
    signals.erase(id);
    if (error && !is_cancellation(error)) {
      if (on_error == OnError::fail_loop) {
        executor.loop().fail(error);
      } else if (!failure) {
        failure = error;
        cancel_all();
      }
    }
    if (signals.empty()) idle.notify_all();
  }

  Executor executor;
  OnError on_error;
  ChildId next_id = 1;
  std::map<ChildId, asio::cancellation_signal> signals;
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
  asio::cancellation_signal& signal = state_->signals[id];
  asio::co_spawn(
      state_->executor.with_new_lane(), std::move(task),
      asio::bind_cancellation_slot(signal.slot(), [state = state_, id](std::exception_ptr error) {
        state->ended(id, error);
      }));
  return id;
}

void TaskGroup::cancel() { state_->cancel_all(); }

void TaskGroup::cancel(ChildId child) {
  if (auto found = state_->signals.find(child); found != state_->signals.end()) {
    found->second.emit(asio::cancellation_type::terminal);
  }
}

std::size_t TaskGroup::running() const { return state_->signals.size(); }

Task<> TaskGroup::join() {
  auto state = state_;
  bool cancelled = false;
  while (!state->signals.empty()) {
    WaitEnd end = co_await state->idle.wait_or_cancelled();
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

  asio::cancellation_signal signal;
  Condition changed;
  bool has_ended = false;
  std::exception_ptr error;
};

std::shared_ptr<TimedChild> spawn_timed(const Executor& executor, Task<> task) {
  auto child = std::allocate_shared<TimedChild>(asio::recycling_allocator<TimedChild>());
  asio::co_spawn(executor.with_new_lane(), std::move(task),
                 asio::bind_cancellation_slot(child->signal.slot(),
                                              [child](std::exception_ptr e) { child->end(e); }));
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
    co_await ignore_cancellation();
    child->signal.emit(asio::cancellation_type::terminal);
    while (!child->has_ended) co_await child->changed.wait();
  }
  if (end == WaitEnd::cancelled) throw Error(Errc::cancelled, "cancelled");
  const bool failed = child->error && !is_cancellation(child->error);
  if (failed || (child->error && end == WaitEnd::notified)) std::rethrow_exception(child->error);
  if (end == WaitEnd::timed_out) throw Error(Errc::timed_out, "deadline exceeded");
}

}  // namespace shardlab

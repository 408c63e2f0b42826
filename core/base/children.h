#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/base/coroutine.h"

namespace shardlab {

/// Children of one coroutine or of one process. They start in order; the first failure cancels the
/// others; `join` waits until all have ended and hands out that one failure.
class TaskGroup {
 public:
  /// What becomes of a child's error that is no cancellation.
  enum class OnError {
    cancel_siblings,  ///< `join` throws it
    fail_loop,        ///< background work: nobody may be waiting, so the program has a bug
  };

  explicit TaskGroup(Executor executor, OnError on_error = OnError::cancel_siblings);
  TaskGroup(TaskGroup&&) noexcept = default;
  TaskGroup& operator=(TaskGroup&&) = delete;
  ~TaskGroup();

  using ChildId = std::uint64_t;
  ChildId spawn(Task<> task);
  void cancel();
  void cancel(ChildId child);
  std::size_t running() const;

  /// Waits for all children, also when the caller is cancelled meanwhile (then they are cancelled).
  /// Throws the first failure of a child, or Error: cancelled.
  Task<> join();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Runs all, waits for all. A failure cancels the siblings and comes out.
Task<> join_all(std::vector<Task<>> tasks);

template <class T>
Task<> store_result(Task<T> task, std::optional<T>* slot) {
  auto value = co_await std::move(task);
  slot->emplace(std::move(value));
}

/// Runs all, waits for all; results in the order of the tasks. A failure cancels the siblings.
/// With `capture(task)` as elements every task runs to its end and errors come back as values.
template <class T>
Task<std::vector<T>> join_all(std::vector<Task<T>> tasks) {
  std::vector<std::optional<T>> slots(tasks.size());
  std::vector<Task<>> children;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    children.push_back(store_result<T>(std::move(tasks[i]), &slots[i]));
  }
  co_await join_all(std::move(children));
  std::vector<T> results;
  for (auto& slot : slots) results.push_back(std::move(*slot));
  co_return results;
}

/// Runs the task at most until `at`, then cancels it. Throws Error: timed_out, or the task's error.
Task<> until(TimePoint at, Task<> task);

template <class T>
Task<T> until(TimePoint at, Task<T> task) {
  std::optional<T> slot;
  Task<> child = store_result<T>(std::move(task), &slot);
  co_await until(at, std::move(child));
  co_return std::move(*slot);
}

}  // namespace shardlab

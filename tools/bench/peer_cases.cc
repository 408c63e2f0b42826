#include "tools/bench/peer_cases.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <vector>

#include "tools/bench/asio_loop.h"
#include "tools/bench/durations.h"

namespace shardlab::bench {
namespace {

/// What the coroutines of one case share.
struct Shared {
  std::uint64_t left = 0;
  Durations durations;
};

void ignore(std::exception_ptr) {}

using LoopTask = asio::awaitable<void, AsioLoop::Executor>;
constexpr asio::use_awaitable_t<AsioLoop::Executor> loop_task{};

LoopTask sleeper(AsioLoop::Executor executor, Shared* shared) {
  while (shared->left > 0) {
    --shared->left;
    const std::int64_t at = executor.loop().now_ns() + shared->durations.next_ns();
    co_await async_sleep_until(executor, at, loop_task);
  }
}

using IoExecutor = asio::io_context::executor_type;

asio::awaitable<void, IoExecutor> poster(Shared* shared) {
  while (shared->left > 0) {
    --shared->left;
    co_await asio::post(asio::use_awaitable_t<IoExecutor>());
  }
}

struct RawPost {
  IoExecutor executor;
  Shared* shared;
  void operator()() const {
    if (shared->left == 0) return;
    --shared->left;
    asio::post(executor, *this);
  }
};

}  // namespace

Sample sleep_on_asio_loop(Work work, bool cancellable) {
  Shared shared{.left = work.events + 2 * work.coroutines};
  std::vector<std::unique_ptr<asio::cancellation_signal>> signals;
  AsioLoop loop;
  for (std::size_t i = 0; i < work.coroutines; ++i) {
    LoopTask task = sleeper(loop.executor(), &shared);
    if (!cancellable) {
      asio::co_spawn(loop.executor(), std::move(task), ignore);
      continue;
    }
    signals.push_back(std::make_unique<asio::cancellation_signal>());
    asio::co_spawn(loop.executor(), std::move(task),
                   asio::bind_cancellation_slot(signals.back()->slot(), ignore));
  }
  loop.run_until([&] { return shared.left <= work.events; });
  Measurement measurement;
  loop.run_until([&] { return shared.left == 0; });
  return measurement.sample(work.events);
}

Sample sleep_on_heap(Work work) {
  struct Sleeper : Timed {
    void (*fire)(Sleeper* sleeper, Shared& shared, QuadHeap& heap, std::int64_t now);
  };
  Shared shared{.left = work.events + work.coroutines};
  QuadHeap heap;
  std::vector<Sleeper> sleepers(work.coroutines);
  for (Sleeper& sleeper : sleepers) {
    sleeper.fire = [](Sleeper* self, Shared& all, QuadHeap& timers, std::int64_t now) {
      --all.left;
      timers.push(self, now + all.durations.next_ns());
    };
    sleeper.fire(&sleeper, shared, heap, 0);
  }
  Measurement measurement;
  while (shared.left > 0) {
    const std::int64_t now = heap.next_at();
    auto* sleeper = static_cast<Sleeper*>(heap.pop());
    sleeper->fire(sleeper, shared, heap, now);
  }
  return measurement.sample(work.events);
}

Sample post_on_io_context(Work work) {
  Shared shared{.left = work.events + 2 * work.coroutines};
  asio::io_context context(1);
  for (std::size_t i = 0; i < work.coroutines; ++i) {
    asio::co_spawn(context, poster(&shared), ignore);
  }
  // In one go, for each entry begins with an empty cache of Asio's allocator.
  Measurement measurement;
  context.run();
  return measurement.sample(work.events + 2 * work.coroutines);
}

Sample raw_post_on_io_context(Work work) {
  Shared shared{.left = work.events + 2 * work.coroutines};
  asio::io_context context(1);
  for (std::size_t i = 0; i < work.coroutines; ++i) {
    asio::post(context, RawPost{context.get_executor(), &shared});
  }
  Measurement measurement;
  context.run();
  return measurement.sample(work.events + 2 * work.coroutines);
}

}  // namespace shardlab::bench

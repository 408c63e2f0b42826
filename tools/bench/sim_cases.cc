#include "tools/bench/sim_cases.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <vector>

#include "core/base/channel.h"
#include "core/base/children.h"
#include "core/base/coroutine.h"
#include "sim/choices.h"
#include "sim/scheduler.h"
#include "sim/strategy.h"
#include "sim/trace.h"
#include "tools/bench/durations.h"

namespace shardlab::bench {
namespace {

using Digest = sim::Trace::Digest;

/// A scheduler with one process, and what its coroutines share.
struct Bench {
  explicit Bench(std::uint64_t events, const SimOptions& options = {})
      : trace(options.digest ? Digest::on : Digest::off),
        scheduler(from_ns(0), trace, sim::make_strategy(options.schedule, choices)),
        left(events) {}

  /// `warm_up` events first, then the measured rest.
  Sample run(std::uint64_t warm_up) {
    const std::uint64_t events = left - warm_up;
    scheduler.run_until([&] { return left <= events; });
    Measurement measurement;
    scheduler.run_until([&] { return left == 0; });
    check(left == 0, "a case of the benchmark came to a standstill");
    return measurement.sample(events);
  }
  TimePoint after_a_while() { return scheduler.now() + Duration(durations.next_ns()); }

  sim::Choices choices{1};
  sim::Trace trace;
  sim::Scheduler scheduler;
  Executor executor = scheduler.executor(scheduler.add_process());
  std::uint64_t left;
  Durations durations;
};

void fail_on_error(std::exception_ptr error) {
  if (error) std::rethrow_exception(error);
}

void start(Bench& bench, TaskGroup& group, bool cancellable, Task<> task) {
  if (cancellable) {
    group.spawn(std::move(task));
  } else {
    asio::co_spawn(bench.executor.with_new_lane(), std::move(task), fail_on_error);
  }
}

Task<> sleeper(Bench* bench) {
  while (bench->left > 0) {
    --bench->left;
    co_await sleep_until(bench->after_a_while());
  }
}

Task<> poster(Bench* bench) {
  while (bench->left > 0) {
    --bench->left;
    co_await asio::post(use_task);
  }
}

struct RawPost {
  Bench* bench;
  void operator()() const {
    if (bench->left == 0) return;
    --bench->left;
    bench->executor.execute(*this);
  }
};

/// Two coroutines that take turns.
struct NotifyPair {
  Condition changed[2];
  int turn = 0;
};

Task<> take_turns(Bench* bench, NotifyPair* pair, int me) {
  while (bench->left > 0) {
    while (pair->turn != me) co_await pair->changed[me].wait();
    if (me == 0) --bench->left;
    pair->turn = 1 - me;
    pair->changed[1 - me].notify_one();
  }
}

struct ChannelPair {
  Channel<int> there{1};
  Channel<int> back{1};
};

Task<> send_and_receive(Bench* bench, ChannelPair* pair) {
  while (bench->left > 0) {
    --bench->left;
    co_await pair->there.send(1);
    co_await pair->back.receive();
  }
}

Task<> receive_and_send(ChannelPair* pair) {
  for (;;) {
    auto item = co_await pair->there.receive();
    if (!item) co_return;
    co_await pair->back.send(*item);
  }
}

constexpr Duration soon = 1us;
constexpr Duration late = 1s;

Task<> wait_with_deadline(Bench* bench, Condition* done, Outcome outcome) {
  while (bench->left > 0) {
    --bench->left;
    const TimePoint deadline = bench->scheduler.now() + (outcome == Outcome::in_time ? late : soon);
    const bool in_time = co_await done->wait_until(deadline);
    check(in_time == (outcome == Outcome::in_time), "the race ended the other way");
  }
}

/// The operation of a race that is won: it takes a microsecond.
Task<> notify_soon(Bench* bench, Condition* done) {
  while (bench->left > 0) {
    co_await sleep_until(bench->scheduler.now() + soon);
    done->notify_one();
  }
}

Task<> sleep_with_deadline(Bench* bench, Outcome outcome) {
  while (bench->left > 0) {
    --bench->left;
    const TimePoint now = bench->scheduler.now();
    const bool is_won = outcome == Outcome::in_time;
    Task<> race = until(now + (is_won ? late : soon), sleep_until(now + (is_won ? soon : late)));
    if (is_won) {
      co_await std::move(race);
      continue;
    }
    auto result = co_await capture(std::move(race));
    check(!result && result.error().code() == Errc::timed_out, "the race ended the other way");
  }
}

}  // namespace

Sample sleep_on_scheduler(Work work, SimOptions options) {
  Bench bench(work.events + 2 * work.coroutines, options);
  TaskGroup group(bench.executor);
  for (std::size_t i = 0; i < work.coroutines; ++i) {
    start(bench, group, options.cancellable, sleeper(&bench));
  }
  return bench.run(2 * work.coroutines);
}

Sample post_on_scheduler(Work work, SimOptions options) {
  Bench bench(work.events + 2 * work.coroutines, options);
  TaskGroup group(bench.executor);
  for (std::size_t i = 0; i < work.coroutines; ++i) {
    start(bench, group, options.cancellable, poster(&bench));
  }
  return bench.run(2 * work.coroutines);
}

Sample raw_post_on_scheduler(Work work) {
  Bench bench(work.events + 2 * work.coroutines);
  for (std::size_t i = 0; i < work.coroutines; ++i) bench.executor.execute(RawPost{&bench});
  return bench.run(2 * work.coroutines);
}

Sample notify_round_trip(Work work) {
  std::vector<NotifyPair> pairs(work.coroutines / 2);
  Bench bench(work.events + 2 * work.coroutines);
  TaskGroup group(bench.executor);
  for (auto& pair : pairs) {
    for (int me : {0, 1}) start(bench, group, true, take_turns(&bench, &pair, me));
  }
  return bench.run(2 * work.coroutines);
}

Sample channel_round_trip(Work work) {
  std::vector<ChannelPair> pairs(work.coroutines / 2);
  Bench bench(work.events + 2 * work.coroutines);
  TaskGroup group(bench.executor);
  for (auto& pair : pairs) {
    start(bench, group, true, send_and_receive(&bench, &pair));
    start(bench, group, true, receive_and_send(&pair));
  }
  return bench.run(2 * work.coroutines);
}

Sample race_of_condition(Work work, Outcome outcome) {
  std::vector<Condition> conditions(work.coroutines);
  Bench bench(work.events + 2 * work.coroutines);
  TaskGroup group(bench.executor);
  for (auto& done : conditions) {
    start(bench, group, true, wait_with_deadline(&bench, &done, outcome));
    if (outcome == Outcome::in_time) start(bench, group, true, notify_soon(&bench, &done));
  }
  return bench.run(2 * work.coroutines);
}

Sample race_of_until(Work work, Outcome outcome) {
  Bench bench(work.events + 2 * work.coroutines);
  TaskGroup group(bench.executor);
  for (std::size_t i = 0; i < work.coroutines; ++i) {
    start(bench, group, true, sleep_with_deadline(&bench, outcome));
  }
  return bench.run(2 * work.coroutines);
}

double bytes_per_sleeper(std::size_t coroutines) {
  Bench bench(10 * coroutines);
  TaskGroup group(bench.executor);
  const std::int64_t before = memory_use().live_bytes;
  for (std::size_t i = 0; i < coroutines; ++i) start(bench, group, true, sleeper(&bench));
  bench.scheduler.run_until([&] { return bench.left <= 5 * coroutines; });
  const auto bytes = static_cast<double>(memory_use().live_bytes - before);
  return bytes / static_cast<double>(coroutines);
}

}  // namespace shardlab::bench

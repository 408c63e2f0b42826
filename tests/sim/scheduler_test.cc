#include "sim/scheduler.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>
#include <set>

#include "core/base/children.h"
#include "sim/choices.h"
#include "sim/trace.h"

using namespace shardlab;
using namespace shardlab::sim;

namespace {

constexpr TimePoint start = from_ns(1'000'000'000);

/// A scheduler with what it needs, and a log of what ran.
struct Loop {
  explicit Loop(std::string_view schedule = "fifo", std::uint64_t seed = 1)
      : choices(recording(seed)),
        scheduler(start, trace, make_strategy(Schedule::parse(schedule).value(), choices)) {}
  explicit Loop(ChoiceTape tape, std::string_view schedule)
      : choices(std::move(tape)),
        scheduler(start, trace, make_strategy(Schedule::parse(schedule).value(), choices)) {}

  static Choices recording(std::uint64_t seed) {
    Choices choices(seed);
    choices.record();
    return choices;
  }
  void note(std::string text) { log.push_back(std::move(text)); }
  void run(TimePoint limit = TimePoint::max()) {
    scheduler.run_until([] { return false; }, limit);
  }
  Duration elapsed() const { return scheduler.now() - start; }

  Trace trace;
  Choices choices;
  std::vector<std::string> log;
  Scheduler scheduler;
};

/// Notes its name `count` times, sleeping in between.
Task<> tick(Loop& loop, std::string name, int count, Duration pause) {
  for (int i = 0; i < count; ++i) {
    loop.note(name);
    co_await sleep_until(loop.scheduler.now() + pause);
  }
}

/// Notes its name `count` times, letting others go first each time.
Task<> yield(Loop& loop, std::string name, int count) {
  for (int i = 0; i < count; ++i) {
    loop.note(name);
    co_await sleep_until(loop.scheduler.now());
  }
}

/// Three lanes of one process that yield five times each.
std::vector<std::string> interleaving(Loop& loop) {
  TaskGroup group(loop.scheduler.executor(loop.scheduler.add_process()));
  for (const char* name : {"a", "b", "c"}) group.spawn(yield(loop, name, 5));
  loop.run();
  return loop.log;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += name;
  return text;
}

}  // namespace

TEST_CASE("Scheduler: time comes first, then the order in which ops came") {
  Loop loop;
  auto& scheduler = loop.scheduler;
  scheduler.at(start + 2ms, [&] { loop.note("later"); });
  scheduler.at(start + 1ms, [&] { loop.note("first"); });
  scheduler.at(start + 1ms, [&] { loop.note("second"); });
  loop.run();
  CHECK(loop.log == std::vector<std::string>{"first", "second", "later"});
  CHECK(loop.elapsed() == 2ms);
}

TEST_CASE("Scheduler: a run to a limit ends at the limit, also when nothing is left to do") {
  Loop loop;
  loop.scheduler.at(start + 3ms, [&] { loop.note("x"); });
  loop.run(start + 2ms);
  CHECK(loop.log.empty());
  CHECK(loop.elapsed() == 2ms);
  loop.run(start + 10ms);
  CHECK(loop.log.size() == 1);
  CHECK(loop.elapsed() == 10ms);
}

TEST_CASE("Scheduler: what is told to run after a step goes before everything else") {
  Loop loop;
  auto& scheduler = loop.scheduler;
  scheduler.at(start + 1ms, [&] {
    scheduler.at(scheduler.now(), [&] { loop.note("posted"); });
    scheduler.after_step([&] { loop.note("after step"); });
    loop.note("step");
  });
  scheduler.at(start + 1ms, [&] { loop.note("same instant"); });
  loop.run();
  CHECK(loop.log == std::vector<std::string>{"step", "after step", "same instant", "posted"});
}

TEST_CASE("Scheduler: a paused process does nothing, and does what fell due when it goes on") {
  Loop loop;
  auto& scheduler = loop.scheduler;
  const std::uint32_t process = scheduler.add_process();
  TaskGroup group(scheduler.executor(process));
  group.spawn(tick(loop, "slept", 3, 10ms));  // would be due at 0, 10 and 20 ms
  scheduler.at(start + 5ms, [&] { scheduler.pause(process); });
  loop.run(start + 100ms);
  CHECK(loop.log.size() == 1);
  CHECK(scheduler.is_paused(process));
  CHECK(scheduler.delayed(process) == 1);
  scheduler.resume(process);
  loop.run(start + 104ms);
  CHECK(loop.log.size() == 2);
  loop.run(start + 110ms);
  CHECK(loop.log.size() == 3);
}

TEST_CASE("Scheduler: several timers of a paused process run late, in the order of their times") {
  Loop loop;
  auto& scheduler = loop.scheduler;
  const std::uint32_t process = scheduler.add_process();
  TaskGroup group(scheduler.executor(process));
  group.spawn(tick(loop, "b", 2, 20ms));
  group.spawn(tick(loop, "a", 2, 10ms));
  scheduler.at(start + 1ms, [&] { scheduler.pause(process); });
  scheduler.at(start + 50ms, [&] { scheduler.resume(process); });
  loop.run(start + 50ms);
  CHECK(joined(loop.log) == "baab");
}

TEST_CASE("Scheduler: a paused process can be killed, and its next incarnation runs") {
  Loop loop;
  auto& scheduler = loop.scheduler;
  const std::uint32_t process = scheduler.add_process();
  {
    TaskGroup group(scheduler.executor(process));
    group.spawn(tick(loop, "old", 100, 1ms));
    loop.run(start + 500us);
    scheduler.pause(process);
    loop.run(start + 10ms);
    scheduler.kill(process);
  }
  TaskGroup group(scheduler.executor(process));
  group.spawn(tick(loop, "new", 2, 1ms));
  loop.run(start + 20ms);
  CHECK(joined(loop.log) == "oldnewnew");
  CHECK(!scheduler.is_paused(process));
}

TEST_CASE("Scheduler: on a slow processor each step takes its time, one after the other") {
  Loop loop;
  auto& scheduler = loop.scheduler;
  const std::uint32_t process = scheduler.add_process();
  scheduler.set_step_cost(process, 100us);
  std::vector<Duration> at;
  TaskGroup group(scheduler.executor(process));
  const auto note_time = [](Loop& loop, std::vector<Duration>& at) -> Task<> {
    at.push_back(loop.elapsed());
    co_return;
  };
  for (int i = 0; i < 3; ++i) group.spawn(note_time(loop, at));
  loop.run();
  REQUIRE(at.size() == 3);
  CHECK(at[1] - at[0] >= 100us);
  CHECK(at[2] - at[1] >= 100us);
  CHECK(scheduler.delayed(process) > 0);
}

TEST_CASE("Scheduler: nobody overtakes those that still wait for a slow processor") {
  Loop loop;
  auto& scheduler = loop.scheduler;
  const std::uint32_t process = scheduler.add_process();
  const Executor executor = scheduler.executor(process);
  scheduler.set_step_cost(process, 1ms);
  for (const char* name : {"a", "b", "c"}) executor.execute([&loop, name] { loop.note(name); });
  scheduler.at(start + 500us, [&] {
    scheduler.set_step_cost(process, 0ns);
    executor.execute([&] { loop.note("d"); });
  });
  loop.run();
  CHECK(joined(loop.log) == "abcd");
  CHECK(loop.elapsed() == 3ms);
}

TEST_CASE(
    "Scheduler: a wait that was notified ends as notified, even when its time is up as well") {
  Loop loop("random", 3);
  auto& scheduler = loop.scheduler;
  const std::uint32_t process = scheduler.add_process();
  Condition condition;
  std::optional<bool> notified;
  const auto wait = [](Condition& condition, std::optional<bool>& notified) -> Task<> {
    notified = co_await condition.wait_until(start + 1ms);
  };
  TaskGroup group(scheduler.executor(process));
  group.spawn(wait(condition, notified));
  scheduler.at(start + 999us, [&] { condition.notify_all(); });
  loop.run();
  CHECK(notified == true);
}

TEST_CASE("until: who ran out of time goes on, and can still be cancelled") {
  Loop loop;
  auto& scheduler = loop.scheduler;
  const std::uint32_t process = scheduler.add_process();
  const auto patient = [](Loop& loop) -> Task<> {
    Event never;
    auto waited = co_await capture(until(start + 1s, never.wait()));
    loop.note(waited ? "came" : waited.error().message());
    co_await sleep_until(start + 1h);
  };
  TaskGroup group(scheduler.executor(process));
  group.spawn(patient(loop));
  scheduler.at(start + 2s, [&] { group.cancel(); });
  loop.run(start + 3s);
  CHECK(loop.log == std::vector<std::string>{"deadline exceeded"});
  CHECK(group.running() == 0);  // not after an hour
}

namespace {

/// Takes ten milliseconds to clean up once it is cancelled.
Task<> slow_to_end(Loop& loop) {
  Event never;
  auto waited = co_await capture_for_cleanup(never.wait());
  co_await sleep_until(loop.scheduler.now() + 10ms);
  loop.note("child: " + waited.error().message());
}

/// Notes how the task ended, though it be cancelled.
Task<> note_end(Loop& loop, Task<> task) {
  auto ended = co_await capture_for_cleanup(std::move(task));
  loop.note("parent: " + ended.error().message());
}

const std::vector<std::string> child_before_parent{"child: cancelled", "parent: cancelled"};

}  // namespace

TEST_CASE("until: who is cancelled at the very deadline waits for the child nevertheless") {
  const auto seed = static_cast<std::uint64_t>(GENERATE(range(1, 11)));
  Loop loop("random", seed);  // the deadline comes first, or the cancellation
  auto& scheduler = loop.scheduler;
  TaskGroup group(scheduler.executor(scheduler.add_process()));
  group.spawn(note_end(loop, until(start + 1s, slow_to_end(loop))));
  scheduler.at(start + 1s, [&] { group.cancel(); });
  loop.run(start + 2s);
  CHECK(loop.log == child_before_parent);
}

TEST_CASE(
    "TaskGroup: who is cancelled when a join has just ended waits for a child that came since") {
  Loop loop;
  auto& scheduler = loop.scheduler;
  const Executor executor = scheduler.executor(scheduler.add_process());
  TaskGroup children(executor);
  TaskGroup group(executor);
  children.spawn(sleep_until(start + 1s));
  group.spawn(note_end(loop, children.join()));
  scheduler.run_until([&] { return children.running() == 0; }, start + 2s);
  children.spawn(slow_to_end(loop));
  group.cancel();
  loop.run(start + 2s);
  CHECK(loop.log == child_before_parent);
}

TEST_CASE("Strategy: fifo lets lanes take turns") {
  Loop loop;
  CHECK(joined(interleaving(loop)) == "abcabcabcabcabc");
}

TEST_CASE("Strategy: random is different for different seeds, and uniform over the runnable") {
  std::set<std::string> seen;
  std::map<std::string, int> firsts;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Loop loop("random", seed);
    const auto order = interleaving(loop);
    seen.insert(joined(order));
    ++firsts[order.front()];
    CHECK(order.size() == 15);
  }
  CHECK(seen.size() > 290);
  for (const char* name : {"a", "b", "c"}) CHECK(firsts[name] > 60);
}

TEST_CASE("Strategy: pct of depth 1 runs the lane of highest priority to its end") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Loop loop("pct:1", seed);
    const std::string order = joined(interleaving(loop));
    for (const char* run : {"aaaaa", "bbbbb", "ccccc"}) CHECK(order.find(run) != order.npos);
    seen.insert(order);
  }
  CHECK(seen.size() == 6);
}

TEST_CASE("Strategy: pct of depth 2 changes the priorities once") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Loop loop("pct:2:20", seed);
    seen.insert(joined(interleaving(loop)));
  }
  CHECK(seen.size() > 20);
  CHECK(seen.contains("aaaaabbbbbccccc"));
  const bool interrupted = std::ranges::any_of(
      seen, [](const std::string& order) { return order.find("aaaaa") == order.npos; });
  CHECK(interrupted);
}

TEST_CASE("Strategy: delay-bounded leaves the order alone but for its delays") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Loop loop("delay:1:12", seed);
    const std::string order = joined(interleaving(loop));
    seen.insert(order);
    CHECK(order.size() == 15);
  }
  CHECK(seen.contains("abcabcabcabcabc"));
  CHECK(seen.size() > 5);
  CHECK(seen.size() < 40);  // one delay gives few orders: that is its point
}

TEST_CASE("Strategy: a tape of calmest choices is fifo under every strategy") {
  const std::string calm = joined([] {
    Loop loop;
    return interleaving(loop);
  }());
  for (const char* schedule : {"random", "pct:3", "delay:5"}) {
    Loop loop(ChoiceTape(), schedule);
    CHECK(joined(interleaving(loop)) == calm);
  }
}

TEST_CASE("Strategy: what a strategy drew can be played again", "[property]") {
  rc::prop("played draws give the same order and digest", [] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const std::string schedule = *rc::gen::element("random", "pct:3:30", "delay:5:30");
    Loop first(schedule, seed);
    const std::string order = joined(interleaving(first));
    Loop second(first.choices.recorded(), schedule);
    RC_ASSERT(joined(interleaving(second)) == order);
    RC_ASSERT(second.trace.digest() == first.trace.digest());
    RC_ASSERT(second.choices.misfit() == Choices::Misfit());
  });
}

TEST_CASE("Strategy: no strategy runs a later op before an earlier one", "[property]") {
  rc::prop("time never runs backwards", [] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const std::string schedule = *rc::gen::element("fifo", "random", "pct:2:50", "delay:9:50");
    const auto delays = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 5));
    Loop loop(schedule, seed);
    std::vector<TimePoint> due;
    for (int delay : delays) {
      const TimePoint at = start + std::chrono::milliseconds(delay);
      loop.scheduler.at(at, [&, at] {
        RC_ASSERT(loop.scheduler.now() == at);
        due.push_back(at);
      });
    }
    loop.run();
    RC_ASSERT(due.size() == delays.size());
    RC_ASSERT(std::ranges::is_sorted(due));
  });
}

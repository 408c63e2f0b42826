#include "sim/clock.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "tests/sim/programs.h"

namespace shardlab::sim {
namespace {

Task<> sleep_once(Process& process, Duration duration, Duration* woke) {
  co_await process.host().clock().sleep(duration);
  *woke = elapsed(process.world());
}

struct Sleeper {
  explicit Sleeper(Duration duration) {
    process = &add_running(world, "a", "10.0.0.1", [this, duration](Process& process) {
      return sleep_once(process, duration, &woke);
    });
    clock = &process->host().clock();
  }
  World world{1};
  Process* process = nullptr;
  HostClock* clock = nullptr;
  Duration woke{-1};
};

TEST_CASE("Clock: undisturbed it reads the loop's time") {
  Sleeper one(3s);
  run_for(one.world, 5s);
  CHECK(one.woke == 3s);
  CHECK(one.clock->now() == one.world.now());
  CHECK(one.clock->steady() == one.world.now());
  CHECK(one.clock->deadline(7s) == one.world.now() + 7s);
}

TEST_CASE("Clock: skew moves what it reads for as long as it lasts, and no timer") {
  Sleeper one(3s);
  auto early = one.process->host().skew(2s);
  auto late = one.process->host().skew(-500ms);
  CHECK(one.clock->now() == one.world.now() + 1500ms);
  CHECK(one.clock->error() == 1500ms);
  CHECK(one.clock->steady() == one.world.now());
  CHECK(one.clock->deadline(1s) == one.world.now() + 1s);
  run_for(one.world, 5s);
  CHECK(one.woke == 3s);
  CHECK(early->effects() == 1);
  early.reset();
  CHECK(one.clock->now() == one.world.now() - 500ms);
  late.reset();
  CHECK(one.clock->now() == one.world.now());
}

TEST_CASE("Clock: a jump moves the wall clock for good, backwards, too, and no timer") {
  Sleeper one(3s);
  run_for(one.world, 1s);
  const TimePoint before = one.clock->now();
  auto jump = one.process->host().jump(-5s);
  CHECK(jump->effects() == 0);
  CHECK(one.clock->now() == before - 5s);
  CHECK(jump->effects() == 1);
  jump.reset();
  CHECK(one.clock->now() == before - 5s);
  one.process->host().jump(5s);
  CHECK(one.clock->now() == before);
  run_for(one.world, 5s);
  CHECK(one.woke == 3s);
}

TEST_CASE("Clock: durations are measured on a clock that drifts") {
  SECTION("a fast clock ends them early, to the nanosecond") {
    Sleeper one(10s);
    auto drift = one.process->host().drift(200);
    CHECK(one.clock->deadline(10s) == one.world.now() + 9'998'000'400ns);
    run_for(one.world, 20s);
    CHECK(one.woke == 9'998'000'400ns);
    CHECK(one.clock->now() == one.world.now() + 4ms);
    CHECK(drift->effects() == 3);  // two deadlines, one reading
  }
  SECTION("a slow one late") {
    Sleeper one(10s);
    auto drift = one.process->host().drift(-200'000);
    run_for(one.world, 20s);
    CHECK(one.woke == 12'500ms);
  }
  SECTION("what is wrong when the drift ends stays wrong") {
    Sleeper one(10s);
    auto drift = one.process->host().drift(-200'000);
    run_for(one.world, 5s);
    drift.reset();
    run_for(one.world, 20s);
    CHECK(one.woke == 11s);
    CHECK(one.clock->error() == -1s);
  }
}

TEST_CASE("Clock: a drift that begins or ends moves the end of those who sleep") {
  Sleeper one(10s);
  run_for(one.world, 4s);
  SECTION("to half the rate") {
    auto drift = one.process->host().drift(-500'000);
    run_for(one.world, 20s);
    CHECK(one.woke == 16s);
    CHECK(drift->effects() == 1);
  }
  SECTION("to one and a half of it, and back") {
    auto drift = one.process->host().drift(500'000);
    run_for(one.world, 2s);
    drift.reset();
    run_for(one.world, 20s);
    CHECK(one.woke == 9s);
  }
  SECTION("a jump does not") {
    auto jump = one.process->host().jump(1h);
    run_for(one.world, 20s);
    CHECK(one.woke == 10s);
  }
}

TEST_CASE("Clock: a sleep of nothing lets the others run") {
  Sleeper one(0s);
  CHECK(one.woke == Duration(-1));
  run_for(one.world, 1ns);
  CHECK(one.woke == 0s);
}

TEST_CASE("Clock: a deadline is the first instant at which the time has passed", "[property]") {
  rc::prop("first instant", [] {
    World world(1);
    HostClock& clock = world.add_host("a", "10.0.0.1").clock();
    auto ppm = [] { return *rc::gen::inRange<std::int64_t>(-250'000, 250'000); };
    auto time = [](Duration most) {
      return Duration(*rc::gen::inRange<std::int64_t>(1, most.count()));
    };
    auto first = clock.drift(ppm());
    run_for(world, time(24h));
    auto second = clock.drift(ppm());
    run_for(world, time(1s));
    const Duration duration = time(1h * 24 * 365);
    const TimePoint due = clock.steady() + duration;
    const TimePoint at = clock.deadline(duration);
    world.scheduler().run_until([] { return false; }, at - Duration(1));
    RC_ASSERT(clock.steady() < due);
    world.scheduler().run_until([] { return false; }, at);
    RC_ASSERT(clock.steady() >= due);
  });
}

}  // namespace
}  // namespace shardlab::sim

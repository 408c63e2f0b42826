#include "sim/host.h"

#include <catch2/catch.hpp>

#include "tests/sim/programs.h"

namespace shardlab::sim {
namespace {

using Ticks = std::vector<Duration>;

Task<> tick(Process& process, Duration every, Ticks* ticks) {
  for (int i = 0; i < 1'000'000; ++i) {
    co_await process.host().clock().sleep(every);
    ticks->push_back(elapsed(process.world()));
  }
}

/// A process that notes the time every second.
struct Ticking {
  Ticking() {
    process = &add_running(world, "a", "10.0.0.1",
                           [this](Process& process) { return tick(process, 1s, &ticks); });
    host = &process->host();
  }
  World world{1};
  Process* process = nullptr;
  Host* host = nullptr;
  Ticks ticks;
};

TEST_CASE("Process: a pause stops it, and timers that fell due fire at its end") {
  Ticking one;
  run_for(one.world, 2500ms);
  auto pause = one.process->pause();
  run_for(one.world, 2s);
  CHECK(one.ticks == Ticks{1s, 2s});
  CHECK(pause->effects() == 1);
  pause.reset();
  run_for(one.world, 1s);
  CHECK(one.ticks == Ticks{1s, 2s, 4500ms, 5500ms});
}

Task<> note_after(Process& process, Duration duration, std::string name, std::string* order) {
  co_await process.host().clock().sleep(duration);
  *order += name;
}

Task<> three_timers(Process& process, std::string* order) {
  std::vector<Task<>> tasks;
  tasks.push_back(note_after(process, 3s, "c", order));
  tasks.push_back(note_after(process, 1s, "a", order));
  tasks.push_back(note_after(process, 2s, "b", order));
  co_await join_all(std::move(tasks));
}

TEST_CASE("Process: late timers fire in the order in which they fell due") {
  World world(1);
  std::string order;
  Process& process = add_running(world, "a", "10.0.0.1",
                                 [&](Process& process) { return three_timers(process, &order); });
  run_for(world, 100ms);
  {
    auto pause = process.pause();
    run_for(world, 10s);
    CHECK(order.empty());
    CHECK(pause->effects() == 3);
  }
  run_for(world, Duration(1));
  CHECK(order == "abc");
}

TEST_CASE("Process: pauses nest, a crash ends those of the process, not those of the host") {
  Ticking one;
  run_for(one.world, 500ms);
  auto of_process = one.process->pause();
  auto of_host = one.host->pause();
  run_for(one.world, 1s);
  SECTION("the last end counts") {
    of_process.reset();
    run_for(one.world, 1s);
    CHECK(one.ticks.empty());
    of_host.reset();
    run_for(one.world, 1s);
    CHECK(one.ticks == Ticks{2500ms, 3500ms});
  }
  SECTION("a paused process can crash, and starts again") {
    one.process->crash();
    CHECK(of_process->effects() == 1);
    one.process->start();
    run_for(one.world, 2s);
    CHECK(one.ticks.empty());
    of_host.reset();
    run_for(one.world, 2s);
    CHECK(one.ticks == Ticks{4500ms, 5500ms});  // the program began with the end of the pause
    of_process.reset();                         // has no part in the new incarnation
    run_for(one.world, 1s);
    CHECK(one.ticks.size() == 3);
  }
}

TEST_CASE("Process: what is slow takes its time for every step, one after the other") {
  World world(1);
  std::string order;
  Ticks ticks;
  Process& process = add_running(world, "a", "10.0.0.1",
                                 [&](Process& process) { return tick(process, 1s, &ticks); });
  run_for(world, 500ms);
  auto slow = process.slow(50us);
  run_for(world, 3s);
  // Each tick sleeps anew from where it got the processor.
  CHECK(ticks == Ticks{1s + 50us, 2s + 100us, 3s + 150us});
  CHECK(slow->effects() == 3);
  slow.reset();
  run_for(world, 1s);
  CHECK(ticks.back() == 4s + 150us);
}

TEST_CASE("Host: slowness of host and process add up, and that of the host outlives a restart") {
  Ticking one;
  run_for(one.world, 500ms);
  auto of_host = one.host->slow(1ms);
  auto of_process = one.process->slow(2ms);
  run_for(one.world, 1s);
  CHECK(one.ticks == Ticks{1003ms});
  one.process->crash();
  one.ticks.clear();
  one.process->start();
  run_for(one.world, 1500ms);
  CHECK(one.ticks == Ticks{2500ms + 2ms});  // one step to begin, one to tick
}

TEST_CASE("Process: down for as long as the fault lives") {
  Ticking one;
  run_for(one.world, 1500ms);
  auto down = one.process->down();
  CHECK_FALSE(one.process->is_running());
  CHECK(one.process->last_end() == ProcessEnd::crashed);
  CHECK(down->effects() == 1);
  SECTION("then it starts again") {
    run_for(one.world, 2s);
    down.reset();
    run_for(one.world, 1s);
    CHECK(one.ticks == Ticks{1s, 4500ms});
  }
  SECTION("unless somebody started it before") {
    one.process->start();
    down.reset();
    CHECK(one.process->is_running());
  }
  SECTION("a second fault finds nothing to do") {
    auto again = one.host->down();
    CHECK(again->effects() == 0);
    again.reset();
    CHECK_FALSE(one.process->is_running());
  }
}

TEST_CASE("Host: without power nothing starts; afterwards what ran does") {
  Ticking one;
  Ticks other;
  Process& idle =
      add_process(*one.host, "idle", [&](Process& process) { return tick(process, 1s, &other); });
  run_for(one.world, 1500ms);
  int failures = 0;
  one.host->when_power_fails([&] {
    ++failures;
    CHECK_FALSE(one.process->is_running());
  });
  auto off = one.host->power_off();
  CHECK(failures == 1);
  CHECK(off->effects() == 1);
  CHECK(one.process->last_end() == ProcessEnd::power_lost);
  CHECK_THROWS_AS(one.process->start(), BugError);
  SECTION("at the end of the fault") {
    off.reset();
    CHECK(one.process->is_running());
    CHECK_FALSE(idle.is_running());
  }
  SECTION("also what should have started meanwhile") {
    idle.restart();
    CHECK_FALSE(idle.is_running());
    off.reset();
    CHECK(idle.is_running());
  }
  SECTION("at the end of the last of several faults") {
    auto again = one.host->power_off();
    off.reset();
    CHECK_FALSE(one.process->is_running());
    again.reset();
    CHECK(one.process->is_running());
  }
}

TEST_CASE("Host: the trace tells of every fault") {
  Ticking one;
  std::vector<std::string> told;
  one.world.trace().observe([&](const TraceEvent& event) {
    if (event.kind == "FaultStarted" || event.kind == "FaultEnded") {
      told.push_back(std::string(event.kind) + " " + std::string(event.text("fault")) + " " +
                     std::string(event.text("target")) + " " +
                     std::to_string(event.number_of("effects")));
    }
  });
  {
    auto pause = one.process->pause();
    run_for(one.world, 2s);
  }
  { auto skew = one.host->skew(1s); }
  CHECK(told == std::vector<std::string>{"FaultStarted pause a/main 0", "FaultEnded pause a/main 1",
                                         "FaultStarted clock-skew a 0",
                                         "FaultEnded clock-skew a 0"});
}

}  // namespace
}  // namespace shardlab::sim

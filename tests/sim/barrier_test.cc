#include "sim/barrier.h"

#include <array>
#include <catch2/catch.hpp>

#include "tests/sim/programs.h"

namespace shardlab::sim {
namespace {

struct Stepped {
  static constexpr std::string_view kind = "Stepped";
  std::int64_t number;
  std::string_view item;
  bool is_even;
  auto fields() const {
    return std::array{EventField{"number", number}, EventField{"item", item},
                      EventField{"is_even", is_even}};
  }
};

struct StepEnded {
  static constexpr std::string_view kind = "StepEnded";
  auto fields() const { return std::array<EventField, 0>{}; }
};

/// Collects what the others send it.
struct Sink final : RpcService {
  Task<std::string> handle(std::string, std::string request) override { co_return request; }
  Task<> handle_stream(std::string, std::string request, std::shared_ptr<ServerStream>) override {
    got->push_back(request);
    co_return;
  }
  std::vector<std::string>* got = nullptr;
};

Task<> serve(Process& process, Sink* sink) {
  process.listen(7000, *sink);
  Event never;
  co_await never.wait();
}

/// Every second: records, then sends in the same step, then records again.
Task<> step(Process& process, std::int64_t steps, int* lines) {
  std::vector<std::unique_ptr<ClientStream>> streams;
  for (std::int64_t i = 1; i <= steps; ++i) {
    co_await process.host().clock().sleep(1s);
    process.emit(Stepped{i, i % 3 == 0 ? "fizz" : "none", i % 2 == 0});
    streams.push_back(
        process.world().network().open(process, "10.0.0.9:7000", "Get", std::to_string(i)));
    process.emit(StepEnded{});
    ++*lines;
  }
  co_await process.host().clock().sleep(1h);
}

/// A stepping process `a/main` and a sink that tells what arrived.
struct Stepping {
  explicit Stepping(std::int64_t steps = 6) {
    sink.got = &got;
    add_running(world, "sink", "10.0.0.9", [this](Process& p) { return serve(p, &sink); });
    process = &add_running(world, "a", "10.0.0.1",
                           [this, steps](Process& p) { return step(p, steps, &lines); });
    world.trace().observe([this](const TraceEvent& event) {
      if (event.process == "main" && event.host == "a") kinds.emplace_back(event.kind);
    });
  }
  World world{1};
  Sink sink;
  Process* process = nullptr;
  std::vector<std::string> got;
  std::vector<std::string> kinds;
  int lines = 0;
};

using Texts = std::vector<std::string>;

TEST_CASE("Barrier: finds its event by kind, place, fields and count") {
  Stepping run;
  auto& barriers = run.world.barriers();
  std::vector<std::pair<std::string, Duration>> reached;
  auto note = [&](std::string name) {
    return [&, name] { reached.emplace_back(name, elapsed(run.world)); };
  };
  barriers.at("Stepped").where("number", "2").act(note("number"));
  barriers.at("Stepped").where("item", "fizz").nth(2).act(note("text"));
  barriers.at("Stepped").where("is_even", "true").nth(2).act(note("flag"));
  barriers.at("Stepped").where("nothing", "").act(note("no such field"));
  barriers.at("Stepped").on_host("b").act(note("elsewhere"));
  barriers.at("Stepped").on_host("a").in_process("main").act(note("place"));
  barriers.at("Stepped")
      .where([](const TraceEvent& event) { return event.number_of("number") > 4; })
      .act(note("predicate"));
  Barrier& never = barriers.at("Stepped").nth(7).act(note("too late"));
  run_for(run.world, 10s);
  CHECK(reached ==
        std::vector<std::pair<std::string, Duration>>{
            {"place", 1s}, {"number", 2s}, {"flag", 4s}, {"predicate", 5s}, {"text", 6s}});
  CHECK_FALSE(never.is_reached());
  CHECK(never.seen() == 6);
}

TEST_CASE("Barrier: a held process stands from the event on, and goes on at the release") {
  Stepping run;
  Barrier& barrier = run.world.barriers().at("Stepped").where("number", "2").hold();
  run.world.scheduler().run_until([&] { return barrier.is_reached(); });
  CHECK(elapsed(run.world) == 2s);
  run_for(run.world, 10s);
  CHECK(run.lines == 2);  // the step itself went on to its end
  CHECK(run.got == Texts{"1"});
  barrier.release();
  run_for(run.world, 900ms);  // the timer of the third step is late
  CHECK(run.got == Texts{"1", "2", "3"});
  run_for(run.world, 10s);
  CHECK(run.got == Texts{"1", "2", "3", "4", "5", "6"});
}

TEST_CASE("Barrier: a process that crashes while held has sent nothing of what it held back") {
  Stepping run;
  Barrier& barrier = run.world.barriers().at("Stepped").where("number", "2").hold();
  run_for(run.world, 5s);
  run.process->crash();
  barrier.release();
  run.process->start();
  CHECK_FALSE(run.process->is_held());
  run_for(run.world, 1500ms);
  CHECK(run.got == Texts{"1", "1"});
}

TEST_CASE("Barrier: a crash happens at the event: nothing after it gets out or is recorded") {
  Stepping run;
  Barrier& barrier = run.world.barriers().at("Stepped").nth(2).crash();
  bool was_told = false;
  run.world.scheduler().run_until([&] { return barrier.is_reached(); });
  run.process->when_doomed([&] { was_told = true; });  // too late for this incarnation
  CHECK(run.process->is_doomed());
  run_for(run.world, 10s);
  CHECK_FALSE(was_told);
  CHECK_FALSE(run.process->is_running());
  CHECK(run.lines == 2);
  CHECK(run.kinds == Texts{"Stepped", "StepEnded", "Stepped", "ProcessCrashed"});
  CHECK(run.got == Texts{"1"});
}

TEST_CASE("Barrier: the disks of a doomed process are told in the middle of the step") {
  Stepping run;
  int lines_then = -1;
  run.process->when_doomed([&] { lines_then = run.lines; });
  run.world.barriers().at("Stepped").nth(3).crash();
  run_for(run.world, 10s);
  CHECK(lines_then == 2);
  CHECK(run.lines == 3);
}

Task<> nothing() { co_return; }

TEST_CASE("Barrier: power can go at an event, for all processes of the host") {
  Stepping run;
  int ticks = 0;
  Process& other = add_process(run.process->host(), "other", [](Process&) { return nothing(); });
  Process& third = add_process(run.process->host(), "third",
                               [&](Process& process) { return step(process, 100, &ticks); });
  other.start();
  third.start();
  run.world.barriers().at("Stepped").in_process("main").nth(2).lose_power();
  run_for(run.world, 10s);
  CHECK(other.last_end() == ProcessEnd::returned);
  CHECK(third.last_end() == ProcessEnd::power_lost);
  CHECK(run.process->last_end() == ProcessEnd::power_lost);
}

TEST_CASE("Barrier: an action runs before the rest of the step has any effect") {
  Stepping run;
  Texts got_then;
  std::unique_ptr<Fault> down;
  run.world.barriers().at("Stepped").nth(2).act([&] {
    got_then = run.got;
    down = run.world.find_host("sink")->down();
  });
  run_for(run.world, 2500ms);
  CHECK(got_then == Texts{"1"});
  CHECK(elapsed(run.world) == 2500ms);
  CHECK(run.got == Texts{"1"});
  CHECK(run.lines == 2);
}

Task<> wait_for(Process& process, Barrier* barrier, Duration* when) {
  co_await barrier->wait();
  *when = elapsed(process.world());
}

TEST_CASE("Barrier: a coroutine can wait for it, and a barrier can be given up") {
  Stepping run;
  Duration when{-1};
  Barrier& barrier = run.world.barriers().at("Stepped").nth(3).act([] {});
  Barrier& given_up = run.world.barriers().at("Stepped").nth(4).hold();
  given_up.release();
  add_running(run.world, "watch", "10.0.0.5",
              [&](Process& process) { return wait_for(process, &barrier, &when); });
  run_for(run.world, 10s);
  CHECK(when == 3s);
  CHECK(run.lines == 6);
  CHECK_FALSE(given_up.is_reached());
}

TEST_CASE("Barrier: a process can be caught at its start and at its end") {
  Stepping run;
  run.process->crash();
  SECTION("held before its first step") {
    Barrier& barrier = run.world.barriers().at("ProcessStarted").hold();
    run.process->start();
    run_for(run.world, 5s);
    CHECK(run.lines == 0);
    barrier.release();
    run_for(run.world, 5s);
    CHECK(run.lines == 5);
  }
  SECTION("crashed before its first step") {
    run.world.barriers().at("ProcessStarted").crash();
    run.process->start();
    run_for(run.world, 5s);
    CHECK_FALSE(run.process->is_running());
    CHECK(run.lines == 0);
  }
  SECTION("held at its crash: there is nothing to hold") {
    run.process->start();
    run.world.barriers().at("ProcessCrashed").hold();
    run.process->crash();
    run.process->start();
    run_for(run.world, 5500ms);
    CHECK(run.lines == 5);
  }
}

TEST_CASE("Barrier: a process can be caught before its n-th message") {
  Stepping run;
  Barrier& third = run.world.barriers().at(std::string(Barriers::about_to_send));
  third.on_host("a").in_process("main").nth(3).crash();
  std::vector<std::uint64_t> sends;
  run.world.barriers().observe_sends([&](const TraceEvent& event) {
    if (event.host == "a") sends.push_back(event.number);
  });
  run.world.scheduler().run_until([] { return false; }, run.world.now() + 10s);
  CHECK(third.is_reached());
  CHECK(run.got == Texts{"1", "2"});
  CHECK(sends.size() == 3);
  CHECK(run.kinds.back() == "ProcessCrashed");
}

/// Asks the sink once, for as long as it takes.
Task<> ask(Process& process, std::string* answer) {
  auto reply = co_await capture(
      process.world().network().call(process, "10.0.0.9:7000", "Get", "hello", 1h));
  *answer = reply ? *reply : reply.error().message();
}

TEST_CASE("Barrier: who waits for an answer that is kept back is told when its process crashes") {
  World world{1};
  Sink sink;
  std::string answer;
  add_running(world, "sink", "10.0.0.9", [&](Process& p) { return serve(p, &sink); });
  Barrier& before = world.barriers().at(std::string(Barriers::about_to_send));
  before.on_host("sink").hold();
  add_running(world, "b", "10.0.0.2", [&](Process& p) { return ask(p, &answer); });
  const auto run_for = [&](Duration span) {
    world.scheduler().run_until([] { return false; }, world.now() + span);
  };
  run_for(2s);
  CHECK(before.is_reached());
  CHECK(answer.empty());
  world.find_host("sink")->crash();
  run_for(1s);
  CHECK(answer == "connection reset by peer: 10.0.0.9:7000");
}

TEST_CASE("Barrier: an event of the world itself can only be acted upon") {
  Stepping run;
  int acted = 0;
  run.world.barriers().at("FaultStarted").act([&] { ++acted; });
  auto skew = run.process->host().skew(1s);
  run_for(run.world, 1ms);
  CHECK(acted == 1);
  run.world.barriers().at("FaultEnded").hold();
  skew.reset();
  CHECK_THROWS_AS(run_for(run.world, 2s), BugError);
}

}  // namespace
}  // namespace shardlab::sim

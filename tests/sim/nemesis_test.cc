#include "sim/nemesis.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>
#include <set>

#include "sim/fault_budget.h"
#include "tests/sim/programs.h"

namespace shardlab::sim {
namespace {

/// Counts each request once, however often it is sent: durable over the incarnations of its
/// process.
struct Counter final : RpcService {
  Task<std::string> handle(std::string, std::string request) override {
    seen.insert(request);
    co_return "ok";
  }
  Task<> handle_stream(std::string, std::string, std::shared_ptr<ServerStream>) override {
    co_return;
  }
  std::set<std::string> seen;
};

Task<> serve(Process& process, Counter* counter) {
  process.listen(7000, *counter);
  Event never;
  co_await never.wait();
}

Task<std::string> add(Process& process, std::string request) {
  return process.world().network().call(process, "10.0.0.9:7000", "Add", request, 500ms);
}

constexpr int request_count = 40;

/// Sends request after request, each again and again until it is answered.
Task<> send_all(Process& process, std::set<std::string>* acknowledged) {
  HostClock& clock = process.host().clock();
  for (int i = 0; i < request_count; ++i) {
    const std::string request = std::to_string(i);
    for (int attempt = 0; attempt < 1000 && !acknowledged->contains(request); ++attempt) {
      auto answer = co_await capture(add(process, request));
      if (answer) acknowledged->insert(request);
      co_await clock.sleep(200ms);
    }
  }
}

struct Retrying {
  explicit Retrying(std::uint64_t seed) : world(seed) {
    add_running(world, "server", "10.0.0.9", [this](Process& p) { return serve(p, &counter); });
    add_running(world, "client", "10.0.0.1",
                [this](Process& p) { return send_all(p, &acknowledged); });
  }
  World world;
  Counter counter;
  std::set<std::string> acknowledged;
};

FaultMenu a_menu() {
  const std::vector<std::string> hosts{"server", "client"};
  const std::vector<std::string> all{"server", "client", "server/main"};
  const auto between = [&](FaultKind kind, std::int64_t most = 0) {
    return FaultMenu::Item{
        .kind = kind, .targets = hosts, .peers = hosts, .longest = 3s, .most = most};
  };
  FaultMenu menu;
  menu.items = {{.kind = FaultKind::crash, .targets = all, .longest = 3s},
                {.kind = FaultKind::power_loss, .targets = hosts, .longest = 3s},
                {.kind = FaultKind::pause, .targets = all, .longest = 3s},
                {.kind = FaultKind::slow_cpu, .targets = all, .longest = 3s, .most = 20'000'000},
                {.kind = FaultKind::skew, .targets = hosts, .longest = 3s, .most = 5'000'000'000},
                {.kind = FaultKind::drift, .targets = hosts, .longest = 3s, .most = 100'000},
                {.kind = FaultKind::jump, .targets = hosts, .longest = 3s, .most = 5'000'000'000},
                {.kind = FaultKind::isolate, .targets = hosts, .longest = 3s},
                between(FaultKind::partition),
                between(FaultKind::partition_one_way),
                between(FaultKind::clog),
                between(FaultKind::slow_tail, 1000),
                between(FaultKind::lost_replies),
                between(FaultKind::blackhole),
                between(FaultKind::reset, 20)};
  menu.slots = 16;
  menu.span = 15s;
  return menu;
}

TEST_CASE("Nemesis: a retrying program ends right whatever is drawn, each seed in its own way",
          "[property]") {
  rc::prop("retrying", [] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const auto run = [&] {
      Retrying retrying(seed);
      World& world = retrying.world;
      const auto budget = FaultBudget().group("both", {"server", "client"}, 1).quiet_after(20s);
      Nemesis nemesis(world, budget.admit(draw_plan(world.choices(), a_menu())).plan);
      nemesis.start();
      run_for(world, 20s);
      RC_ASSERT(nemesis.is_done());
      run_for(world, 60s);
      RC_ASSERT(retrying.acknowledged.size() == request_count);
      RC_ASSERT(retrying.counter.seen == retrying.acknowledged);
      return world.trace().digest();
    };
    RC_ASSERT(run() == run());
  });
}

TEST_CASE("Nemesis: begins and ends each fault in time, and tells what it changed") {
  Retrying retrying(1);
  Process& server = *retrying.world.find_host("server")->find_process("main");
  Nemesis nemesis(retrying.world, {PlannedFault{FaultKind::crash, "server/main", "", 1s, 2s, 0},
                                   PlannedFault{FaultKind::pause, "server", "", 3s, 1s, 0},
                                   PlannedFault{FaultKind::skew, "server", "", 3s, 1s, 5}});
  nemesis.start();
  run_for(retrying.world, 1s);
  CHECK_FALSE(server.is_running());
  run_for(retrying.world, 1999ms);
  CHECK_FALSE(server.is_running());
  run_for(retrying.world, 1ms);
  CHECK(server.is_running());
  run_for(retrying.world, 1s);
  CHECK(nemesis.is_done());
  const auto reports = nemesis.report();
  REQUIRE(reports.size() == 3);
  CHECK(to_text(reports[0]) == "1.000 +2.000 crash server/main: 1.000..3.000 1 effects");
  CHECK(reports[1].effects > 0);
  CHECK(reports[2].is_wasted());  // nobody there reads the wall clock
  CHECK(to_text(reports[2]) == "3.000 +1.000 clock-skew server 5ns: 3.000..4.000 wasted");
}

TEST_CASE("Nemesis: each fault of the network takes messages while it is on, and none later") {
  for (const FaultKind kind :
       {FaultKind::isolate, FaultKind::partition, FaultKind::partition_one_way, FaultKind::clog,
        FaultKind::slow_tail, FaultKind::lost_replies, FaultKind::blackhole, FaultKind::reset}) {
    CAPTURE(to_string(kind));
    Retrying retrying(1);
    PlannedFault fault{kind, "server", "client", 1s, 3s, 0};
    if (kind == FaultKind::isolate) fault.peer.clear();
    if (kind == FaultKind::slow_tail) fault.amount = 1000;
    if (kind == FaultKind::reset) fault.amount = 3;
    Nemesis nemesis(retrying.world, {fault});
    nemesis.start();
    run_for(retrying.world, 999ms);
    const std::size_t before = retrying.acknowledged.size();
    CHECK(before > 0);
    run_for(retrying.world, 3001ms);
    const auto reports = nemesis.report();
    REQUIRE(reports.size() == 1);
    CHECK(reports.front().effects > 0);
    CHECK(nemesis.is_done());
    if (takes_down(kind)) CHECK(retrying.acknowledged.size() <= before + 1);
    run_for(retrying.world, 60s);
    CHECK(retrying.acknowledged.size() == request_count);
    CHECK(nemesis.report().front().effects == reports.front().effects);
  }
}

TEST_CASE("Nemesis: refuses what the world does not have, and stops when told") {
  Retrying retrying(1);
  const auto plan = [](FaultKind kind, std::string target, std::int64_t amount) {
    return FaultPlan{PlannedFault{kind, std::move(target), "", 1s, 1h, amount}};
  };
  World& world = retrying.world;
  CHECK_THROWS_AS(Nemesis(world, plan(FaultKind::pause, "nobody", 0)), Error);
  CHECK_THROWS_AS(Nemesis(world, plan(FaultKind::pause, "server/other", 0)), Error);
  CHECK_THROWS_AS(Nemesis(world, plan(FaultKind::skew, "server/main", 1)), Error);
  CHECK_THROWS_AS(Nemesis(world, plan(FaultKind::slow_cpu, "server", 0)), Error);
  CHECK_THROWS_AS(Nemesis(world, plan(FaultKind::partition, "server", 0)), Error);
  const auto cut = [](FaultKind kind, std::string peer, std::int64_t amount) {
    return FaultPlan{PlannedFault{kind, "server", std::move(peer), 1s, 1h, amount}};
  };
  CHECK_THROWS_AS(Nemesis(world, cut(FaultKind::partition, "nobody", 0)), Error);
  CHECK_THROWS_AS(Nemesis(world, cut(FaultKind::partition, "server", 0)), Error);
  CHECK_THROWS_AS(Nemesis(world, cut(FaultKind::isolate, "client", 0)), Error);
  CHECK_THROWS_AS(Nemesis(world, cut(FaultKind::slow_tail, "client", 0)), Error);
  CHECK_THROWS_AS(Nemesis(world, cut(FaultKind::reset, "client", 0)), Error);
  CHECK_THROWS_AS(Nemesis(world, plan(FaultKind::slow_disk, "server", 1)), Error);
  CHECK_THROWS_AS(Nemesis(world, plan(FaultKind::slow_disk, "server/main", 1)), Error);
  Nemesis nemesis(world, plan(FaultKind::crash, "server", 0));
  nemesis.start();
  run_for(world, 2s);
  CHECK_FALSE(nemesis.is_done());
  nemesis.stop();
  CHECK(nemesis.is_done());
  CHECK(world.find_host("server")->find_process("main")->is_running());
}

}  // namespace
}  // namespace shardlab::sim

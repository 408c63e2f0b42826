// Programs that are hardened against faults of hosts and clocks survive them, and the same programs
// without it do not: lease holders that write to a store.
#include <catch2/catch.hpp>

#include "tests/sim/programs.h"

namespace shardlab::sim {
namespace {

constexpr Duration lease_time = 10s;
constexpr Duration between_writes = 500ms;

/// Grants a lease to one holder at a time, and takes writes. A write of somebody whose lease went
/// to another is what must not happen; with `is_fencing` it is refused.
struct Store final : RpcService {
  explicit Store(Process& process, bool is_fencing) : process(process), is_fencing(is_fencing) {}

  Task<std::string> handle(std::string method, std::string request) override {
    if (method == "Acquire") co_return acquire(request);
    const bool is_stale = request != std::to_string(token);
    if (is_stale && is_fencing) {
      ++refused;
      throw Error(Errc::lock_lost, "somebody else holds the lease");
    }
    ++(is_stale ? stale_writes : good_writes);
    co_return "";
  }
  Task<> handle_stream(std::string, std::string, std::shared_ptr<ServerStream>) override {
    co_return;
  }

  /// The token, and by which wall clock time the lease ends: `"7 1767225610000000000"`.
  std::string acquire(const std::string& who) {
    HostClock& clock = process.host().clock();
    if (clock.steady() < ends) throw Error(Errc::unavailable, "the lease is taken");
    ends = clock.steady() + lease_time;
    ++token;
    last_holder = who;
    return std::to_string(token) + " " + std::to_string(to_ns(clock.now() + lease_time));
  }

  Process& process;
  bool is_fencing;
  TimePoint ends{};
  int token = 0;
  std::string last_holder;
  int good_writes = 0;
  int stale_writes = 0;
  int refused = 0;
};

struct Holding {
  bool by_wall_clock = false;  ///< believes the store's word on when the lease ends
  Duration margin{0};          ///< stops so much earlier
};

Task<std::string> ask(Process& process, std::string method, std::string request) {
  return process.world().network().call(process, "10.0.0.9:7000", method, request, 2s);
}

Task<> hold_lease(Process& process, Holding holding, TimePoint asked, std::string grant) {
  HostClock& clock = process.host().clock();
  const std::size_t space = grant.find(' ');
  const TimePoint by_wall = from_ns(std::stoll(grant.substr(space + 1)));
  const TimePoint by_steady = asked + lease_time;
  for (int i = 0; i < 1000; ++i) {
    const bool is_over = holding.by_wall_clock ? clock.now() + holding.margin >= by_wall
                                               : clock.steady() + holding.margin >= by_steady;
    if (is_over) co_return;
    process.record("ClockLookedAt", {});
    co_await clock.sleep(1ms);  // between looking at the clock and writing something may happen
    auto written = co_await capture(ask(process, "Write", grant.substr(0, space)));
    if (!written) co_return;
    co_await clock.sleep(between_writes);
  }
}

Task<> compete(Process& process, Holding holding) {
  HostClock& clock = process.host().clock();
  for (int i = 0; i < 10'000; ++i) {
    const TimePoint asked = clock.steady();
    auto grant = co_await capture(ask(process, "Acquire", process.host().name()));
    if (grant) {
      co_await hold_lease(process, holding, asked, *grant);
    }
    co_await clock.sleep(250ms);
  }
}

Task<> serve(Process& process, Store* store) {
  process.listen(7000, *store);
  Event never;
  co_await never.wait();
}

struct Leases {
  explicit Leases(Holding holding, bool is_fencing = false) {
    server = &add_process(world.add_host("store", "10.0.0.9"), "main",
                          [this](Process& process) { return serve(process, store.get()); });
    store = std::make_unique<Store>(*server, is_fencing);
    server->start();
    const auto body = [holding](Process& process) { return compete(process, holding); };
    a = &add_running(world, "a", "10.0.0.1", body).host();
    run_for(world, 100ms);
    b = &add_running(world, "b", "10.0.0.2", body).host();
    run_for(world, 2s);
    REQUIRE(store->last_holder == "a");
    REQUIRE(store->good_writes > 1);
  }
  /// Whether the other one wrote, too, before and after: nothing has come to a standstill.
  bool goes_on() {
    const int before = store->good_writes;
    run_for(world, 60s);
    return store->good_writes > before + 20;
  }
  World world{1};
  Process* server = nullptr;
  std::unique_ptr<Store> store;
  Host* a = nullptr;
  Host* b = nullptr;
};

constexpr Holding wall(Duration margin = Duration(0)) { return Holding{true, margin}; }
constexpr Holding steady(Duration margin = Duration(0)) { return Holding{false, margin}; }

TEST_CASE("Lease: without faults every way of holding it is right") {
  for (const Holding& holding : {wall(1s), steady(1s)}) {
    Leases run(holding);
    run_for(run.world, 100s);
    CHECK(run.store->stale_writes == 0);
    CHECK(run.goes_on());
  }
}

TEST_CASE("Lease: a clock that is off breaks who trusts it, not who leaves a margin") {
  const auto run_with = [](Duration margin) {
    Leases run(wall(margin));
    auto skew = run.a->skew(-3s);
    run_for(run.world, 100s);
    CHECK(skew->effects() > 50);
    CHECK(run.goes_on());
    return run.store->stale_writes;
  };
  CHECK(run_with(1s) > 0);
  CHECK(run_with(4s) == 0);
}

TEST_CASE("Lease: a slow clock breaks who measures with it, not who leaves a margin for drift") {
  const auto run_with = [](Duration margin) {
    Leases run(steady(margin));
    auto drift = run.a->drift(-200'000);
    run_for(run.world, 100s);
    CHECK(drift->effects() > 50);
    CHECK(run.goes_on());
    return run.store->stale_writes;
  };
  CHECK(run_with(500ms) > 0);  // 9.5 s of its clock are 11.9 s
  CHECK(run_with(3s) == 0);    // 7 s are 8.75 s
}

TEST_CASE("Lease: a jump breaks who measures by the wall clock, not by the steady one") {
  const auto run_with = [](Holding holding) {
    Leases run(holding);
    auto jump = run.a->jump(-5s);
    run_for(run.world, 100s);
    CHECK(run.goes_on());
    return run.store->stale_writes;
  };
  CHECK(run_with(wall(1s)) > 0);
  CHECK(run_with(steady(1s)) == 0);
}

TEST_CASE("Lease: a store whose clock jumps ahead breaks who believes its word, not who measures") {
  const auto run_with = [](Holding holding) {
    Leases run(holding);
    auto jump = run.server->host().jump(5s);
    run_for(run.world, 100s);
    CHECK(jump->effects() > 5);
    CHECK(run.goes_on());
    return run.store->stale_writes;
  };
  CHECK(run_with(wall(1s)) > 0);
  CHECK(run_with(steady(1s)) == 0);
}

TEST_CASE("Lease: a holder whose clock jumps ahead gives up early, which harms nobody") {
  Leases run(wall(1s));
  auto jump = run.a->jump(5s);
  run_for(run.world, 100s);
  CHECK(jump->effects() > 50);
  CHECK(run.store->stale_writes == 0);
  CHECK(run.goes_on());
}

TEST_CASE(
    "Lease: a store whose clock is fast breaks who measures, not who leaves a margin for it") {
  const auto run_with = [](Duration margin) {
    Leases run(steady(margin));
    auto drift = run.server->host().drift(200'000);
    run_for(run.world, 100s);
    CHECK(drift->effects() > 5);
    CHECK(run.goes_on());
    return run.store->stale_writes;
  };
  CHECK(run_with(500ms) > 0);  // the store's 10 s are 8.3 s
  CHECK(run_with(3s) == 0);
}

TEST_CASE("Lease: a pause breaks every holder, but not a store that fences") {
  const auto run_with = [](bool is_fencing) {
    Leases run(steady(1s), is_fencing);
    std::unique_ptr<Fault> pause;
    Barrier& barrier = run.world.barriers().at("ClockLookedAt").on_host("a").nth(3);
    barrier.act([&] { pause = run.a->pause(); });
    run.world.scheduler().run_until([&] { return pause != nullptr; });
    run_for(run.world, 15s);
    CHECK(run.store->last_holder == "b");
    CHECK(pause->effects() == 1);
    pause.reset();
    CHECK(run.goes_on());
    return std::pair(run.store->stale_writes, run.store->refused);
  };
  CHECK(run_with(false).first == 1);
  CHECK(run_with(true) == std::pair(0, 1));
}

}  // namespace
}  // namespace shardlab::sim

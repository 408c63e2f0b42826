#include "fakes/etcd/lock.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "core/base/children.h"
#include "fakes/etcd/events.h"
#include "tests/fakes/etcd/etcd_world.h"

namespace shardlab::fakes::etcd {
namespace {

using Names = std::vector<std::string>;

TopoClientOptions short_locks() {
  TopoClientOptions options;
  options.lock_ttl = 3s;
  return options;
}

/// Deletes the only lease there is, as an operator might.
void revoke_lease_of(EtcdWorld& world, const std::string& contents) {
  for (const auto& [key, kv] : world.store->keys()) {
    if (kv.value() != contents) continue;
    LeaseRevokeRequest request;
    request.set_id(kv.lease());
    world.store->lease_revoke(request);
    return;
  }
}

}  // namespace

TEST_CASE("etcd lock: a lock that is given back leaves nothing behind", "[contract]") {
  EtcdWorld world;
  std::size_t keys = 0;
  world.a.spawn([&]() -> Task<> {
    auto lock = co_await world.a.topo->lock("keyspaces/ks", "who", 30s);
    keys = world.store->keys().size();
    co_await lock->check();
    co_await lock->unlock();
  });
  REQUIRE(world.run());
  REQUIRE(keys == 1);
  REQUIRE(world.store->keys().empty());
  REQUIRE(world.store->leases() == 0);
  world.run_for(1s);
  REQUIRE(world.a.process.background().running() == 1);
  REQUIRE(world.etcd.background().running() == 1);
}

TEST_CASE("etcd lock: the key of a lock names the lease and tells who", "[contract]") {
  EtcdWorld world;
  world.a.spawn([&]() -> Task<> {
    auto lock = co_await world.a.topo->lock("keyspaces/ks", "who", 30s);
    const auto& [key, kv] = *world.store->keys().begin();
    CHECK(key == "/vitess/test/keyspaces/ks/locks/" + std::to_string(kv.lease()));
    CHECK(kv.value() == "who");
    co_await lock->unlock();
  });
  REQUIRE(world.run());
}

TEST_CASE("etcd lock: locks of different directories do not wait for each other", "[contract]") {
  EtcdWorld world;
  world.a.spawn([&]() -> Task<> {
    auto one = co_await world.a.topo->lock("ks", "who", 30s);
    auto two = co_await world.a.topo->lock("ks/shards/-80", "who", 30s);
    auto three = co_await world.a.topo->lock("ks2", "who", 30s);
    co_await three->unlock();
    co_await two->unlock();
    co_await one->unlock();
  });
  REQUIRE(world.run());
  REQUIRE(world.elapsed() < 1s);
}

TEST_CASE("etcd lock: one at a time, in the order of coming", "[contract][property]") {
  rc::prop("", [](std::uint64_t seed) {
    EtcdWorld world(seed);
    std::vector<int> order;
    int holders = 0;
    bool alone = true;
    for (int i = 0; i < 6; ++i) {
      TestClient& client = i % 2 == 0 ? world.a : world.b;
      client.spawn([&, i]() -> Task<> {
        co_await sleep_until(sim::World::start_time + i * 500ms);
        auto lock = co_await client.topo->lock("ks", "who", 1h);
        order.push_back(i);
        alone = alone && ++holders == 1;
        co_await sleep_until(world.world.now() + 10s);
        --holders;
        co_await lock->unlock();
      });
    }
    RC_ASSERT(world.run());
    RC_ASSERT(alone);
    RC_ASSERT(order == (std::vector<int>{0, 1, 2, 3, 4, 5}));
  });
}

TEST_CASE("etcd lock: waiting ends at its timeout and leaves the queue", "[contract]") {
  EtcdWorld world;
  std::string outcome;
  Duration waited{};
  std::size_t keys = 0;
  world.a.spawn([&]() -> Task<> {
    auto lock = co_await world.a.topo->lock("ks", "holder", 30s);
    co_await sleep_until(world.world.now() + 60s);
    keys = world.store->keys().size();
    co_await lock->unlock();
  });
  world.run_for(1s);
  world.b.spawn([&]() -> Task<> {
    const TimePoint start = world.world.now();
    auto result = co_await capture(world.b.topo->lock("ks", "waiter", 5s));
    outcome = text_of(result);
    waited = world.world.now() - start;
  });
  REQUIRE(world.run());
  REQUIRE(outcome == "timed_out: deadline exceeded: /vitess/test/ks");
  REQUIRE(waited >= 5s);
  REQUIRE(waited < 5100ms);
  REQUIRE(keys == 1);
  REQUIRE(world.store->leases() == 0);
}

TEST_CASE("etcd lock: a waiter that is cancelled leaves the queue", "[contract]") {
  EtcdWorld world;
  std::size_t keys = 0;
  world.a.spawn([&]() -> Task<> {
    auto lock = co_await world.a.topo->lock("ks", "holder", 30s);
    auto waiting = world.a.topo->lock("ks", "waiter", 30s);
    co_await capture(until(world.world.now() + 2s, std::move(waiting)));
    keys = world.store->keys().size();
    co_await lock->unlock();
  });
  REQUIRE(world.run());
  REQUIRE(keys == 1);
}

TEST_CASE("etcd lock: it is held for many times its lease's time") {
  EtcdWorld world(1, short_locks());
  world.a.spawn([&]() -> Task<> {
    auto lock = co_await world.a.topo->lock("ks", "who", 30s);
    co_await sleep_until(world.world.now() + 5min);
    co_await lock->check();
    co_await lock->unlock();
  });
  REQUIRE(world.run());
}

TEST_CASE("etcd lock: the next one gets it when the holder's process has crashed") {
  EtcdWorld world(1, short_locks());
  TimePoint got;
  world.a.spawn([&]() -> Task<> {
    auto lock = co_await world.a.topo->lock("ks", "holder", 30s);
    co_await sleep_until(world.world.now() + 1h);
    co_await lock->unlock();
  });
  world.run_for(10s);
  world.b.spawn([&]() -> Task<> {
    auto lock = co_await world.b.topo->lock("ks", "waiter", 30s);
    got = world.world.now();
    co_await lock->unlock();
  });
  world.run_for(1s);
  world.a.process.crash();
  world.a.running = 0;
  const TimePoint crashed = world.world.now();
  REQUIRE(world.run());
  REQUIRE(got - crashed > 2s - 100ms);
  REQUIRE(got - crashed < 3600ms);
}

TEST_CASE("etcd lock: a forgotten lock ends with its lease") {
  EtcdWorld world(1, short_locks());
  world.a.spawn([&]() -> Task<> {
    auto lock = co_await world.a.topo->lock("ks", "holder", 30s);
    co_await sleep_until(world.world.now() + 10s);
    lock.reset();
  });
  REQUIRE(world.run());
  REQUIRE(world.store->leases() == 1);
  world.run_for(3600ms);
  REQUIRE(world.store->keys().empty());
  REQUIRE(world.a.process.background().running() == 1);
}

TEST_CASE("etcd lock: it survives a restart of the server, which gives the lease its full time") {
  EtcdWorld world(1, short_locks());
  std::string checked;
  world.a.spawn([&]() -> Task<> {
    auto lock = co_await world.a.topo->lock("ks", "holder", 30s);
    co_await sleep_until(world.world.now() + 30s);
    auto result = co_await capture(lock->check());
    checked = text_of(result);
    co_await lock->unlock();
  });
  world.run_for(1s);
  world.etcd.crash();
  world.run_for(10s);
  world.etcd.start();
  REQUIRE(world.run());
  REQUIRE(checked == "ok");
}

TEST_CASE("etcd lock: a holder whose lease has ended is told so") {
  EtcdWorld world;
  Names told;
  world.a.spawn([&]() -> Task<> {
    auto lock = co_await world.a.topo->lock("ks", "holder", 30s);
    revoke_lease_of(world, "holder");
    auto checked = co_await capture(lock->check());
    told.push_back(text_of(checked));
    auto unlocked = co_await capture(lock->unlock());
    told.push_back(text_of(unlocked));
  });
  REQUIRE(world.run());
  REQUIRE(told == Names(2, "lock_lost: lock lost: the lease of /vitess/test/ks has ended"));
}

TEST_CASE("etcd lock: a waiter whose lease has ended does not get the lock") {
  EtcdWorld world;
  std::string told;
  world.a.spawn([&]() -> Task<> {
    auto lock = co_await world.a.topo->lock("ks", "holder", 30s);
    co_await sleep_until(world.world.now() + 5s);
    revoke_lease_of(world, "waiter");
    co_await lock->unlock();
  });
  world.run_for(1s);
  world.b.spawn([&]() -> Task<> {
    auto lock = co_await capture(world.b.topo->lock("ks", "waiter", 30s));
    told = text_of(lock);
  });
  REQUIRE(world.run());
  REQUIRE(told == "lock_lost: lock lost: the lease of /vitess/test/ks has ended");
}

TEST_CASE("etcd lock: waiters stay in line while the server restarts", "[property]") {
  rc::prop("", [](std::uint64_t seed) {
    EtcdWorld world(seed);
    Names order;
    world.a.spawn([&]() -> Task<> {
      auto lock = co_await world.a.topo->lock("ks", "holder", 30s);
      co_await sleep_until(world.world.now() + 20s);
      order.push_back("holder");
      co_await lock->unlock();
    });
    world.run_for(1s);
    world.b.spawn([&]() -> Task<> {
      auto lock = co_await world.b.topo->lock("ks", "waiter", 30s);
      order.push_back("waiter");
      co_await lock->unlock();
    });
    world.run_for(1s);
    world.etcd.crash();
    world.run_for(100ms);
    world.etcd.start();
    RC_ASSERT(world.run());
    RC_ASSERT(order == (Names{"holder", "waiter"}));
  });
}

TEST_CASE("etcd lock: guarded writes take place while the lock is held, and not after",
          "[contract]") {
  EtcdWorld world;
  Names told;
  std::size_t refused = 0;
  world.world.trace().observe(
      [&](const sim::TraceEvent& event) { refused += event.kind == GuardedWriteRefused::kind; });
  world.a.spawn([&]() -> Task<> {
    auto lock = co_await world.a.topo->lock("ks", "holder", 30s);
    TopoConn& guarded = lock->guarded();
    auto version = co_await guarded.create("x", "one");
    co_await guarded.update("x", "two", version);
    co_await guarded.update("x", "three", std::nullopt);
    co_await guarded.create("y", "one");
    co_await guarded.remove("y", std::nullopt);
    auto exists = co_await capture(guarded.create("x", "four"));
    told.push_back(text_of(exists));
    auto other = co_await capture(guarded.update("x", "four", version));
    told.push_back(text_of(other));
    auto missing = co_await capture(guarded.remove("y", std::nullopt));
    told.push_back(text_of(missing));

    auto file = co_await guarded.get("x");
    revoke_lease_of(world, "holder");
    auto again = co_await world.a.topo->lock("ks", "the same process", 30s);
    auto created = co_await capture(guarded.create("y", "late"));
    told.push_back(text_of(created));
    auto updated = co_await capture(guarded.update("x", "late", file.version));
    told.push_back(text_of(updated));
    auto overwritten = co_await capture(guarded.update("x", "late", std::nullopt));
    told.push_back(text_of(overwritten));
    auto removed = co_await capture(guarded.remove("x", file.version));
    told.push_back(text_of(removed));
    co_await again->unlock();
  });
  REQUIRE(world.run());
  REQUIRE(world.store->keys().at("/vitess/test/x").value() == "three");
  REQUIRE(world.store->keys().size() == 1);
  const std::string lost = "lock_lost: lock lost: /vitess/test/";
  REQUIRE(told == Names{"already_exists: node already exists: /vitess/test/x",
                        "bad_version: bad node version: /vitess/test/x",
                        "not_found: node doesn't exist: /vitess/test/y", lost + "y is not written",
                        lost + "x is not written", lost + "x is not written",
                        lost + "x is not written"});
  REQUIRE(refused == 4);
}

TEST_CASE("etcd lock: the trace tells who took and gave back which lock") {
  EtcdWorld world;
  Names told;
  world.world.trace().observe([&](const sim::TraceEvent& event) {
    if (event.kind != LockTaken::kind && event.kind != LockReleased::kind) return;
    told.push_back(std::string(event.host) + " " + std::string(event.kind) + " " +
                   std::string(event.text("path")));
  });
  world.b.spawn([&]() -> Task<> {
    auto lock = co_await world.b.topo->lock("ks", "who", 30s);
    co_await lock->unlock();
  });
  REQUIRE(world.run());
  REQUIRE(told == Names{"b LockTaken /vitess/test/ks", "b LockReleased /vitess/test/ks"});
}

}  // namespace shardlab::fakes::etcd

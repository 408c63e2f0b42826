#include <catch2/catch.hpp>

#include "fakes/etcd/client.h"
#include "fakes/etcd/events.h"
#include "tests/fakes/etcd/cluster_world.h"
#include "tests/fakes/etcd/requests.h"

namespace shardlab::fakes::etcd {
namespace {

RangeRequest range_of(std::string key, bool serializable = false) {
  RangeRequest request;
  request.set_key(std::move(key));
  request.set_serializable(serializable);
  return request;
}

/// What a client of that one member is told: `"ok"`, or the error.
std::string put_at(ClusterWorld& world, std::size_t member, std::string key, std::string value,
                   Duration timeout = 10s) {
  std::string told = "nothing";
  world.a.spawn([&]() -> Task<> {
    Client client(world.a.process, ClusterWorld::address(member), timeout);
    auto put = co_await capture(client.put(put_of(key, value)));
    told = text_of(put);
  });
  REQUIRE(world.run(world.a));
  return told;
}

std::string get_at(ClusterWorld& world, std::size_t member, std::string key,
                   bool serializable = false) {
  std::string told = "nothing";
  world.a.spawn([&]() -> Task<> {
    Client client(world.a.process, ClusterWorld::address(member), 3s);
    auto found = co_await capture(client.range(range_of(key, serializable)));
    if (!found) {
      told = text_of(found);
    } else {
      told = found->kvs_size() == 0 ? "missing" : found->kvs(0).value();
    }
  });
  REQUIRE(world.run(world.a));
  return told;
}

/// Counts events of a kind.
std::shared_ptr<int> count(ClusterWorld& world, std::string_view kind) {
  auto times = std::make_shared<int>(0);
  world.world.trace().observe([times, kind](const sim::TraceEvent& event) {
    if (event.kind == kind) ++*times;
  });
  return times;
}

}  // namespace

TEST_CASE("etcd cluster: a leader is elected within two seconds, and every member takes writes") {
  ClusterWorld world;
  REQUIRE(world.run_until_led());
  CHECK(world.world.now() - sim::World::start_time < 2s);
  world.run_for(200ms);
  for (std::size_t i = 0; i < world.size(); ++i) {
    CHECK(put_at(world, i, "a", std::to_string(i)) == "ok");
    CHECK(get_at(world, (i + 1) % 3, "a") == std::to_string(i));
  }
  CHECK(world.agreed->store()->revision() == 4);
}

TEST_CASE("etcd cluster: members that have nothing to do send heartbeats, and nothing else") {
  ClusterWorld cluster;
  REQUIRE(cluster.run_until_led());
  cluster.run_for(1s);
  const std::uint64_t before = cluster.world.scheduler().steps();
  cluster.run_for(10s);
  constexpr std::uint64_t heartbeats = 2 * 100;
  const std::uint64_t steps = cluster.world.scheduler().steps() - before;
  REQUIRE(steps >= 4 * heartbeats);
  REQUIRE(steps <= 12 * heartbeats);
}

TEST_CASE("etcd cluster: after the loss of its leader nobody is served until another is elected") {
  ClusterWorld world;
  REQUIRE(world.run_until_led());
  const std::size_t lost = world.leader().value();
  const std::size_t left = world.follower();
  REQUIRE(put_at(world, left, "a", "1") == "ok");
  const auto elected = count(world, EtcdLeaderElected::kind);
  const TimePoint begin = world.world.now();
  world.member(lost).crash();
  // The followers learn of it by its silence.
  CHECK(put_at(world, left, "a", "2") == "unavailable: etcdserver: no leader");
  REQUIRE(world.run_until_led());
  const Duration gap = world.world.now() - begin;
  CHECK(gap > 900ms);
  CHECK(gap < 5s);
  CHECK(*elected == 1);
  CHECK(put_at(world, left, "a", "3") == "ok");
  CHECK(get_at(world, left, "a") == "3");
}

TEST_CASE("etcd cluster: a leader in a minority commits nothing and steps down") {
  ClusterWorld world;
  REQUIRE(world.run_until_led());
  const std::size_t old = world.leader().value();
  const std::size_t other = world.follower();
  REQUIRE(put_at(world, old, "a", "1") == "ok");
  const auto stepped_down = count(world, EtcdSteppedDown::kind);
  auto cut = world.cut_off(old);
  CHECK(put_at(world, old, "a", "2") == "outcome_unknown: etcdserver: request timed out");
  CHECK(*stepped_down == 1);
  CHECK_FALSE(world.program(old)->is_leader());
  CHECK(put_at(world, old, "a", "3") == "unavailable: etcdserver: no leader");
  CHECK(get_at(world, old, "a") == "unavailable: etcdserver: no leader");
  CHECK(get_at(world, old, "a", true) == "1");
  CHECK(put_at(world, other, "a", "4") == "ok");
  cut.reset();
  world.run_for(10s);
  CHECK(get_at(world, old, "a") == "4");
  CHECK(world.agreed->store()->revision() == 3);  // "2" never came to be
}

TEST_CASE("etcd cluster: a serializable read lags where a linearizable one does not") {
  ClusterWorld world;
  REQUIRE(world.run_until_led());
  const std::size_t lagging = world.follower();
  const std::size_t leader = world.leader().value();
  REQUIRE(put_at(world, leader, "a", "1") == "ok");
  world.run_for(200ms);
  auto cut = world.cut_off(lagging);
  REQUIRE(put_at(world, leader, "a", "2") == "ok");
  CHECK(get_at(world, lagging, "a", true) == "1");
  cut.reset();
  CHECK(get_at(world, lagging, "a") == "2");
  CHECK(get_at(world, lagging, "a", true) == "2");
}

TEST_CASE("etcd cluster: a watch at a member that is cut off is silent, then told everything") {
  ClusterWorld world;
  REQUIRE(world.run_until_led());
  const std::size_t silent = world.follower();
  std::vector<std::string> seen;
  world.b.spawn([&]() -> Task<> {
    Client client(world.b.process, ClusterWorld::address(silent), 10s);
    auto watch = client.watch("a", 2);
    while (seen.size() < 3) {
      auto news = co_await watch.next();
      for (const auto& event : news.events()) seen.push_back(event.kv().value());
    }
  });
  REQUIRE(put_at(world, world.leader().value(), "a", "1") == "ok");
  world.run_for(1s);
  REQUIRE(seen == std::vector<std::string>{"1"});
  auto cut = world.cut_off(silent);
  const std::size_t leader = world.leader().value();
  world.b.spawn([&]() -> Task<> {
    Client client(world.b.process, ClusterWorld::address(leader), 10s);
    co_await client.put(put_of("a", "2"));
    co_await client.put(put_of("a", "3"));
  });
  world.run_for(1min);
  CHECK(seen == std::vector<std::string>{"1"});
  cut.reset();
  REQUIRE(world.run());
  CHECK(seen == std::vector<std::string>{"1", "2", "3"});
}

TEST_CASE("etcd cluster: what was acknowledged survives the loss of any member and of all") {
  for (std::size_t lost = 0; lost < 3; ++lost) {
    ClusterWorld world(lost + 1);
    REQUIRE(world.run_until_led());
    world.run_for(200ms);
    REQUIRE(put_at(world, (lost + 1) % 3, "a", "1") == "ok");
    // This member never comes back.
    world.member(lost).crash();
    world.run_for(5s);
    REQUIRE(put_at(world, (lost + 1) % 3, "b", "1") == "ok");
    for (std::size_t i = 0; i < 3; ++i) {
      if (i != lost)
        world.world.find_host(ClusterWorld::host(i))->set_crash_mode(sim::CrashMode::lost);
      if (i != lost) world.world.find_host(ClusterWorld::host(i))->lose_power();
    }
    world.run_for(1s);
    for (std::size_t i = 0; i < 3; ++i) {
      if (i != lost) world.member(i).restart();
    }
    REQUIRE(world.run_until_led());
    world.run_for(1s);
    CHECK(get_at(world, (lost + 2) % 3, "a") == "1");
    CHECK(get_at(world, (lost + 1) % 3, "b") == "1");
  }
}

TEST_CASE("etcd cluster: a restart of all members and of the client finds all records again") {
  ClusterWorld world;
  const std::vector<std::string> paths{"cells/test/CellInfo", "keyspaces/ks/Keyspace",
                                       "keyspaces/ks/shards/-80/Shard",
                                       "tablets/test-0000000100/Tablet"};
  world.a.spawn([&]() -> Task<> {
    for (const std::string& path : paths) co_await world.a.topo->create(path, "of " + path);
  });
  REQUIRE(world.run());
  for (int round = 0; round < 3; ++round) {
    world.crash_all();
    world.a.process.crash();
    world.run_for(1s);
    world.start_all();
    world.a.process.restart();
    world.a.spawn([&]() -> Task<> {
      auto topo = TopoClient(world.a.process).connect(world.addresses, "/vitess/test");
      for (const std::string& path : paths) {
        auto file = co_await topo->get(path);
        CHECK(file.contents == "of " + path);
      }
    });
    REQUIRE(world.run());
  }
  for (const std::string& path : paths) {
    CHECK(world.agreed->store()->keys().contains("/vitess/test/" + path));
  }
}

TEST_CASE("etcd cluster: a new leader gives every lease its full time again") {
  ClusterWorld world;
  REQUIRE(world.run_until_led());
  const auto expired = count(world, LeaseExpired::kind);
  std::int64_t id = 0;
  world.a.spawn([&]() -> Task<> {
    Client client(world.a.process, world.addresses, 10s);
    auto lease = co_await client.lease_grant(20s);
    id = lease.id();
    co_await client.put(put_of("a", "1", id));
  });
  REQUIRE(world.run());
  world.run_for(15s);
  world.member(world.leader().value()).crash();
  REQUIRE(world.run_until_led());
  world.run_for(18s);
  CHECK(*expired == 0);
  CHECK(get_at(world, world.leader().value(), "a") == "1");
  world.run_for(5s);
  CHECK(*expired == 1);
  CHECK(get_at(world, world.leader().value(), "a") == "missing");
}

TEST_CASE("etcd cluster: any member keeps a lease alive and tells its time") {
  ClusterWorld world;
  REQUIRE(world.run_until_led());
  world.run_for(200ms);
  bool is_kept = false;
  std::int64_t granted = 0;
  world.a.spawn([&]() -> Task<> {
    Client client(world.a.process, ClusterWorld::address(world.follower()), 10s);
    auto lease = co_await client.lease_grant(5s);
    for (int i = 0; i < 10; ++i) {
      co_await sleep_until(world.world.now() + 2s);
      is_kept = co_await client.lease_keep_alive(lease.id());
    }
    LeaseTimeToLiveRequest request;
    request.set_id(lease.id());
    auto told = co_await client.lease_time_to_live(std::move(request));
    granted = told.granted_ttl();
  });
  REQUIRE(world.run());
  CHECK(is_kept);
  CHECK(granted == 5);
}

TEST_CASE("etcd cluster: a slow disk of the leader or of one follower holds up no write") {
  ClusterWorld world;
  REQUIRE(world.run_until_led());
  world.run_for(200ms);
  const bool is_of_leader = GENERATE(true, false);
  const std::size_t slow = is_of_leader ? world.leader().value() : world.follower();
  const std::size_t other = (slow + 1) % 3;
  const auto fault = world.disk(slow).slow({.write = {}, .sync = 400ms});
  TimePoint begin = world.world.now();
  CHECK(put_at(world, other, "a", "1") == "ok");
  CHECK(world.world.now() - begin < 300ms);
  world.run_for(2s);
  CHECK(fault->effects() > 0);
  // With two of three slow it does.
  begin = world.world.now();
  const auto second = world.disk(other).slow({.write = {}, .sync = 400ms});
  CHECK(put_at(world, other, "a", "2") == "ok");
  CHECK(world.world.now() - begin > 400ms);
}

TEST_CASE("etcd cluster: a member whose disk fails ends, the others go on, and it comes back") {
  ClusterWorld world;
  REQUIRE(world.run_until_led());
  const std::size_t broken = world.follower();
  const std::size_t leader = world.leader().value();
  const auto aborted = count(world, EtcdAborted::kind);
  auto fault = world.disk(broken).fail_nth({.operation = sim::DiskOperation::sync});
  CHECK(put_at(world, leader, "a", "1") == "ok");
  world.run_for(1s);
  CHECK(*aborted == 1);
  CHECK_FALSE(world.member(broken).is_running());
  CHECK(put_at(world, leader, "a", "2") == "ok");
  fault.reset();
  world.member(broken).restart();
  world.run_for(3s);
  CHECK(get_at(world, broken, "a") == "2");
}

TEST_CASE("etcd client: it turns to another member, and repeats reads and what had no effect") {
  ClusterWorld world;
  REQUIRE(world.run_until_led());
  const auto moved = count(world, EtcdClientMoved::kind);
  Client client(world.a.process, world.addresses, 10s);
  std::string told;
  world.member(0).crash();
  world.run_for(3s);
  for (int i = 0; i < 6; ++i) {
    world.a.spawn([&]() -> Task<> {
      auto put = co_await capture(client.put(put_of("a", std::to_string(i))));
      told += text_of(put) + " ";
      auto found = co_await capture(client.range(range_of("a")));
      told += text_of(found) + " ";
    });
    REQUIRE(world.run());
    // The next round begins at the member that was just lost.
    if (i == 2) world.member(0).restart();
    if (i == 2) world.run_for(5s);
    if (i == 3) world.member(1).crash();
    if (i == 3) world.run_for(5s);
  }
  CHECK(told == "ok ok ok ok ok ok ok ok ok ok ok ok ");
  CHECK(*moved > 0);
  CHECK(world.agreed->store()->revision() == 7);  // each write once
}

TEST_CASE("etcd client: a write whose answer is lost is not sent again") {
  ClusterWorld world;
  REQUIRE(world.run_until_led());
  world.run_for(1s);
  Client client(world.a.process, world.addresses, 3s);
  std::string told;
  sim::Match answers;
  answers.from = {"etcd-0", "etcd-1", "etcd-2"};
  answers.to = {"a"};
  auto lost = world.world.network().lose_replies(answers);
  world.a.spawn([&]() -> Task<> {
    auto put = co_await capture(client.put(put_of("a", "1")));
    told = std::string(to_string(put.error().code()));
  });
  REQUIRE(world.run());
  CHECK(told == "outcome_unknown");
  CHECK(world.agreed->store()->revision() == 2);
}

TEST_CASE("etcd cluster: one seed has one digest", "[determinism]") {
  const auto digest_of = [](std::uint64_t seed) {
    ClusterWorld world(seed);
    for (TestClient* client : {&world.a, &world.b}) spawn_locker(*client);
    world.run_for(2s);
    world.member(0).crash();
    world.run_for(2s);
    world.member(0).restart();
    world.run_for(60s);
    return world.world.trace().digest();
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    REQUIRE(digest_of(seed) == digest_of(seed));
    REQUIRE(digest_of(seed) != digest_of(seed + 1));
  }
}

}  // namespace shardlab::fakes::etcd

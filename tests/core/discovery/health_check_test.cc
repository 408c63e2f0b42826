#include "core/discovery/health_check.h"

#include <catch2/catch.hpp>

#include "core/key/error_of.h"
#include "tests/core/scripted_world.h"

namespace shardlab::discovery {
namespace {

using tests::a_tablet;
using tests::ProcessPorts;
using tests::TabletScript;
using tests::TestWorld;
using tests::Topology;

/// A process that follows the tablets of cell `test`.
struct Watcher final : sim::Program {
  Watcher(sim::Process& process, HealthCheck*& out)
      : ports(process),
        server(ports.env(), "watcher", TestWorld::topo_address),
        health(ports.env(), server, options()) {
    out = &health;
  }
  static HealthCheckOptions options() {
    HealthCheckOptions options;
    options.cells = {"test"};
    return options;
  }
  Task<> run() override {
    co_await health.start();
    Event never;
    co_await never.wait();
  }
  ProcessPorts ports;
  topo::Server server;
  HealthCheck health;
};

/// A world with one REPLICA of shard 0, test-101, that is followed.
struct Followed {
  Followed() {
    script.tablet = a_tablet(101, "0", topodata::REPLICA);
    process = &tests::start_tablet(world, script);
    world.run([](ProcessPorts& ports) { return Topology::create(ports); });
    add(script.tablet);
    world.start("watcher", "10.64.0.30", [this](sim::Process& watcher) {
      return std::make_unique<Watcher>(watcher, health);
    });
    world.run_for(1s);
  }
  void add(const topodata::Tablet& tablet) {
    world.run([&](ProcessPorts& ports) { return Topology::add_tablet(ports, tablet); });
  }
  const TabletStats* stats(std::uint32_t uid) const {
    return health->cache().find(topo::TabletAlias("test", uid));
  }

  TabletScript script;
  TestWorld world;
  sim::Process* process = nullptr;
  HealthCheck* health = nullptr;
};

TEST_CASE("health check: finds a tablet and hears at once when it stops serving") {
  Followed followed;
  REQUIRE(followed.stats(101) != nullptr);
  CHECK(followed.stats(101)->serving);
  followed.script.say(false);
  followed.world.run_for(100ms);
  CHECK_FALSE(followed.stats(101)->serving);
  CHECK(followed.health->healthy("test_keyspace", "0", topodata::REPLICA).size() == 1);
}

TEST_CASE("health check: a tablet that changes its type is filed anew") {
  Followed followed;
  followed.script.tablet.set_type(topodata::DRAINED);
  followed.script.say(true);
  followed.world.run_for(100ms);
  CHECK(followed.health->tablets("test_keyspace", "0", topodata::REPLICA).empty());
  CHECK(followed.health->tablets("test_keyspace", "0", topodata::DRAINED).size() == 1);
}

TEST_CASE("health check: new tablets are found at the next poll, deleted ones dropped") {
  Followed followed;
  TabletScript added;
  added.tablet = a_tablet(102, "0", topodata::REPLICA);
  tests::start_tablet(followed.world, added);
  followed.add(added.tablet);
  CHECK(followed.stats(102) == nullptr);
  followed.world.run_for(10s);
  REQUIRE(followed.stats(102) != nullptr);
  CHECK(followed.stats(102)->serving);

  followed.world.run(
      [&](ProcessPorts& ports) { return Topology::delete_tablet(ports, followed.script.tablet); });
  followed.world.run_for(10s);
  CHECK(followed.stats(101) == nullptr);
  const int connections = followed.script.connections;
  followed.world.run_for(120s);
  CHECK(followed.script.connections == connections);
}

TEST_CASE("health check: a tablet whose process dies is broken until it is back") {
  Followed followed;
  followed.process->crash();
  followed.world.run_for(1s);
  CHECK_FALSE(followed.stats(101)->serving);
  CHECK(followed.stats(101)->last_error);
  CHECK(followed.health->healthy("test_keyspace", "0", topodata::REPLICA).empty());
  followed.process->start();
  followed.world.run_for(5s);
  CHECK(followed.stats(101)->serving);
}

TEST_CASE("health check: a tablet that says nothing for a minute is broken") {
  Followed followed;
  followed.script.silent = true;
  followed.world.run_for(50s);
  CHECK(followed.stats(101)->serving);
  followed.world.run_for(11s);
  CHECK_FALSE(followed.stats(101)->serving);
  CHECK(followed.script.connections == 1);
  followed.world.run_for(5s);
  CHECK(followed.script.connections == 2);
}

TEST_CASE("health check: the answer of another tablet at the address is not believed") {
  Followed followed;
  followed.script.tablet.mutable_alias()->set_uid(999);
  followed.script.say(true);
  followed.world.run_for(100ms);
  CHECK_FALSE(followed.stats(101)->serving);
  CHECK_THAT(*followed.stats(101)->last_error,
             Catch::Matchers::StartsWith("health stats mismatch, tablet test-0000000101"));
}

TEST_CASE("health check: a tablet that moved is followed at its new address") {
  Followed followed;
  followed.process->crash();
  TabletScript moved;
  moved.tablet = followed.script.tablet;
  moved.tablet.set_hostname("10.64.3.1");
  tests::start_tablet(followed.world, moved);
  followed.add(moved.tablet);
  followed.world.run_for(11s);
  CHECK(followed.stats(101)->serving);
  CHECK(moved.connections == 1);
}

TEST_CASE("health check: the tablets known are kept while the topology is away") {
  Followed followed;
  followed.world.etcd->crash();
  followed.world.run_for(120s);
  CHECK(followed.stats(101)->serving);
}

struct Waiting {
  static Task<> run(HealthCheck* health, std::size_t count, Duration timeout,
                    std::optional<Error>& error) {
    auto found = co_await capture(
        health->wait_for_tablets("test_keyspace", "0", topodata::REPLICA, count, timeout));
    if (!found) error = error_of(found);
  }
};

TEST_CASE("health check: waiting for tablets ends when they are there, or says what is missing") {
  Followed followed;
  std::optional<Error> error;
  followed.world.run([&](ProcessPorts&) { return Waiting::run(followed.health, 1, 1s, error); });
  CHECK_FALSE(error);
  followed.world.run([&](ProcessPorts&) { return Waiting::run(followed.health, 2, 1s, error); });
  REQUIRE(error);
  CHECK(error->code() == Errc::timed_out);
  CHECK(error->message() ==
        "not enough healthy REPLICA tablets to choose from in (test,test_keyspace/0), have 1 "
        "healthy ones, need at least 2");
}

}  // namespace
}  // namespace shardlab::discovery

#include <catch2/catch.hpp>

#include "fakes/etcd/events.h"
#include "tests/fakes/etcd/etcd_world.h"

namespace shardlab::fakes::etcd {
namespace {

/// An etcd on a disk of its own, and a client.
struct DiskWorld {
  DiskWorld()
      : store(std::make_shared<Store>()),
        host(world.add_host("etcd", "10.64.0.2")),
        disk(host.add_disk("data")),
        etcd(host.add_process("etcd", etcd_program(store, &disk))),
        client(world.add_host("a", "10.64.0.3"), TopoClientOptions()) {
    etcd.start();
  }

  /// Creates a file; how it went and how long it took.
  std::string create(std::string path) {
    std::string text = "(no end)";
    const TimePoint start = world.now();
    client.spawn([&]() -> Task<> {
      auto created = co_await capture(client.topo->create(path, "content"));
      text = text_of(created);
      took = world.now() - start;
    });
    world.scheduler().run_until([this] { return client.running == 0; }, world.now() + 1h);
    return text;
  }

  sim::World world{1};
  std::shared_ptr<Store> store;
  sim::Host& host;
  sim::HostDisk& disk;
  sim::Process& etcd;
  TestClient client;
  Duration took{};
};

TEST_CASE("etcd on a slow disk: a write takes as long as its log's sync, and is done") {
  DiskWorld world;
  REQUIRE(world.create("first") == "ok");
  CHECK(world.took < 100ms);
  const auto slow = world.disk.slow({.write = 50ms, .sync = 400ms});
  CHECK(world.create("second") == "ok");
  CHECK(world.took > 450ms);
  CHECK(slow->effects() == 2);
  CHECK(world.store->keys().size() == 2);
}

TEST_CASE(
    "etcd: a log that cannot be written or synced ends it; a restart has what it acknowledged") {
  const bool is_full = GENERATE(false, true);
  DiskWorld world;
  REQUIRE(world.create("first") == "ok");
  std::string error;
  world.world.trace().observe([&](const sim::TraceEvent& event) {
    if (event.kind == EtcdAborted::kind) error = event.text("error");
  });
  auto fault = is_full ? world.disk.full_at(0)
                       : world.disk.fail_nth({.operation = sim::DiskOperation::sync});
  CHECK(world.create("second/with/a/longer/name") != "ok");
  CHECK(fault->effects() == 1);
  CHECK(error == (is_full ? "wal: no space left on device" : "wal: input/output error"));
  CHECK_FALSE(world.etcd.is_running());
  fault.reset();
  world.etcd.start();
  CHECK(world.create("first") != "ok");
  CHECK(world.create("third") == "ok");
  CHECK(world.store->keys().size() == 2);
}

}  // namespace
}  // namespace shardlab::fakes::etcd

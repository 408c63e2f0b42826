#include "fakes/etcd/topo_client.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "fakes/etcd/events.h"
#include "tests/fakes/etcd/etcd_world.h"

namespace shardlab::fakes::etcd {
namespace {

using Names = std::vector<std::string>;

/// Every message takes exactly one millisecond.
sim::LatencyModel steady() { return sim::LatencyModel(1ms, 1ms); }

}  // namespace

TEST_CASE("etcd client: what is created can be read, with its version", "[contract]") {
  EtcdWorld world;
  TopoVersion created;
  TopoFile file;
  world.a.spawn([&]() -> Task<> {
    created = co_await world.a.topo->create("keyspaces/ks/Keyspace", "one");
    file = co_await world.a.topo->get("keyspaces/ks/Keyspace");
  });
  REQUIRE(world.run());
  REQUIRE(file.contents == "one");
  REQUIRE(file.version == created);
  REQUIRE(world.store->keys().count("/vitess/test/keyspaces/ks/Keyspace") == 1);
}

TEST_CASE("etcd client: what exists cannot be created again", "[contract]") {
  EtcdWorld world;
  std::string again;
  world.a.spawn([&]() -> Task<> {
    co_await world.a.topo->create("x", "one");
    auto result = co_await capture(world.a.topo->create("x", "two"));
    again = text_of(result);
  });
  REQUIRE(world.run());
  REQUIRE(again == "already_exists: node already exists: /vitess/test/x");
  REQUIRE(world.store->keys().at("/vitess/test/x").value() == "one");
}

TEST_CASE("etcd client: what is missing cannot be read, updated by version, or removed",
          "[contract]") {
  EtcdWorld world;
  Names errors;
  world.a.spawn([&]() -> Task<> {
    auto get = co_await capture(world.a.topo->get("x"));
    errors.push_back(text_of(get));
    auto update = co_await capture(world.a.topo->update("x", "one", "2"));
    errors.push_back(text_of(update));
    auto remove = co_await capture(world.a.topo->remove("x", std::nullopt));
    errors.push_back(text_of(remove));
    auto remove_version = co_await capture(world.a.topo->remove("x", "2"));
    errors.push_back(text_of(remove_version));
  });
  REQUIRE(world.run());
  REQUIRE(errors == Names(4, "not_found: node doesn't exist: /vitess/test/x"));
}

TEST_CASE("etcd client: an update with an old version loses", "[contract]") {
  EtcdWorld world;
  Names errors;
  std::string contents;
  world.a.spawn([&]() -> Task<> {
    auto first = co_await world.a.topo->create("x", "one");
    auto second = co_await world.a.topo->update("x", "two", first);
    auto lost = co_await capture(world.a.topo->update("x", "three", first));
    errors.push_back(text_of(lost));
    auto strange = co_await capture(world.a.topo->update("x", "three", "no version"));
    errors.push_back(text_of(strange));
    auto removed = co_await capture(world.a.topo->remove("x", first));
    errors.push_back(text_of(removed));
    auto file = co_await world.a.topo->get("x");
    contents = file.contents;
    co_await world.a.topo->remove("x", second);
  });
  REQUIRE(world.run());
  REQUIRE(errors == Names(3, "bad_version: bad node version: /vitess/test/x"));
  REQUIRE(contents == "two");
  REQUIRE(world.store->keys().empty());
}

TEST_CASE("etcd client: an update without a version creates or overwrites", "[contract]") {
  EtcdWorld world;
  world.a.spawn([&]() -> Task<> {
    co_await world.a.topo->update("x", "one", std::nullopt);
    co_await world.a.topo->update("x", "two", std::nullopt);
  });
  REQUIRE(world.run());
  REQUIRE(world.store->keys().at("/vitess/test/x").value() == "two");
}

TEST_CASE("etcd client: of two updates with one version exactly one wins", "[contract][property]") {
  rc::prop("", [](std::uint64_t seed) {
    EtcdWorld world(seed);
    TopoVersion version;
    world.a.spawn([&]() -> Task<> { version = co_await world.a.topo->create("x", ""); });
    RC_ASSERT(world.run());
    int won = 0;
    int lost = 0;
    for (TestClient* client : {&world.a, &world.b}) {
      client->spawn([&, client]() -> Task<> {
        auto updated = co_await capture(client->topo->update("x", "new", version));
        if (updated) ++won;
        if (updated.has_error() && updated.error().code() == Errc::bad_version) ++lost;
      });
    }
    RC_ASSERT(world.run());
    RC_ASSERT(won == 1);
    RC_ASSERT(lost == 1);
  });
}

TEST_CASE("etcd client: a directory lists the next path elements, sorted, once each",
          "[contract]") {
  EtcdWorld world;
  Names root;
  Names shards;
  std::string missing;
  world.a.spawn([&]() -> Task<> {
    TopoConn& topo = *world.a.topo;
    for (const char* path : {"d/s/80-/Shard", "d/s/-80", "d/s/-80-x/y", "d/s/-80/Shard", "e/x",
                             "d/s/80-/Other", "dd/x"}) {
      co_await topo.create(path, "");
    }
    root = co_await topo.list_dir("");
    shards = co_await topo.list_dir("d/s");
    auto result = co_await capture(topo.list_dir("d/s/80"));
    missing = text_of(result);
  });
  REQUIRE(world.run());
  REQUIRE(root == Names{"d", "dd", "e"});
  REQUIRE(shards == Names{"-80", "-80-x", "80-"});
  REQUIRE(missing == "not_found: node doesn't exist: /vitess/test/d/s/80/");
}

TEST_CASE("etcd client: a watch gives the current value, then the changes, then the end",
          "[contract]") {
  EtcdWorld world;
  Names seen;
  world.a.spawn([&]() -> Task<> {
    co_await world.a.topo->create("x", "one");
    auto watch = world.a.topo->watch("x");
    for (int i = 0; i < 4; ++i) {
      auto file = co_await capture(watch->next());
      seen.push_back(file ? file->contents : text_of(file));
    }
  });
  world.run_for(1s);
  REQUIRE(seen == Names{"one"});
  world.b.spawn([&]() -> Task<> {
    co_await world.b.topo->update("x/below", "no", std::nullopt);
    co_await world.b.topo->update("x", "two", std::nullopt);
    co_await sleep_until(world.world.now() + 1s);
    co_await world.b.topo->remove("x", std::nullopt);
  });
  REQUIRE(world.run());
  const std::string end = "not_found: node doesn't exist: /vitess/test/x";
  REQUIRE(seen == Names{"one", "two", end, end});
}

TEST_CASE("etcd client: a watch of a missing file ends at once", "[contract]") {
  EtcdWorld world;
  std::string end;
  world.a.spawn([&]() -> Task<> {
    auto watch = world.a.topo->watch("x");
    auto file = co_await capture(watch->next());
    end = text_of(file);
  });
  REQUIRE(world.run());
  REQUIRE(end == "not_found: node doesn't exist: /vitess/test/x");
}

TEST_CASE("etcd client: a watch never misses the last value", "[contract][property]") {
  rc::prop("", [](std::uint64_t seed) {
    EtcdWorld world(seed);
    world.store->put([] {
      PutRequest request;
      request.set_key("/vitess/test/x");
      request.set_value("0");
      return request;
    }());
    std::int64_t version = 0;
    bool grows = true;
    world.a.spawn([&]() -> Task<> {
      auto watch = world.a.topo->watch("x");
      for (std::string value; value != "20";) {
        auto file = co_await watch->next();
        value = file.contents;
        grows = grows && std::stoll(file.version) > version;
        version = std::stoll(file.version);
      }
    });
    world.b.spawn([&]() -> Task<> {
      for (int i = 1; i <= 20; ++i) {
        co_await world.b.topo->update("x", std::to_string(i), std::nullopt);
      }
    });
    RC_ASSERT(world.run());
    RC_ASSERT(grows);
  });
}

TEST_CASE("etcd client: a watch whose wait is given up goes on where it was", "[contract]") {
  EtcdWorld world;
  Names seen;
  world.a.spawn([&]() -> Task<> {
    co_await world.a.topo->create("x", "one");
    auto watch = world.a.topo->watch("x");
    co_await watch->next();
    auto early = co_await capture(until(world.world.now() + 1s, watch->next()));
    seen.push_back(text_of(early));
    co_await world.a.topo->update("x", "two", std::nullopt);
    auto file = co_await watch->next();
    seen.push_back(file.contents);
  });
  REQUIRE(world.run());
  REQUIRE(seen == Names{"timed_out: deadline exceeded", "two"});
}

TEST_CASE("etcd client: a watch that compaction has overtaken reads again") {
  EtcdWorld world;
  Names seen;
  std::size_t compacted = 0;
  world.world.trace().observe(
      [&](const sim::TraceEvent& event) { compacted += event.kind == WatchCompacted::kind; });
  // The request that opens the watch waits on its way.
  sim::Match opening;
  opening.from = {"a"};
  opening.where = [](const sim::MessageView& message) { return message.method == "Watch"; };
  sim::Hold late = world.world.network().hold(opening);
  world.a.spawn([&]() -> Task<> {
    co_await world.a.topo->create("x", "one");
    auto watch = world.a.topo->watch("x");
    for (int i = 0; i < 2; ++i) {
      auto file = co_await watch->next();
      seen.push_back(file.contents);
    }
  });
  world.run_for(1s);
  world.b.spawn([&]() -> Task<> {
    co_await world.b.topo->update("x", "two", std::nullopt);
    co_await world.b.topo->update("x", "three", std::nullopt);
  });
  world.run_for(1s);
  CompactionRequest request;
  request.set_revision(world.store->revision());
  world.store->compact(request);
  late.release_one();
  REQUIRE(world.run());
  REQUIRE(seen == Names{"one", "three"});
  REQUIRE(compacted == 1);
}

TEST_CASE("etcd client: a watch says when its server is lost, and data survives a restart") {
  EtcdWorld world;
  std::string end;
  world.a.spawn([&]() -> Task<> {
    co_await world.a.topo->create("x", "one");
    auto watch = world.a.topo->watch("x");
    co_await watch->next();
    auto file = co_await capture(watch->next());
    end = text_of(file);
  });
  world.run_for(1s);
  world.etcd.crash();
  REQUIRE(world.run());
  REQUIRE(end == "unavailable: connection reset by peer: 10.64.0.2:2379");

  world.etcd.start();
  std::string contents;
  world.b.spawn([&]() -> Task<> {
    auto file = co_await world.b.topo->get("x");
    contents = file.contents;
  });
  REQUIRE(world.run());
  REQUIRE(contents == "one");
}

TEST_CASE("etcd client: without a server a read is tried three times and a write once") {
  EtcdWorld world(1, TopoClientOptions(), steady());
  world.etcd.crash();
  Names errors;
  world.a.spawn([&]() -> Task<> {
    auto get = co_await capture(world.a.topo->get("x"));
    errors.push_back(text_of(get));
  });
  REQUIRE(world.run());
  REQUIRE(world.elapsed() == 206ms);
  world.a.spawn([&]() -> Task<> {
    auto update = co_await capture(world.a.topo->update("x", "one", std::nullopt));
    errors.push_back(text_of(update));
  });
  REQUIRE(world.run());
  REQUIRE(world.elapsed() == 208ms);
  REQUIRE(errors == Names(2, "unavailable: connection refused: 10.64.0.2:2379"));
}

TEST_CASE("etcd client: a read survives a short restart of the server") {
  EtcdWorld world;
  world.store->put([] {
    PutRequest request;
    request.set_key("/vitess/test/x");
    return request;
  }());
  world.etcd.crash();
  world.world.scheduler().at(world.world.now() + 50ms, [&] { world.etcd.start(); });
  bool found = false;
  world.a.spawn([&]() -> Task<> {
    co_await world.a.topo->get("x");
    found = true;
  });
  REQUIRE(world.run());
  REQUIRE(found);
}

TEST_CASE("etcd client: a write without an answer in time has an unknown outcome") {
  TopoClientOptions options;
  options.request_timeout = 1500us;
  EtcdWorld world(1, options, steady());
  Names errors;
  world.a.spawn([&]() -> Task<> {
    auto update = co_await capture(world.a.topo->update("x", "one", std::nullopt));
    errors.push_back(text_of(update));
    auto get = co_await capture(world.a.topo->get("x"));
    errors.push_back(text_of(get));
  });
  REQUIRE(world.run());
  REQUIRE(errors == Names{"outcome_unknown: deadline exceeded: Put at 10.64.0.2:2379",
                          "timed_out: deadline exceeded: Range at 10.64.0.2:2379"});
}

TEST_CASE("etcd client: a write that its server's crash cuts is done or not done") {
  int done = 0;
  int undone = 0;
  for (int crash_us = 1000; crash_us < 2600; crash_us += 100) {
    EtcdWorld world(1, TopoClientOptions(), steady());
    std::string outcome;
    world.a.spawn([&]() -> Task<> {
      auto update = co_await capture(world.a.topo->update("x", "one", std::nullopt));
      outcome = text_of(update);
    });
    world.run_for(std::chrono::microseconds(crash_us));
    world.etcd.crash();
    REQUIRE(world.run());
    if (outcome != "outcome_unknown: connection reset by peer: 10.64.0.2:2379") continue;
    ++(world.store->keys().empty() ? undone : done);
  }
  REQUIRE(done > 0);
  REQUIRE(undone > 0);
}

}  // namespace shardlab::fakes::etcd

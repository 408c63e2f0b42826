#include "core/vtgate/srv_topo_cache.h"

#include <catch2/catch.hpp>

#include "core/key/error_of.h"
#include "core/topo/serving_graph.h"
#include "tests/core/scripted_world.h"

namespace shardlab::vtgate {
namespace {

using tests::ProcessPorts;
using tests::TestWorld;
using tests::Topology;

struct Router final : sim::Program {
  Router(sim::Process& process, SrvTopoCache*& out)
      : ports(process),
        server(ports.env(), "router", TestWorld::topo_address),
        cache(ports.env(), server, "test") {
    out = &cache;
  }
  Task<> run() override {
    co_await cache.start();
    Event never;
    co_await never.wait();
  }
  ProcessPorts ports;
  topo::Server server;
  SrvTopoCache cache;
};

/// A world with a keyspace served from shard 0, and a router in it.
struct Routed {
  Routed() {
    world.run([](ProcessPorts& ports) { return Topology::create(ports); });
    serve_from({"0"});
    world.start("router", "10.64.0.20",
                [this](sim::Process& process) { return std::make_unique<Router>(process, cache); });
    world.run_for(1s);
  }
  void serve_from(std::vector<std::string> shards) {
    world.run([&](ProcessPorts& ports) { return Topology::serve_from(ports, shards); });
  }
  void apply_vschema(std::string json) {
    world.run([&](ProcessPorts& ports) { return Topology::apply_vschema(ports, json); });
  }
  static Task<> read(SrvTopoCache* cache, std::string keyspace, std::string& seen) {
    auto graph = co_await capture(cache->srv_keyspace(keyspace, 3s));
    if (graph) {
      const auto* partition = topo::find_partition(**graph, topodata::MASTER);
      for (const auto& shard : partition->shard_references()) seen += shard.name() + " ";
    } else {
      seen = error_of(graph).message();
    }
  }
  std::string shards(std::string keyspace = "test_keyspace") {
    std::string seen;
    world.run([&](ProcessPorts&) { return read(cache, keyspace, seen); });
    return seen;
  }

  TestWorld world;
  SrvTopoCache* cache = nullptr;
};

struct Deletion {
  static Task<> run(ProcessPorts& ports) {
    topo::Server server(ports.env(), "test", TestWorld::topo_address);
    std::vector<std::string> cells{"test"};
    auto lock = co_await server.lock_keyspace("test_keyspace", "test", std::move(cells));
    co_await server.delete_srv_keyspace(lock, "test", "test_keyspace");
    co_await lock.unlock();
  }
};

TEST_CASE("srv topo cache: the first use waits for the record, later ones follow its changes") {
  Routed routed;
  CHECK(routed.shards() == "0 ");
  routed.serve_from({"-80", "80-"});
  routed.world.run_for(100ms);
  CHECK(routed.shards() == "-80 80- ");
}

TEST_CASE("srv topo cache: a keyspace without a record is an error until there is one") {
  Routed routed;
  CHECK_THAT(routed.shards("other"),
             Catch::Matchers::StartsWith("keyspace other fetch error: node doesn't exist: "));
}

TEST_CASE("srv topo cache: the last value stays in use while the topology is away") {
  Routed routed;
  CHECK(routed.shards() == "0 ");
  routed.world.etcd->crash();
  routed.world.run_for(60s);
  CHECK(routed.shards() == "0 ");
  routed.world.etcd->start();
  routed.serve_from({"-80", "80-"});
  routed.world.run_for(2s);
  CHECK(routed.shards() == "-80 80- ");
}

TEST_CASE("srv topo cache: without topology and value a use ends in an error in time") {
  Routed routed;
  routed.world.etcd->crash();
  CHECK_THAT(routed.shards(), Catch::Matchers::StartsWith("keyspace test_keyspace fetch error: "));
}

TEST_CASE("srv topo cache: a deleted record is forgotten") {
  Routed routed;
  CHECK(routed.shards() == "0 ");
  routed.world.run([](ProcessPorts& ports) { return Deletion::run(ports); });
  routed.world.run_for(100ms);
  CHECK_THAT(routed.shards(), Catch::Matchers::Contains("node doesn't exist"));
  routed.serve_from({"0"});
  routed.world.run_for(2s);
  CHECK(routed.shards() == "0 ");
}

TEST_CASE("srv topo cache: what changed while the network was away is known soon after") {
  for (const Duration away : {5s, 15s, 25s, 60s, 300s}) {
    Routed routed;
    CHECK(routed.shards() == "0 ");
    {
      const auto cut = routed.world.world.network().partition({"router"}, {"etcd"});
      routed.world.run([](ProcessPorts& ports) { return Deletion::run(ports); });
      routed.serve_from({"-80", "80-"});
      routed.world.run_for(away);
      CHECK(routed.shards() == "0 ");
    }
    routed.world.run_for(45s);
    CHECK(routed.shards() == "-80 80- ");
  }
}

TEST_CASE("srv topo cache: an invalid VSchema is not used") {
  Routed routed;
  CHECK(routed.cache->vschema()->keyspaces().empty());
  routed.apply_vschema(tests::guestbook_vschema);
  routed.world.run_for(2s);
  CHECK(routed.cache->vschema()->find_table("test_keyspace", "messages").sharded);
  routed.apply_vschema(R"({"sharded": true, "tables": {"other": {}}})");
  routed.world.run_for(2s);
  CHECK(routed.cache->vschema()->find_table("test_keyspace", "messages").sharded);
}

}  // namespace
}  // namespace shardlab::vtgate

// Locks of the topology on the simulated etcd: who has lost one writes nothing under it.
#include "core/topo/lock.h"

#include <catch2/catch.hpp>

#include "core/topo/server.h"
#include "tests/core/scripted_world.h"

namespace shardlab::topo {
namespace {

using tests::ProcessPorts;
using tests::TestWorld;
using tests::Topology;

const std::vector<std::string> cells{"test", "test"};  // twice is no more than once

/// Ends the lease of every lock in that topology, as time does for a holder that stands still.
void expire(TestWorld& world, const std::string& root) {
  const auto keys = world.store->keys();
  for (const auto& [key, kv] : keys) {
    if (!key.starts_with(root) || kv.lease() == 0) continue;
    fakes::etcd::LeaseRevokeRequest request;
    request.set_id(kv.lease());
    world.store->lease_revoke(request);
  }
}

std::size_t locks(TestWorld& world) {
  std::size_t count = 0;
  for (const auto& [key, kv] : world.store->keys()) count += kv.lease() != 0;
  return count;
}

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "ok" : std::string(to_string(result.error().code()));
}

/// What a holder meets whose lock ends in one topology: by looking, in the global topology, in the
/// cell.
struct Holder {
  TestWorld& world;
  std::string lost_in;
  std::string looked, shard, graph;
  std::size_t held = 0;

  static Task<> run(ProcessPorts& ports, Holder& told) {
    Server server(ports.env(), "holder", TestWorld::topo_address);
    auto lock = co_await server.lock_keyspace("test_keyspace", "test", cells);
    told.held = locks(told.world);
    if (!told.lost_in.empty()) expire(told.world, told.lost_in);
    auto looked = co_await capture(lock.check());
    told.looked = code_of(looked);
    auto shard = co_await capture(server.create_shard(lock, "test_keyspace", "0"));
    told.shard = code_of(shard);
    auto before = co_await server.find_srv_keyspace("test", "test_keyspace");
    auto graph =
        co_await capture(server.update_srv_keyspace(lock, "test", "test_keyspace", before));
    told.graph = code_of(graph);
    co_await capture(lock.unlock());
  }
};

std::string all_of(const std::string& lost_in) {
  TestWorld world;
  world.run([](ProcessPorts& ports) { return Topology::create(ports); });
  Holder told{world, lost_in, "", "", ""};
  world.run([&](ProcessPorts& ports) { return Holder::run(ports, told); });
  CHECK(told.held == 2);
  CHECK(locks(world) == 0);
  return told.looked + ", shard " + told.shard + ", graph " + told.graph;
}

/// A cell whose etcd does not answer.
struct Unreachable {
  static Task<> run(ProcessPorts& ports, std::string& told) {
    Server server(ports.env(), "holder", TestWorld::topo_address);
    topodata::CellInfo cell;
    cell.set_server_address("10.64.0.99:2379");
    cell.set_root("/vitess/dark");
    co_await server.create_cell_info("dark", cell);
    const std::vector<std::string> both{"test", "dark"};
    auto lock = co_await capture(server.lock_keyspace("test_keyspace", "test", both));
    told = code_of(lock);
  }
};

}  // namespace

TEST_CASE("topology lock: while it is held its writes take place") {
  CHECK(all_of("") == "ok, shard ok, graph ok");
}

TEST_CASE("topology lock: who has lost a part of it writes nothing there any more") {
  CHECK(all_of("/vitess/global") == "lock_lost, shard lock_lost, graph ok");
  CHECK(all_of("/vitess/test") == "lock_lost, shard ok, graph lock_lost");
}

TEST_CASE("topology lock: when a cell cannot be locked nothing stays locked") {
  TestWorld world;
  world.run([](ProcessPorts& ports) { return Topology::create(ports); });
  std::string told;
  world.run([&](ProcessPorts& ports) { return Unreachable::run(ports, told); });
  CHECK(told != "ok");
  CHECK(locks(world) == 0);
}

}  // namespace shardlab::topo

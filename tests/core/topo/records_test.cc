// Where the records lie in etcd. Source: Vitess go/vt/topo (March 2021).
#include <catch2/catch.hpp>

#include "core/topo/server.h"
#include "core/topo/serving_graph.h"
#include "tests/core/scripted_world.h"

namespace shardlab::topo {
namespace {

using tests::ProcessPorts;
using tests::TestWorld;
using tests::Topology;

/// One of every kind.
struct Everything {
  static Task<> write(ProcessPorts& ports) {
    co_await Topology::create(ports);
    topodata::Tablet tablet;
    tablet.mutable_alias()->set_cell("test");
    tablet.mutable_alias()->set_uid(100);
    tablet.set_keyspace("test_keyspace");
    tablet.set_shard("0");
    co_await Topology::add_tablet(ports, tablet);
    std::vector<std::string> shards{"0"};
    co_await Topology::serve_from(ports, std::move(shards));
    co_await Topology::apply_vschema(ports, "{}");
  }
};

/// With a lock of the keyspace and of the shard, whose leases are `LEASE`.
struct Locked {
  static Task<> look(ProcessPorts& ports, TestWorld& world, std::vector<std::string>& locks) {
    Server server(ports.env(), "test", TestWorld::topo_address);
    std::vector<std::string> cells{"test"};
    auto keyspace = co_await server.lock_keyspace("test_keyspace", "test", std::move(cells));
    auto shard = co_await server.lock_shard("test_keyspace", "0", "test");
    for (const auto& [key, kv] : world.store->keys()) {
      if (kv.lease() == 0) continue;
      const std::string lease = std::to_string(kv.lease());
      CHECK(key.ends_with("/" + lease));
      locks.push_back(key.substr(0, key.size() - lease.size()) + "LEASE");
    }
    co_await shard.unlock();
    co_await keyspace.unlock();
  }
};

}  // namespace

TEST_CASE("topology records: they lie where Vitess has them", "[vectors]") {
  TestWorld world;
  world.run([](ProcessPorts& ports) { return Everything::write(ports); });
  std::vector<std::string> keys;
  for (const auto& [key, kv] : world.store->keys()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{
                    "/vitess/global/cells/test/CellInfo",
                    "/vitess/global/keyspaces/test_keyspace/Keyspace",
                    "/vitess/global/keyspaces/test_keyspace/VSchema",
                    "/vitess/global/keyspaces/test_keyspace/shards/0/Shard",
                    "/vitess/test/SrvVSchema",
                    "/vitess/test/keyspaces/test_keyspace/SrvKeyspace",
                    "/vitess/test/keyspaces/test_keyspace/shards/0/ShardReplication",
                    "/vitess/test/tablets/test-0000000100/Tablet",
                });
}

TEST_CASE("topology records: locks lie under their directory, named after their lease") {
  TestWorld world;
  world.run([](ProcessPorts& ports) { return Everything::write(ports); });
  std::vector<std::string> locks;
  world.run([&](ProcessPorts& ports) { return Locked::look(ports, world, locks); });
  CHECK(locks == std::vector<std::string>{
                     "/vitess/global/keyspaces/test_keyspace/locks/LEASE",
                     "/vitess/global/keyspaces/test_keyspace/shards/0/locks/LEASE",
                     "/vitess/test/keyspaces/test_keyspace/locks/LEASE",
                 });
}

}  // namespace shardlab::topo

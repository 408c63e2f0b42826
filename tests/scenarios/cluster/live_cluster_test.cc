#include "scenarios/cluster/live_cluster.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "scenarios/checks/topology_view.h"
#include "scenarios/cluster/host_names.h"
#include "scenarios/file/load.h"

using namespace shardlab;
using namespace shardlab::scenarios;
using fakes::guestbook::Outcome;

namespace {

Scenario guide() { return load_scenario(SHARDLAB_SOURCE_DIR "/scenarios/files/guide.toml"); }

void run_for(LiveCluster& cluster, Duration duration) {
  const TimePoint end = cluster.now() + duration;
  cluster.world().scheduler().at(end, [] {});
  cluster.world().scheduler().run_until([] { return false; }, end);
}

std::string alias(std::uint32_t uid) { return fmt::format("test-{:010}", uid); }

}  // namespace

TEST_CASE("LiveCluster: hosts have their names and addresses before anything runs") {
  LiveCluster cluster(guide(), 1);
  CHECK(cluster.global_topo_address() == "10.64.0.3:2379");
  CHECK(cluster.address_of("test-0000000204", 3306) != cluster.address_of("vtctld", 3306));
  CHECK_FALSE(cluster.is_running("test-0000000100", "mysqld"));
  CHECK(cluster.aliases_of(cluster.scenario().sharded_template[1]) ==
        std::vector<std::string>{alias(300), alias(301), alias(302), alias(303), alias(304)});
}

TEST_CASE("LiveCluster: is up where the guide begins") {
  LiveCluster cluster(guide(), 1);
  bring_up(cluster);
  const auto tablets = tablet_records(cluster);
  REQUIRE(tablets.size() == 5);
  CHECK(tablets[0].type() == topodata::MASTER);
  CHECK(tablets[1].type() == topodata::REPLICA);
  CHECK(tablets[4].type() == topodata::RDONLY);
  CHECK(master_of(cluster, "test_keyspace", "0") == alias(100));
  CHECK(cluster.is_listening("vtgate-test-1", LiveCluster::vtgate_port));
  CHECK(cluster.is_running("guestbook", "guestbook"));
  run_for(cluster, 1s);
  const auto position = cluster.query(alias(100), "SELECT @@global.gtid_current_pos");
  CHECK(position->rows[0][0].text() != "");
  for (std::uint32_t uid = 100; uid <= 104; ++uid) {
    CAPTURE(uid);
    CHECK(cluster.is_serving(alias(uid)));
    CHECK(*cluster.messages(alias(uid), "test_keyspace") == cluster.initial_rows());
    CHECK(cluster.query(alias(uid), "SELECT @@global.gtid_current_pos")->rows == position->rows);
  }
}

TEST_CASE("LiveCluster: a visitor's message reaches the master and all replicas") {
  LiveCluster cluster(guide(), 2);
  bring_up(cluster);
  Post post;
  post.page = 3;
  post.message = "hello";
  const auto id = cluster.post(post);
  run_for(cluster, 2s);
  CHECK(cluster.ledger().operation(id).outcome == Outcome::acknowledged);
  for (std::uint32_t uid = 100; uid <= 104; ++uid) {
    CHECK(cluster.messages(alias(uid), "test_keyspace")->size() == 12);
  }
}

TEST_CASE("LiveCluster: visitors read while the load runs, and stop with it") {
  LiveCluster cluster(guide(), 3);
  bring_up(cluster);
  cluster.start_load(cluster.scenario().loads.at(0));
  run_for(cluster, 2s);
  cluster.stop_load();
  run_for(cluster, 1s);
  const auto summary = cluster.ledger().summary();
  CHECK(summary.reads_ok >= 38);
  CHECK(summary.reads_ok <= 42);
  CHECK(summary.reads_failed + summary.pending == 0);
}

TEST_CASE("LiveCluster: a stopped shard leaves its records, and its rows to the next start") {
  LiveCluster cluster(guide(), 4);
  bring_up(cluster);
  const ShardSpec& shard = cluster.scenario().keyspaces[0].shards[0];
  CHECK(cluster.stop_tablets(shard).size() == 5);
  CHECK(cluster.is_up());  // nobody wants them to run
  run_for(cluster, 10s);
  CHECK(tablet_records(cluster).size() == 5);
  CHECK_FALSE(cluster.is_serving(alias(100)));
  CHECK(*cluster.messages(alias(100), "test_keyspace") == cluster.initial_rows());

  cluster.start_tablets(shard);
  run_for(cluster, 30s);
  for (std::uint32_t uid = 100; uid <= 104; ++uid) {
    CAPTURE(uid);
    CHECK(cluster.is_serving(alias(uid)));
    CHECK(*cluster.messages(alias(uid), "test_keyspace") == cluster.initial_rows());
  }
}

TEST_CASE("LiveCluster: a tablet notices that its mysqld is gone, and finds the next one") {
  LiveCluster cluster(guide(), 6);
  bring_up(cluster);
  sim::Process& mysqld = *cluster.world().find_host(alias(101))->find_process("mysqld");
  run_for(cluster, 10s);
  CHECK(cluster.is_up());
  mysqld.crash();
  CHECK_FALSE(cluster.is_up());
  run_for(cluster, 30s);
  CHECK_FALSE(cluster.is_serving(alias(101)));
  mysqld.start();
  CHECK(cluster.is_up());
  run_for(cluster, 30s);
  CHECK(cluster.is_serving(alias(101)));
}

TEST_CASE("LiveCluster: the new shards come up empty and do not serve", "[unit]") {
  LiveCluster cluster(guide(), 5);
  bring_up(cluster);
  for (const ShardSpec& shard : cluster.scenario().sharded_template) cluster.start_tablets(shard);
  run_for(cluster, 20s);
  CHECK(tablet_records(cluster).size() == 15);
  CHECK_FALSE(cluster.is_serving(alias(200)));
  CHECK(shards_serving(*serving_graph(cluster, "test", "test_keyspace"), topodata::MASTER) ==
        std::vector<std::string>{"0"});
}

TEST_CASE("LiveCluster: etcds of three members are up, and their records survive all of them") {
  Scenario scenario = guide();
  scenario.cluster.etcd_global = scenario.cluster.etcd_per_cell = 3;
  LiveCluster cluster(scenario, 1);
  CHECK(cluster.global_topo_address() == "10.64.0.3:2379,10.64.1.3:2379,10.64.2.3:2379");
  bring_up(cluster);
  CHECK(tablet_records(cluster).size() == 5);
  CHECK(cluster.etcd_leader("").has_value());
  const std::vector<std::string> records{"cells/test/CellInfo", "keyspaces/test_keyspace/Keyspace",
                                         "keyspaces/test_keyspace/shards/0/Shard"};
  const auto put_down = [&](const std::string& cell) {
    for (const std::string& host : cluster.etcd_members(etcd_host(cell))) {
      cluster.stop(host);
      cluster.run_for(500ms);
      cluster.start(host);
      cluster.run_for(500ms);
    }
    for (const std::string& host : cluster.etcd_members(etcd_host(cell))) cluster.stop(host);
    cluster.run_for(1s);
    for (const std::string& host : cluster.etcd_members(etcd_host(cell))) cluster.start(host);
  };
  put_down("");
  put_down("test");
  cluster.run_for(30s);
  CHECK(cluster.etcd_leader("").has_value());
  for (const std::string& path : records) {
    CAPTURE(path);
    REQUIRE(cluster.record("", path).has_value());
    std::string read;
    cluster.operator_process().background().spawn(
        [](LiveCluster* cluster, std::string path, std::string* read) -> Task<> {
          auto conn =
              cluster->operator_env().topo.connect(cluster->global_topo_address(), topo_root(""));
          auto file = co_await conn->get(path);
          *read = file.contents;
        }(&cluster, path, &read));
    cluster.run_for(5s);
    CHECK(read == cluster.record("", path));
  }
  CHECK(cluster.record("test", "keyspaces/test_keyspace/SrvKeyspace").has_value());
  CHECK(cluster.paths("test", "tablets/").size() == 5);
}

TEST_CASE("LiveCluster: one seed gives one digest, another seed another", "[determinism]") {
  const auto digest = [](std::uint64_t seed) {
    LiveCluster cluster(guide(), seed);
    bring_up(cluster);
    cluster.start_load(cluster.scenario().loads.at(0));
    run_for(cluster, 1s);
    return cluster.world().trace().digest();
  };
  const std::string first = digest(6);
  CHECK(digest(6) == first);
  CHECK(digest(7) != first);
}

#include "scenarios/checks/serving_graph_covers.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/checks/fake_world.h"

using namespace shardlab::scenarios;
using shardlab::topodata::SrvKeyspace;

namespace {

std::string why(const std::vector<std::string>& shards) {
  SrvKeyspace graph;
  FakeWorld::add_partition(graph, shardlab::topodata::MASTER, shards);
  return why_not_covering(graph.partitions(0));
}

}  // namespace

TEST_CASE("serving-graph-covers: partitions that have everything once, in any order") {
  CHECK(why({"0"}) == "");
  CHECK(why({"-"}) == "");
  CHECK(why({"80-", "-80"}) == "");
  CHECK(why({"-40", "40-80", "80-c0", "c0-"}) == "");
}

TEST_CASE("serving-graph-covers: says what is missing or double") {
  CHECK(why({}) == "it names no shard");
  CHECK(why({"80-"}) == "nobody has the start to 80");
  CHECK(why({"-80"}) == "nobody has 80 to the end");
  CHECK(why({"-40", "80-"}) == "nobody has 40 to 80");
  CHECK(why({"-40", "4000-"}) == "nobody has 40 to 4000");
  CHECK(why({"-80", "40-"}) == "-80 and 40- overlap");
  CHECK(why({"0", "80-"}) == "0 and 80- overlap");
  CHECK(why({"0", "-"}) == "0 and - overlap");
}

TEST_CASE("serving-graph-covers: notices a shard that is recorded with another key range") {
  SrvKeyspace graph;
  FakeWorld::add_partition(graph, shardlab::topodata::MASTER, {"-80", "80-"});
  auto& range = *graph.mutable_partitions(0)->mutable_shard_references(0)->mutable_key_range();
  range.set_end("\xc0");
  CHECK(why_not_covering(graph.partitions(0)) == "-80 is said to have -c0");
}

TEST_CASE("serving-graph-covers: is silent while the types move one after another") {
  FakeWorld world;
  ServingGraphCovers check(world);
  show_graph_written(check);
  world.serve({"0"}, {"-80", "80-"});
  show_graph_written(check);
  world.serve({"-80", "80-"});
  show_graph_written(check);
  CHECK(first_of(check) == "");
}

TEST_CASE("serving-graph-covers: notices a written graph with a hole for one type") {
  FakeWorld world;
  ServingGraphCovers check(world);
  world.serve({"0"}, {"-80"});
  show_graph_written(check);
  REQUIRE(check.violations().size() == 2);
  CHECK(first_of(check) ==
        "serving graph of ks in test at revision 42, replica: nobody has 80 to the end");
}

TEST_CASE("serving-graph-covers: notices a missing partition and a vanished graph") {
  FakeWorld world;
  ServingGraphCovers check(world);
  SrvKeyspace graph;
  FakeWorld::add_partition(graph, shardlab::topodata::MASTER, {"0"});
  FakeWorld::add_partition(graph, shardlab::topodata::REPLICA, {"0"});
  world.write_graph(graph);
  show_graph_written(check);
  CHECK(first_of(check) ==
        "serving graph of ks in test at revision 42 has 0 partitions for rdonly");
  world.records["test"].erase("keyspaces/ks/SrvKeyspace");
  show_graph_written(check);
  CHECK(check.violations().size() == 2);
}

#include "scenarios/checks/serving_graph_converges.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/checks/fake_world.h"

using namespace shardlab::scenarios;
using shardlab::Duration;
using std::chrono::seconds;

namespace {

/// A check that has seen the vtgate use shard 0.
struct Watched {
  Watched() { uses("MASTER=0 REPLICA=0 RDONLY=0"); }
  void uses(std::string_view partitions) {
    show(check, "ServingGraphSeen",
         {{"keyspace", std::string_view("ks")}, {"partitions", partitions}}, "vtgate-test-1");
  }
  void pass(Duration span) {
    world.time += span;
    show(check, "Anything", {});
  }
  void move() {
    world.serve({"-80", "80-"});
    show_graph_written(check);
  }

  FakeWorld world;
  ServingGraphConverges check{world};
};

constexpr Duration bound = ServingGraphConverges::bound;

}  // namespace

TEST_CASE("serving-graph-converges: a vtgate has its time to follow") {
  Watched watched;
  watched.move();
  watched.pass(bound);
  CHECK(first_of(watched.check) == "");
  CHECK(watched.check.is_waiting());
  watched.uses("MASTER=-80,80- REPLICA=-80,80- RDONLY=-80,80-");
  CHECK_FALSE(watched.check.is_waiting());
  watched.pass(seconds(600));
  CHECK(first_of(watched.check) == "");
}

TEST_CASE("serving-graph-converges: one that does not follow is told once") {
  Watched watched;
  watched.move();
  watched.pass(bound + seconds(1));
  watched.pass(seconds(1));
  CHECK(watched.check.violation_count() == 1);
  CHECK(first_of(watched.check) ==
        "vtgate-test-1 routes by an old serving graph of ks: MASTER=0 REPLICA=0 RDONLY=0, not "
        "MASTER=-80,80- REPLICA=-80,80- RDONLY=-80,80-");
}

TEST_CASE("serving-graph-converges: the time begins when faults have ended") {
  Watched watched;
  show(watched.check, "FaultStarted", {});
  watched.move();
  watched.pass(seconds(600));
  show(watched.check, "FaultEnded", {});
  watched.pass(bound);
  CHECK(first_of(watched.check) == "");
  watched.pass(seconds(1));
  CHECK(watched.check.violation_count() == 1);
}

TEST_CASE("serving-graph-converges: a vtgate that starts anew knows nothing") {
  Watched watched;
  watched.move();
  show(watched.check, "ProcessStarted", {}, "vtgate-test-1", "vtgate");
  watched.pass(seconds(600));
  CHECK(first_of(watched.check) == "");
}

TEST_CASE("serving-graph-converges: a graph that is gone must be forgotten") {
  for (const bool is_forgotten : {false, true}) {
    Watched watched;
    watched.world.records["test"].erase("keyspaces/ks/SrvKeyspace");
    show_graph_written(watched.check);
    if (is_forgotten) {
      show(watched.check, "WatchLost",
           {{"file", std::string_view("ks/SrvKeyspace")},
            {"error", std::string_view("node doesn't exist: /vitess/test/...")}},
           "vtgate-test-1");
    }
    watched.pass(bound + seconds(1));
    CHECK(watched.check.violation_count() == (is_forgotten ? 0 : 1));
  }
}

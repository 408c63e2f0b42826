#include "scenarios/checks/one_writer_per_range.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/checks/fake_world.h"

using namespace shardlab::scenarios;

namespace {

struct History {
  History() { graph({"0"}); }
  void graph(const std::vector<std::string>& masters) {
    world.serve(masters, {"0"});
    show_graph_written(check);
  }
  void serving(std::string_view alias, std::string_view shard, std::string_view state,
               std::string_view type = "master") {
    show(check, "TabletServingChanged",
         {{"alias", alias},
          {"keyspace", std::string_view("ks")},
          {"shard", shard},
          {"type", type},
          {"state", state},
          {"reason", std::string_view("")}});
  }
  void commit(std::string_view alias, std::string_view shard) {
    show(check, "QueryServiceCommitted",
         {{"alias", alias}, {"keyspace", std::string_view("ks")}, {"shard", shard}});
  }
  FakeWorld world;
  OneWriterPerRange check{world};
};

}  // namespace

TEST_CASE("one-writer-per-range: is silent over a proper cutover") {
  History history;
  history.serving("test-0000000100", "0", "SERVING");
  history.serving("test-0000000200", "-80", "SERVING");  // elected, nobody comes
  history.serving("test-0000000200", "-80", "NOT_SERVING");
  history.commit("test-0000000100", "0");
  history.serving("test-0000000100", "0", "SHUTTING_DOWN");
  history.serving("test-0000000100", "0", "NOT_SERVING");
  history.serving("test-0000000200", "-80", "SERVING");
  history.serving("test-0000000300", "80-", "SERVING");
  history.graph({"-80", "80-"});
  history.commit("test-0000000200", "-80");
  history.commit("test-0000000300", "80-");
  history.commit("test-0000000200", "-80");
  CHECK(first_of(history.check) == "");
}

TEST_CASE("one-writer-per-range: notices that the source still serves when the graph has moved") {
  History history;
  history.serving("test-0000000100", "0", "SERVING");
  history.serving("test-0000000200", "-80", "SERVING");
  history.graph({"-80", "80-"});
  CHECK(first_of(history.check) ==
        "test-0000000100 (0) and test-0000000200 (-80) serve as master at once");
}

TEST_CASE("one-writer-per-range: notices a source that serves again after the cutover") {
  History history;
  history.graph({"-80", "80-"});
  history.serving("test-0000000300", "80-", "SERVING");
  history.serving("test-0000000100", "0", "SERVING");
  CHECK(history.check.violations().size() == 1);
}

TEST_CASE("one-writer-per-range: notices two masters of one shard") {
  History history;
  history.serving("test-0000000100", "0", "SERVING");
  history.serving("test-0000000101", "0", "SERVING");
  CHECK(history.check.violations().size() == 1);
}

TEST_CASE("one-writer-per-range: replicas, other ranges and crashed masters do not count") {
  History history;
  history.graph({"-80", "80-"});
  history.serving("test-0000000200", "-80", "SERVING");
  history.serving("test-0000000201", "-80", "SERVING", "replica");
  history.serving("test-0000000300", "80-", "SERVING");
  show(history.check, "ProcessCrashed", {}, "test-0000000300", "vttablet");
  history.serving("test-0000000301", "80-", "SERVING");
  CHECK(first_of(history.check) == "");
}

TEST_CASE("one-writer-per-range: notices a commit on the source after one on a target") {
  History history;
  history.commit("test-0000000100", "0");
  history.commit("test-0000000200", "-80");
  CHECK(history.check.violations().empty());
  history.commit("test-0000000100", "0");
  CHECK(first_of(history.check) ==
        "an application committed on 0 (test-0000000100) after one had committed on -80");
}

TEST_CASE("one-writer-per-range: notices an application's commit on a read-only server") {
  History history;
  const auto committed = [&](std::string_view user) {
    show(history.check, "TransactionCommitted",
         {{"user", user}, {"gtid", std::string_view("0-100-5")}}, "test-0000000100", "mysqld");
  };
  const auto read_only = [&](bool on) {
    show(history.check, "ReadOnlyChanged", {{"read_only", on}}, "test-0000000100", "mysqld");
  };
  committed("app");
  read_only(true);
  committed("dba");
  CHECK(history.check.violations().empty());
  committed("app");
  CHECK(first_of(history.check) ==
        "an application committed 0-100-5 on test-0000000100 while it is read-only");
  read_only(false);
  committed("app");
  CHECK(history.check.violations().size() == 1);
  show(history.check, "ProcessStarted", {}, "test-0000000100", "mysqld");
  committed("app");
  CHECK(history.check.violations().size() == 2);
}

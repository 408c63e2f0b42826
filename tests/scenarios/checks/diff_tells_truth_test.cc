#include "scenarios/checks/diff_tells_truth.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/checks/fake_world.h"

using namespace shardlab::scenarios;
using shardlab::Value;

namespace {

const MessageRow left_row(1, 10, "a"), right_row(4, 20, "b");

/// A rdonly tablet of shard 0 with both rows, one of -80 with its row.
struct Comparison {
  Comparison() {
    world.add_shard("0", 100).add_shard("-80", 200, {"0"}).add_shard("80-", 300, {"0"});
    world.add_tablet(103, "0", shardlab::topodata::RDONLY);
    world.add_tablet(203, "-80", shardlab::topodata::RDONLY);
    world.messages["test-0000000103"] = {left_row, right_row};
    world.messages["test-0000000203"] = {left_row};
    world.streams["test-0000000200"] = {{Value::of_int(1), Value::of_text("Running")}};
  }
  void verdict(bool clean) {
    show(check, "SplitDiffTableCompared",
         {{"source", std::string_view("test-0000000103")},
          {"target", std::string_view("test-0000000203")},
          {"table", std::string_view("messages")},
          {"key_range", std::string_view("-80")},
          {"clean", clean}});
  }
  FakeWorld world;
  DiffTellsTruth check{world};
};

}  // namespace

TEST_CASE("diff-tells-truth: agrees with a clean verdict about equal rows") {
  Comparison diff;
  diff.verdict(true);
  diff.check.command_ended(ended("SplitDiff"));
  CHECK(first_of(diff.check) == "");
}

TEST_CASE("diff-tells-truth: notices an alarm about equal rows") {
  Comparison diff;
  diff.verdict(false);
  CHECK(first_of(diff.check) ==
        "SplitDiff says that table messages of test-0000000203 differs from test-0000000103 in "
        "-80, and it does not");
}

TEST_CASE("diff-tells-truth: notices a missed row, change and surplus, also out of range") {
  const auto with = [](std::vector<MessageRow> target) {
    Comparison diff;
    diff.world.messages["test-0000000203"] = std::move(target);
    diff.verdict(true);
    return diff.check.violations().size();
  };
  CHECK(with({}) == 1);
  CHECK(with({MessageRow(1, 10, "A")}) == 1);
  CHECK(with({left_row, MessageRow(1, 11, "x")}) == 1);
  CHECK(with({left_row, right_row}) == 1);
  CHECK(with({left_row}) == 0);
}

TEST_CASE("diff-tells-truth: in a merge the target's other half does not count") {
  FakeWorld world;
  world.add_shard("-80", 200).add_shard("80-", 300).add_shard("-", 400, {"-80", "80-"});
  world.messages["test-0000000200"] = {left_row};
  world.messages["test-0000000400"] = {left_row, right_row};
  DiffTellsTruth check(world);
  show(check, "SplitDiffTableCompared",
       {{"source", std::string_view("test-0000000200")},
        {"target", std::string_view("test-0000000400")},
        {"table", std::string_view("messages")},
        {"key_range", std::string_view("-80")},
        {"clean", true}});
  CHECK(first_of(check) == "");
}

TEST_CASE("diff-tells-truth: notices a tablet that is left drained") {
  Comparison diff;
  diff.world.add_tablet(203, "-80", shardlab::topodata::DRAINED);
  diff.check.command_ended(ended("SplitClone"));
  CHECK(diff.check.violations().empty());
  diff.check.command_ended(ended("SplitDiff", false));
  CHECK(first_of(diff.check) == "test-0000000203 is still drained after SplitDiff");
}

TEST_CASE("diff-tells-truth: notices replication that is left stopped") {
  Comparison diff;
  show(diff.check, "ReplicationStopped", {}, "test-0000000103", "mysqld");
  show(diff.check, "ReplicationStopped", {}, "test-0000000203", "mysqld");
  show(diff.check, "ReplicationStarted", {}, "test-0000000103", "mysqld");
  diff.check.command_ended(ended("SplitDiff"));
  REQUIRE(diff.check.violations().size() == 1);
  CHECK(first_of(diff.check) == "replication on test-0000000203 is still stopped after SplitDiff");
}

TEST_CASE("diff-tells-truth: what a dead vtworker left is excused until it is mended") {
  Comparison diff;
  show(diff.check, "WorkerStateChanged", {{"state", std::string_view("running the diff")}},
       "vtworker", "vtworker");
  show(diff.check, "ProcessCrashed", {}, "vtworker", "vtworker");
  diff.world.add_tablet(203, "-80", shardlab::topodata::DRAINED);
  diff.check.command_ended(ended("SplitDiff", false));
  diff.check.command_ended(ended("SplitDiff", false));  // nobody has given it back yet
  CHECK(diff.check.violations().empty());
  diff.world.add_tablet(203, "-80", shardlab::topodata::RDONLY);
  diff.check.command_ended(ended("SplitDiff"));
  diff.world.add_tablet(203, "-80", shardlab::topodata::DRAINED);
  diff.check.command_ended(ended("SplitDiff"));
  CHECK(first_of(diff.check) == "test-0000000203 is still drained after SplitDiff");
}

TEST_CASE("diff-tells-truth: a vtworker that is stopped after its job excuses nothing") {
  Comparison diff;
  show(diff.check, "WorkerStateChanged", {{"state", std::string_view("done")}}, "vtworker",
       "vtworker");
  show(diff.check, "ProcessCrashed", {}, "vtworker", "vtworker");
  diff.world.add_tablet(203, "-80", shardlab::topodata::DRAINED);
  diff.check.command_ended(ended("SplitDiff"));
  CHECK(diff.check.violations().size() == 1);
}

TEST_CASE("diff-tells-truth: replication that failed by itself is not SplitDiff's") {
  Comparison diff;
  show(diff.check, "ReplicationStopped", {{"error", std::string_view("The table is full")}},
       "test-0000000203", "mysqld");
  show(diff.check, "ReplicationStopped", {}, "test-0000000203", "mysqld");
  diff.check.command_ended(ended("SplitDiff"));
  CHECK(diff.check.violations().empty());
  show(diff.check, "ReplicationStarted", {}, "test-0000000203", "mysqld");
  show(diff.check, "ReplicationStopped", {}, "test-0000000203", "mysqld");
  diff.check.command_ended(ended("SplitDiff"));
  CHECK(diff.check.violations().size() == 1);
}

TEST_CASE("diff-tells-truth: replication that somebody stops by hand is not SplitDiff's") {
  Comparison diff;
  const auto stop_by_hand = [&](std::string_view host) {
    show(diff.check, "FaultStarted",
         {{"fault", std::string_view("stop-replication")}, {"target", host}});
  };
  stop_by_hand("test-0000000203");
  show(diff.check, "ReplicationStopped", {}, "test-0000000203", "mysqld");
  diff.check.command_ended(ended("SplitDiff"));
  CHECK(diff.check.violations().empty());
  stop_by_hand("test-0000000203");  // in vain: it does not run
  show(diff.check, "ReplicationStarted", {}, "test-0000000203", "mysqld");
  show(diff.check, "ReplicationStopped", {}, "test-0000000203", "mysqld");
  diff.check.command_ended(ended("SplitDiff"));
  CHECK(diff.check.violations().size() == 1);
}

TEST_CASE("diff-tells-truth: notices a stream that is left stopped") {
  Comparison diff;
  diff.world.streams["test-0000000200"][0][1] = Value::of_text("Stopped");
  diff.check.command_ended(ended("SplitDiff"));
  CHECK(first_of(diff.check) == "stream 1 on test-0000000200 is Stopped after SplitDiff");
}

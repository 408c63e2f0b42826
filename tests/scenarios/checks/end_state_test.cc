// everything-settles, nothing-left-behind, and the list of checks.
#include <catch2/catch.hpp>

#include "scenarios/checks/everything_settles.h"
#include "scenarios/checks/make_check.h"
#include "scenarios/checks/nothing_left_behind.h"
#include "tests/scenarios/checks/fake_world.h"

using namespace shardlab::scenarios;
using shardlab::EventField;
using shardlab::Value;
using shardlab::fakes::guestbook::Outcome;

namespace {

FakeWorld split_with_stream_at(const std::string& position, const std::string& state = "Running",
                               const std::string& workflow = "SplitClone") {
  FakeWorld world;
  world.add_shard("0", 100).add_shard("-80", 200, {"0"});
  world.positions["test-0000000100"] = "0-100-20";
  world.streams["test-0000000200"] = {
      {Value::of_text(position), Value::of_text(state), Value::of_text(workflow)}};
  return world;
}

}  // namespace

TEST_CASE("everything-settles: is silent when streams, replicas and visitors have what they want") {
  FakeWorld world = split_with_stream_at("MariaDB/0-100-20");
  world.add_tablet(101, "0", shardlab::topodata::REPLICA);
  world.positions["test-0000000101"] = "0-100-20";
  world.write(1, "a", Outcome::acknowledged);
  EverythingSettles check(world);
  check.at_end();
  CHECK(first_of(check) == "");
}

TEST_CASE("everything-settles: notices a stream that is behind its source") {
  FakeWorld world = split_with_stream_at("MariaDB/0-100-19");
  EverythingSettles check(world);
  check.at_end();
  CHECK(first_of(check) ==
        "stream 1 on test-0000000200 stands at MariaDB/0-100-19, its source test-0000000100 at "
        "transaction 20");
}

TEST_CASE("everything-settles: the way back may stand, the way there may not") {
  FakeWorld back = split_with_stream_at("MariaDB/0-100-19", "Stopped", "ReversedResharding");
  EverythingSettles of_back(back);
  of_back.at_end();
  CHECK(of_back.violations().empty());
  FakeWorld there = split_with_stream_at("MariaDB/0-100-19", "Stopped", "SplitClone");
  EverythingSettles of_there(there);
  of_there.at_end();
  CHECK(of_there.violations().size() == 1);
}

TEST_CASE("everything-settles: notices a replica that is behind, unless it is down") {
  FakeWorld world = split_with_stream_at("MariaDB/0-100-20");
  world.add_tablet(101, "0", shardlab::topodata::RDONLY);
  world.positions["test-0000000101"] = "0-100-18";
  EverythingSettles check(world);
  world.running = false;
  check.at_end();
  CHECK(check.violations().empty());
  world.running = true;
  check.at_end();
  CHECK(first_of(check) ==
        "test-0000000101 stands at transaction 18, its master test-0000000100 at 20");
}

TEST_CASE("everything-settles: notices a visitor without an answer") {
  FakeWorld world;
  world.read(1, Outcome::pending, 0, 0);
  EverythingSettles check(world);
  check.at_end();
  CHECK(first_of(check) == "1 request of visitors is not answered");
}

TEST_CASE("nothing-left-behind: is silent when streams still belong to a resharding") {
  FakeWorld world;
  world.add_shard("0", 100).add_shard("-80", 200, {"0"});
  world.streams["test-0000000200"] = {{Value::of_int(1), Value::of_text("Running")}};
  NothingLeftBehind check(world);
  check.at_end();
  CHECK(first_of(check) == "");
}

TEST_CASE("nothing-left-behind: notices a lock, a drained tablet and a forgotten stream") {
  FakeWorld world;
  world.add_shard("-80", 200).add_tablet(203, "-80", shardlab::topodata::DRAINED);
  world.records[""]["keyspaces/ks/locks/12"] = "";
  world.streams["test-0000000200"] = {{Value::of_int(1), Value::of_text("Running")}};
  NothingLeftBehind check(world);
  check.at_end();
  REQUIRE(check.violations().size() == 3);
  CHECK(check.violations()[0].sentence ==
        "a lock is left in the global topology: keyspaces/ks/locks/12");
  CHECK(check.violations()[1].sentence == "test-0000000203 is drained");
  CHECK(check.violations()[2].sentence ==
        "stream 1 (Running) is left on test-0000000200, the master of ks/-80");
}

TEST_CASE("nothing-left-behind: notices a shard record that names a stream which is gone") {
  FakeWorld world;
  world.add_shard("0", 100).add_shard("-80", 200, {"0"});
  world.streams["test-0000000200"] = {};
  NothingLeftBehind check(world);
  check.at_end();
  CHECK(first_of(check).find("names stream") != std::string::npos);
}

TEST_CASE("make_check: knows the checks of the guide's scenario by their names, and no others") {
  FakeWorld world;
  for (const char* name : {"acknowledged-writes-survive", "rows-on-their-shard",
                           "one-writer-per-range", "serving-graph-covers", "position-means-content",
                           "service-goes-on", "diff-tells-truth", "history-is-linearizable",
                           "reads-are-fresh-enough", "everything-settles", "nothing-left-behind"}) {
    const auto check = make_check(name, world);
    REQUIRE(check != nullptr);
    CHECK(check->name() == name);
  }
  CHECK(make_check("no-such-check", world) == nullptr);
}

TEST_CASE("Check: keeps the first twenty violations and counts all") {
  FakeWorld world;
  for (std::uint32_t uid = 1; uid <= 25; ++uid) {
    world.add_tablet(uid, "0", shardlab::topodata::DRAINED);
  }
  NothingLeftBehind check(world);
  check.at_end();
  CHECK(check.violations().size() == 20);
  CHECK(check.violation_count() == 25);
}

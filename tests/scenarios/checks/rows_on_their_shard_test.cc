#include "scenarios/checks/rows_on_their_shard.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/checks/fake_world.h"

using namespace shardlab::scenarios;

namespace {

const MessageRow left_row(1, 10, "a"), right_row(4, 20, "b");

/// Both shards of the split serve everything and have a replica each.
struct SplitWorld {
  SplitWorld() {
    world.add_shard("-80", 200).add_shard("80-", 300).serve({"-80", "80-"});
    world.add_tablet(201, "-80", shardlab::topodata::REPLICA);
    world.add_tablet(303, "80-", shardlab::topodata::RDONLY);
    for (const char* alias : {"test-0000000200", "test-0000000201"}) {
      world.messages[alias] = {left_row};
    }
    for (const char* alias : {"test-0000000300", "test-0000000303"}) {
      world.messages[alias] = {right_row};
    }
  }
  FakeWorld world;
  RowsOnTheirShard check{world};
};

}  // namespace

TEST_CASE("rows-on-their-shard: is silent after a proper split") {
  SplitWorld split;
  split.check.command_ended(ended("SplitClone"));
  split.check.at_end();
  CHECK(first_of(split.check) == "");
}

TEST_CASE("rows-on-their-shard: notices a row outside its key range after SplitClone") {
  SplitWorld split;
  split.world.messages["test-0000000200"].push_back(right_row);
  split.check.command_ended(ended("SplitClone"));
  CHECK(first_of(split.check) ==
        "1 of 2 rows on test-0000000200 is outside the key range of ks/-80");
}

TEST_CASE("rows-on-their-shard: a failed or other command is not judged") {
  SplitWorld split;
  split.world.messages["test-0000000200"].push_back(right_row);
  split.check.command_ended(ended("SplitClone", false));
  split.check.command_ended(ended("ListAllTablets"));
  CHECK(split.check.violations().empty());
}

TEST_CASE("rows-on-their-shard: notices a row on two shards that serve one type") {
  SplitWorld split;
  split.world.add_shard("0", 100).serve({"0", "-80"});
  split.world.messages["test-0000000100"] = {left_row};
  split.check.command_ended(ended("MigrateServedTypes"));
  CHECK(first_of(split.check) == "1 row is on two shards of ks that serve master in test");
}

TEST_CASE("rows-on-their-shard: source and targets may share rows while different types") {
  SplitWorld split;
  split.world.add_shard("0", 100).serve({"0"}, {"-80", "80-"});
  split.world.messages["test-0000000100"] = {left_row, right_row};
  split.check.command_ended(ended("MigrateServedTypes"));
  CHECK(first_of(split.check) == "");
}

TEST_CASE("rows-on-their-shard: notices a replica that lacks a row at the end") {
  SplitWorld split;
  split.world.messages["test-0000000201"].clear();
  split.check.at_end();
  CHECK(first_of(split.check) ==
        "test-0000000201 lacks 1 of the 1 rows of its master test-0000000200");
}

TEST_CASE("rows-on-their-shard: notices a replica that has more than its master at the end") {
  SplitWorld split;
  split.world.messages["test-0000000303"].push_back(MessageRow(4, 21, "more"));
  split.check.at_end();
  CHECK(first_of(split.check) ==
        "test-0000000303 has 1 row that its master test-0000000300 has not");
}

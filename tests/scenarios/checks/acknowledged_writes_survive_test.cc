#include "scenarios/checks/acknowledged_writes_survive.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/checks/fake_world.h"

using namespace shardlab::scenarios;
using shardlab::fakes::guestbook::Outcome;

namespace {

/// After the split: pages 1 and 4 have a message each, one is -80's, one 80-'s.
struct SplitWorld {
  SplitWorld() {
    world.add_shard("-80", 200).add_shard("80-", 300).serve({"-80", "80-"});
    left = {row_of(world.write(1, "for -80", Outcome::acknowledged))};
    right = {row_of(world.write(4, "for 80-", Outcome::acknowledged))};
  }
  FakeWorld world;
  std::vector<MessageRow>& left = world.messages["test-0000000200"];
  std::vector<MessageRow>& right = world.messages["test-0000000300"];
  AcknowledgedWritesSurvive check{world};
};

}  // namespace

TEST_CASE("acknowledged-writes-survive: is silent when every message is where it belongs") {
  SplitWorld split;
  split.world.initial = {MessageRow(2, 5, "old")};
  split.left.push_back(MessageRow(2, 5, "old"));
  split.world.write(6, "refused", Outcome::refused);
  split.world.write(6, "lost answer, not there", Outcome::unknown);
  split.right.push_back(row_of(split.world.write(7, "lost answer, there", Outcome::unknown)));
  split.check.at_end();
  CHECK(first_of(split.check) == "");
}

TEST_CASE("acknowledged-writes-survive: notices an acknowledged message that is gone") {
  SplitWorld split;
  split.right.clear();
  split.check.at_end();
  REQUIRE(split.check.violations().size() == 1);
  CHECK(first_of(split.check) ==
        "1 acknowledged message is not on the master of the shard that owns it "
        "(masters: -80, 80-)");
  CHECK(split.check.violations()[0].details[0] ==
        "page 4 time 1000000000 \"for 80-\" (operation 2, acknowledged)");
}

TEST_CASE("acknowledged-writes-survive: notices a message of the initial data that is gone") {
  SplitWorld split;
  split.world.initial = {MessageRow(2, 5, "old")};
  split.check.at_end();
  REQUIRE(split.check.violations().size() == 1);
  CHECK(split.check.violations()[0].details[0] == "page 2 time 5 \"old\" (there from the start)");
}

TEST_CASE("acknowledged-writes-survive: a message on the wrong shard only is lost") {
  SplitWorld split;
  split.left.push_back(split.right[0]);
  split.right.clear();
  split.check.at_end();
  CHECK(first_of(split.check).starts_with("1 acknowledged message is not on the master"));
}

TEST_CASE("acknowledged-writes-survive: notices a refused message that is there") {
  SplitWorld split;
  split.left.push_back(row_of(split.world.write(1, "refused", Outcome::refused)));
  split.check.at_end();
  CHECK(first_of(split.check) == "1 refused message is there all the same (masters: -80, 80-)");
}

TEST_CASE("acknowledged-writes-survive: notices a message with another text") {
  SplitWorld split;
  split.left[0].text = "something else";
  split.check.at_end();
  CHECK(first_of(split.check).starts_with("1 message has another text than was written"));
}

TEST_CASE("acknowledged-writes-survive: notices a message that nobody wrote") {
  SplitWorld split;
  split.left.push_back(MessageRow(1, 77, "ghost"));
  split.check.at_end();
  CHECK(first_of(split.check).starts_with("1 message was written by nobody"));
}

TEST_CASE("acknowledged-writes-survive: a server without the table is a violation") {
  SplitWorld split;
  split.world.messages.erase("test-0000000300");
  split.check.at_end();
  CHECK(first_of(split.check) ==
        "the messages on the master of ks/80- (test-0000000300) cannot be read");
}

TEST_CASE("acknowledged-writes-survive: judges at the moment the masters have moved") {
  SplitWorld split;
  split.world.add_shard("0", 100).serve({"0"}, {"-80", "80-"});
  show_graph_written(split.check);
  split.right.clear();
  split.world.serve({"0"}, {"-80", "80-"});
  show_graph_written(split.check);
  CHECK(split.check.violations().empty());  // nothing moved

  split.world.serve({"-80", "80-"});
  show_graph_written(split.check);
  REQUIRE(split.check.violations().size() == 1);
  CHECK(split.check.violations()[0].event == 7);
}

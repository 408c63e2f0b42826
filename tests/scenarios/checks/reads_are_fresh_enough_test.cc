#include "scenarios/checks/reads_are_fresh_enough.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/checks/fake_world.h"

using namespace shardlab::scenarios;
using shardlab::fakes::guestbook::Message;
using shardlab::fakes::guestbook::Operation;
using shardlab::fakes::guestbook::Outcome;
using namespace std::chrono_literals;

namespace {

struct Readers {
  std::string verdict() {
    check.at_end();
    return first_of(check);
  }
  FakeWorld world;
  ReadsAreFreshEnough check{world, 10s};
};

}  // namespace

TEST_CASE("reads-are-fresh-enough: is silent when all see what they must") {
  Readers run;
  run.world.initial = {MessageRow(1, 5, "old")};
  const Message old("old", 5);
  const Operation a = run.world.write(1, "a", Outcome::acknowledged, 0, 1'000);
  run.world.list(1, {old, a.message}, 1'000, 1'100, "master", a.id);
  run.world.list(1, {old}, 11'000, 11'100, "replica");  // just within the bound
  run.world.list(1, {old, a.message}, 12'000, 12'100, "replica");
  run.world.list(1, {a.message}, 12'000, 12'100);  // of no concern here
  run.world.read(1, Outcome::failed, 12'000, 12'100);
  CHECK(run.verdict() == "");
}

TEST_CASE("reads-are-fresh-enough: notices a visitor who does not see what he wrote") {
  Readers run;
  const Operation a = run.world.write(1, "a", Outcome::acknowledged, 0, 1'000);
  run.world.list(1, {}, 1'000, 1'100, "master", a.id);
  CHECK(run.verdict() == "1 message was missing when the visitor read the page back");
  CHECK(run.check.violations()[0].details[0] ==
        "operation 2, a read of a master: page 1 time 1000000000 \"a\" (operation 1, "
        "acknowledged)");
}

TEST_CASE("reads-are-fresh-enough: notices a replica that is older than the bound") {
  Readers run;
  run.world.write(1, "a", Outcome::acknowledged, 0, 1'000);
  run.world.list(1, {}, 11'001, 11'100, "replica");
  CHECK(run.verdict() ==
        "1 message was missing on a replica more than 10 s after being acknowledged");
  CHECK_THAT(run.check.violations()[0].details[0], Catch::EndsWith("acknowledged), 10 s before"));
}

TEST_CASE("reads-are-fresh-enough: the lost answer of a write binds no replica") {
  Readers run;
  run.world.write(1, "a", Outcome::unknown, 0, 1'000);
  run.world.list(1, {}, 50'000, 50'100, "replica");
  CHECK(run.verdict() == "");
}

TEST_CASE("reads-are-fresh-enough: notices a replica without what was there from the start") {
  Readers run;
  run.world.initial = {MessageRow(1, 5, "old")};
  run.world.list(1, {}, 0, 1, "replica");
  CHECK(run.verdict() == "1 message was missing on a replica, though there from the start");
}

TEST_CASE("reads-are-fresh-enough: notices messages that cannot be there, on every tablet") {
  for (const char* type : {"master", "replica", "rdonly"}) {
    Readers run;
    const Operation no = run.world.write(1, "no", Outcome::refused, 0, 10);
    run.world.list(1, {no.message, Message("ghost", 7)}, 20, 30, type);
    const Operation later = run.world.write(2, "later", Outcome::acknowledged, 40, 50);
    run.world.list(2, {later.message}, 20, 30, type);
    run.world.list(2, {later.message, later.message}, 60, 70, type);
    run.check.at_end();
    REQUIRE(run.check.violations().size() == 4);
    CHECK(run.check.violations()[0].sentence == "1 message was shown that nobody wrote");
    CHECK(run.check.violations()[1].sentence == "1 message was shown that had been refused");
    CHECK(run.check.violations()[2].sentence == "1 message was shown before being written");
    CHECK(run.check.violations()[3].sentence == "1 message was shown twice at once");
  }
}

TEST_CASE("reads-are-fresh-enough: the bound is what vtgate takes for up to date, as known") {
  CHECK(ReadsAreFreshEnough::default_bound == 36s);
}

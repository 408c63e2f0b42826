#include "scenarios/checks/history_is_linearizable.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/checks/fake_world.h"

using namespace shardlab::scenarios;
using shardlab::fakes::guestbook::Message;
using shardlab::fakes::guestbook::Operation;
using shardlab::fakes::guestbook::Outcome;

namespace {

struct Visitors {
  /// What the check says first, and the first detail.
  std::string verdict() {
    check.at_end();
    if (check.violations().empty()) return "";
    const Violation& first = check.violations().front();
    return first.sentence + (first.details.empty() ? "" : " | " + first.details.front());
  }
  Message write(const std::string& text, Outcome outcome, int from_ms, int to_ms) {
    return world.write(1, text, outcome, from_ms, to_ms).message;
  }
  FakeWorld world;
  HistoryIsLinearizable check{world};
};

}  // namespace

TEST_CASE("history-is-linearizable: is silent when reads follow the writes") {
  Visitors run;
  run.world.initial = {MessageRow(1, 5, "old")};
  const Message old("old", 5);
  run.world.list(1, {old}, 0, 1);
  const Message a = run.write("a", Outcome::acknowledged, 2, 10);
  run.world.list(1, {old}, 3, 4);
  run.world.list(1, {old, a}, 10, 11);
  run.write("refused", Outcome::refused, 12, 13);
  run.world.list(1, {a, old}, 14, 15);
  run.world.list(2, {}, 14, 15);
  CHECK(run.verdict() == "");
  CHECK(run.check.open_question().empty());
}

TEST_CASE("history-is-linearizable: notices a stale read of the primary") {
  Visitors run;
  const Message a = run.write("a", Outcome::acknowledged, 0, 10);
  run.world.list(1, {a}, 11, 12);
  run.write("b", Outcome::acknowledged, 13, 20);
  run.world.list(1, {a}, 21, 24);
  CHECK(run.verdict() ==
        "page 1 is not linearizable: operation 4, a read of the primary for 3 ms, fits into no "
        "order of the 4 operations so far | it misses page 1 time 1000000001 \"b\" (operation 3, "
        "acknowledged), which was written before");
}

TEST_CASE("history-is-linearizable: what is read the moment a write is answered shows it") {
  Visitors run;
  const Message a = run.write("a", Outcome::acknowledged, 0, 10);
  run.world.list(1, {}, 10, 20);
  CHECK(run.verdict().starts_with("page 1 is not linearizable: operation 2"));
}

TEST_CASE("history-is-linearizable: operations without length overlap") {
  Visitors run;
  const Message a = run.write("a", Outcome::acknowledged, 5, 5);
  run.world.list(1, {}, 5, 5);
  run.world.list(1, {a}, 5, 5);
  CHECK(run.verdict() == "");
}

TEST_CASE("history-is-linearizable: notices a lost write that somebody had seen") {
  Visitors run;
  const Message a = run.write("a", Outcome::acknowledged, 0, 100);
  run.world.list(1, {a}, 10, 20);
  run.world.list(1, {}, 30, 40);
  CHECK_THAT(run.verdict(), Catch::EndsWith("it misses page 1 time 1000000000 \"a\" (operation 1, "
                                            "acknowledged), which operation 2 had seen before"));
}

TEST_CASE("history-is-linearizable: notices the loss of what was there from the start") {
  Visitors run;
  run.world.initial = {MessageRow(1, 5, "old")};
  run.world.list(1, {}, 0, 1);
  CHECK_THAT(run.verdict(),
             Catch::EndsWith("it misses page 1 time 5 \"old\" (there from the start)"));
}

TEST_CASE("history-is-linearizable: notices a refused message and one that nobody wrote") {
  Visitors run;
  const Message no = run.write("no", Outcome::refused, 0, 10);
  run.world.list(1, {no}, 11, 12);
  run.world.list(2, {Message("ghost", 7)}, 11, 12);
  CHECK_THAT(run.verdict(),
             Catch::EndsWith("it shows page 1 time 1000000000 \"no\" (operation 1, refused)"));
  REQUIRE(run.check.violations().size() == 2);
  CHECK(run.check.violations()[1].details.front() ==
        "it shows page 2 time 7 \"ghost\", which nobody wrote");
}

TEST_CASE("history-is-linearizable: notices a message with another text") {
  Visitors run;
  const Message a = run.write("a", Outcome::acknowledged, 0, 10);
  run.world.list(1, {Message("b", a.time_created_ns)}, 11, 12);
  CHECK_THAT(run.verdict(), Catch::EndsWith("time 1000000000 \"b\", which nobody wrote"));
}

TEST_CASE("history-is-linearizable: a lost answer may turn out well later, but not come and go") {
  for (const Outcome outcome : {Outcome::unknown, Outcome::pending}) {
    Visitors late;
    const Message a = late.write("a", outcome, 0, 10);
    late.world.list(1, {}, 20, 30);
    late.world.list(1, {a}, 40, 50);
    CHECK(late.verdict() == "");

    Visitors flicker;
    const Message b = flicker.write("b", outcome, 0, 10);
    flicker.world.list(1, {b}, 20, 30);
    flicker.world.list(1, {}, 40, 50);
    CHECK_THAT(flicker.verdict(), Catch::EndsWith("which operation 2 had seen before"));
  }
}

TEST_CASE("history-is-linearizable: replicas and failed reads are not its concern") {
  Visitors run;
  run.write("a", Outcome::acknowledged, 0, 10);
  run.world.list(1, {}, 20, 30, "replica");
  run.world.read(1, Outcome::failed, 20, 30, 0, "master");
  CHECK(run.verdict() == "");
}

TEST_CASE("history-is-linearizable: a page that takes too long is left open") {
  FakeWorld world;
  for (int i = 0; i < 10; ++i) world.write(1, "a", Outcome::acknowledged, i, 100);
  world.list(1, {}, 0, 100);
  HistoryIsLinearizable check(world, 5);
  check.at_end();
  CHECK(check.violations().empty());
  CHECK_THAT(check.open_question(),
             Catch::StartsWith("page 1 with 11 operations was given up after "));
}

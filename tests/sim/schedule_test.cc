#include "sim/schedule.h"

#include <catch2/catch.hpp>

using namespace shardlab;
using namespace shardlab::sim;

TEST_CASE("Schedule: every form is read and printed as it was") {
  for (const char* text : {"fifo", "random", "pct:1", "pct:3", "delay:7", "pct:2:5000"}) {
    const auto schedule = Schedule::parse(text);
    REQUIRE(schedule.has_value());
    CHECK(to_string(*schedule) == text);
  }
  CHECK(to_string(*Schedule::parse("pct")) == "pct:3");
  CHECK(to_string(*Schedule::parse("delay")) == "delay:5");
}

TEST_CASE("Schedule: what is no schedule is told with what there is") {
  for (const char* text : {"", "lifo", "random:2", "pct:x", "pct:", "fifo:", "pct:1:2:3"}) {
    const auto schedule = Schedule::parse(text);
    REQUIRE(schedule.has_error());
    CHECK(schedule.error().code() == Errc::invalid_argument);
    CHECK(schedule.error().message().find("fifo, random, pct[:DEPTH], delay[:DELAYS]") !=
          std::string::npos);
  }
  CHECK(Schedule::parse("pct:4").error().message() == "depth: expected 1 to 3");
  CHECK(Schedule::parse("pct:0").error().message() == "depth: expected 1 to 3");
  CHECK(Schedule::parse("delay:1001").error().message() == "delays: expected 1 to 1000");
  CHECK(Schedule::parse("pct:1:0").error().message() == "horizon: expected 1 to 1000000000000");
}

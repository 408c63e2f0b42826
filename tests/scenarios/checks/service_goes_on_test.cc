#include "scenarios/checks/service_goes_on.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/checks/fake_world.h"

using namespace shardlab::scenarios;
using shardlab::fakes::guestbook::Outcome;
using namespace std::chrono_literals;

namespace {

constexpr auto acknowledged = Outcome::acknowledged;
constexpr auto refused = Outcome::refused;

/// A cutover from 10 s to 12 s.
struct Cutover {
  Cutover() {
    check.announce_window("MigrateServedTypes master", FakeWorld::at_ms(10'000),
                          FakeWorld::at_ms(12'000));
  }
  FakeWorld world;
  ServiceGoesOn check{world, 5s};
};

}  // namespace

TEST_CASE("service-goes-on: refusals inside the cutover are counted, not blamed") {
  Cutover run;
  run.world.write(1, "a", acknowledged, 9'000, 9'010);
  run.world.write(1, "b", refused, 9'990, 10'100);
  run.world.write(1, "c", Outcome::unknown, 10'200, 10'300);
  run.world.write(1, "d", acknowledged, 11'000, 12'500);
  run.world.read(1, Outcome::ok, 11'000, 11'010);
  run.check.at_end();
  CHECK(first_of(run.check) == "");
  CHECK(run.check.refused_in_windows() == 1);
  CHECK(run.check.unknown_in_windows() == 1);
  CHECK(run.check.gap().longest == 2510ms);
  CHECK(run.check.gap().from == FakeWorld::at_ms(9'990));
}

TEST_CASE("service-goes-on: notices a failed read of the master, even during the cutover") {
  Cutover run;
  run.world.read(1, Outcome::failed, 11'000, 11'010, 0, "master");
  run.check.at_end();
  CHECK(first_of(run.check) == "1 read failed");
}

TEST_CASE("service-goes-on: notices a failed read of a replica, even during the cutover") {
  Cutover run;
  run.world.read(1, Outcome::failed, 11'000, 11'010);
  run.check.at_end();
  CHECK(first_of(run.check) == "1 read failed");
}

TEST_CASE("service-goes-on: notices writes refused before and lost after the cutover") {
  Cutover run;
  run.world.write(1, "a", refused, 9'000, 9'999);
  run.world.write(1, "b", Outcome::unknown, 12'001, 13'000);
  run.world.write(1, "c", acknowledged, 13'000, 13'010);
  run.check.at_end();
  REQUIRE(run.check.violations().size() == 2);
  CHECK(first_of(run.check) == "1 write was refused outside a cutover");
}

TEST_CASE("service-goes-on: notices that nobody can write for longer than the bound") {
  Cutover run;
  run.world.write(1, "a", acknowledged, 9'000, 9'010);
  run.world.write(1, "b", refused, 10'000, 10'100);
  run.world.write(1, "c", acknowledged, 15'500, 15'600);
  run.check.at_end();
  CHECK(first_of(run.check) ==
        "nobody could write for 5.6 s during MigrateServedTypes master; the bound is 5 s");
}

TEST_CASE("write gap: a time when nobody wants to write is no gap") {
  FakeWorld world;
  world.write(1, "a", acknowledged, 1'000, 1'010);
  world.write(1, "b", acknowledged, 60'000, 60'025);
  const WriteGap gap =
      longest_write_gap(world.log, FakeWorld::at_ms(0), FakeWorld::at_ms(99'000), world.now());
  CHECK(gap.longest == 25ms);
}

TEST_CASE("write gap: a write that is never acknowledged lasts until now") {
  FakeWorld world;
  world.write(1, "a", refused, 1'000, 1'010);
  const WriteGap gap = longest_write_gap(world.log, FakeWorld::at_ms(0), FakeWorld::at_ms(2'000),
                                         FakeWorld::at_ms(7'000));
  CHECK(gap.longest == 6s);
}

TEST_CASE("write gap: what happens after the window does not count") {
  FakeWorld world;
  world.write(1, "a", acknowledged, 1'000, 1'010);
  world.write(1, "b", refused, 5'000, 5'010);
  const WriteGap gap = longest_write_gap(world.log, FakeWorld::at_ms(0), FakeWorld::at_ms(2'000),
                                         FakeWorld::at_ms(50'000));
  CHECK(gap.longest == 10ms);
}

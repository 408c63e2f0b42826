#include "scenarios/run/settling.h"

#include <catch2/catch.hpp>

#include "scenarios/file/load.h"
#include "scenarios/run/runner.h"

namespace shardlab::scenarios {
namespace {

/// Waits for so long, once somebody asks.
class Waiting final : public Check {
 public:
  Waiting(const Observation& world, Duration span) : Check("waiting", world), span_(span) {}
  bool is_waiting() const override {
    if (!asked_at_) asked_at_ = world().now();
    return world().now() < *asked_at_ + span_;
  }

 private:
  Duration span_;
  mutable std::optional<TimePoint> asked_at_;
};

OwnCheck waiting(Duration span) {
  OwnCheck own;
  own.property.name = "waiting";
  own.make = [span](const Observation& world) { return std::make_unique<Waiting>(world, span); };
  return own;
}

/// The virtual time of the live guide, which allows 60 s, with that check beside its own.
Duration length_with(std::vector<OwnCheck> checks) {
  RunOptions options;
  options.checks = std::move(checks);
  const Scenario guide = load_scenario(SHARDLAB_SOURCE_DIR "/scenarios/files/guide-live.toml");
  const RunReport report = run_scenario(guide, std::move(options));
  CHECK(verdict_of(report) == Verdict::held);
  return report.length;
}

TEST_CASE("Settling: a run ends when everything is at rest, and goes on while a check waits") {
  const Duration calm = length_with({});
  CHECK(length_with({waiting(20s)}) == calm + 20s);
  OwnCheck never = waiting(1h);
  CHECK(length_with({never}) == calm + 59s);
  // What somebody else has to judge in the end may need all the time there is.
  OwnCheck eventual = waiting(0s);
  eventual.property.kind = Property::Kind::eventually;
  eventual.property.within = 60s;
  CHECK(length_with({eventual}) == calm + 59s);
}

}  // namespace
}  // namespace shardlab::scenarios

// A property that is wrong: it claims that no replica is ever a second late. It is here to see how
// that is found out.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <shardlab/scenarios/file/load.h>
#include <shardlab/tools/testing/always_held.h>
#include <shardlab/tools/testing/generators.h>

using namespace shardlab::testing;
using namespace std::chrono_literals;
using shardlab::fakes::guestbook::Operation;
using shardlab::fakes::guestbook::Outcome;
using shardlab::scenarios::Check;
using shardlab::scenarios::load_scenario;
using shardlab::scenarios::Observation;
using shardlab::scenarios::OwnCheck;
using shardlab::scenarios::Scenario;

namespace {

/// Every read shows what had been acknowledged a second before it was asked for.
class NeverStale final : public Check {
 public:
  static constexpr std::string_view check_name = "never-stale";
  explicit NeverStale(const Observation& world) : Check(check_name, world) {}

 protected:
  void on_event(const shardlab::sim::TraceEvent& event) override {
    if (event.kind != "GuestbookAnswered" || event.text("outcome") != "ok") return;
    const auto id = static_cast<std::uint64_t>(event.number_of("id"));
    const Operation& read = world().ledger().operation(id);
    for (const Operation& write : world().ledger().operations()) {
      if (!is_known(write, read) || std::ranges::count(read.rows, write.message) > 0) continue;
      violate(fmt::format("a read of page {} does not show \"{}\"", read.page, write.message.text));
    }
  }

 private:
  static bool is_known(const Operation& write, const Operation& read) {
    return write.outcome == Outcome::acknowledged && write.page == read.page &&
           write.ended_at + 1s < read.invoked_at;
  }
};

/// The guide with one replica beside the first master, so that everybody reads from the same one.
Scenario guide_with_one_replica() {
  Scenario guide = load_scenario(SHARDLAB_SCENARIOS "/guide-live.toml");
  guide.keyspaces.front().shards.front().replica = 2;
  guide.keyspaces.front().shards.front().uids = {100, 103};
  guide.properties.clear();  // only ours
  return guide;
}

Demand no_stale_reads() {
  OwnCheck own;
  own.property.name = NeverStale::check_name;
  own.make = [](const Observation& world) { return std::make_unique<NeverStale>(world); };
  Demand demand;
  demand.checks = {own};
  demand.commands_may_fail = true;  // because of the faults
  demand.runs = 1000;
  return demand;
}

}  // namespace

TEST_CASE("Planted: no visitor ever sees an old page", "[.][planted]") {
  const Scenario guide = guide_with_one_replica();
  always_held(
      "any visits, any faults",
      [&] {
        Scenario scenario = guide;
        scenario.loads.front().visits = *arbitrary_visits(35s, 1, 200);
        scenario.faults = *arbitrary_faults(scenario, 12);
        return scenario;
      },
      no_stale_reads());
}

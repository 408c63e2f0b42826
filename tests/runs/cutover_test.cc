#include <algorithm>
#include <catch2/catch.hpp>
#include <iterator>
#include <memory>

#include "scenarios/checks/topology_view.h"
#include "sim/network.h"
#include "tests/runs/guide_run.h"

using namespace shardlab;
using namespace shardlab::runs;

namespace {

/// Acknowledged messages of the source that no new shard has yet.
std::size_t not_copied_yet(GuideRun& run) {
  std::vector<std::string> copied = run.texts_on(alias(200));
  std::ranges::copy(run.texts_on(alias(300)), std::back_inserter(copied));
  std::ranges::sort(copied);
  std::vector<std::string> missing;
  std::ranges::set_difference(run.texts_on(alias(100)), copied, std::back_inserter(missing));
  return missing.size();
}

}  // namespace

TEST_CASE("Cutover: it waits for a destination that is behind, and no acknowledged write is lost") {
  GuideRun run(31, scenario_of("guide-live.toml"));
  run.play_to("migrate-replica");
  CHECK(not_copied_yet(run) <= 1);
  // What filtered replication sends to 80- arrives when the clog ends; the commands go around it.
  const sim::HostNames sources{alias(100), alias(101), alias(102), alias(103), alias(104)};
  auto clog = std::make_unique<sim::Clog>(run.cluster().world().network(),
                                          sim::Match{.from = sources, .to = {alias(300)}});
  std::size_t behind = 0;
  run.cluster().world().trace().observe([&](const sim::TraceEvent& event) {
    if (event.kind != "MigrationStepDone" || event.text("step") != "positions-read") return;
    run.in(0s, [&] { behind = not_copied_yet(run); });
    run.in(2s, [&] { clog.reset(); });
  });
  run.play_to("migrate-master");
  CHECK_FALSE(clog);
  CHECK(behind > 0);

  run.play_to_end();
  run.run_for(1min);
  CHECK(run.violations() == std::vector<std::string>());
  CHECK(run.serving(topodata::MASTER) == std::vector<std::string>{"-80", "80-"});
}

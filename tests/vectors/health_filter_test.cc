#include <catch2/catch.hpp>

#include "core/discovery/replication_lag.h"
#include "tests/vectors/vector_file.h"

using namespace shardlab;
using discovery::TabletStats;
using vectors::Case;

namespace {

std::vector<TabletStats> tablets_of(const nlohmann::json& list) {
  std::vector<TabletStats> tablets;
  for (std::size_t i = 0; i < list.size(); ++i) {
    TabletStats& stats = tablets.emplace_back();
    stats.tablet.mutable_alias()->set_uid(static_cast<std::uint32_t>(i));
    stats.has_message = true;
    stats.serving = list[i].value("serving", true);
    stats.stats.set_seconds_behind_master(list[i].at("lag").get<std::uint32_t>());
    if (list[i].contains("error")) stats.last_error = list[i]["error"].get<std::string>();
  }
  return tablets;
}

TEST_CASE("vectors: health_filter") {
  vectors::VectorFile file("health_filter");
  file.run("replication_lag", [](const Case& c) {
    std::vector<std::size_t> usable;
    const std::vector<TabletStats> tablets = tablets_of(c.at("tablets"));
    discovery::TabletList list;
    for (const TabletStats& stats : tablets) list.push_back(&stats);
    for (const TabletStats* stats : discovery::filter_by_replication_lag(list)) {
      usable.push_back(stats->tablet.alias().uid());
    }
    CHECK(usable == c.at("usable").get<std::vector<std::size_t>>());
  });
  file.finish();
}

}  // namespace

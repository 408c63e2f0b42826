#include "core/wrangler/wrangler.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/children.h"
#include "core/topo/overlapping_records.h"
#include "core/topo/records.h"

namespace shardlab::wrangler {

namespace {

Task<> refresh_master(Wrangler& wrangler, topo::ShardInfo shard) {
  auto tablet = co_await topo::get_master(wrangler.topo, std::move(shard));
  wrangler.logger.info("keyspace.go", 1088,
                       "RefreshState master " + topo::alias_text(tablet.alias()));
  co_await wrangler.tablets.refresh_state(tablet);
}

Task<> refresh_and_log(Wrangler& wrangler, topodata::Tablet tablet) {
  auto refreshed = co_await capture(wrangler.tablets.refresh_state(tablet));
  if (!refreshed) {
    wrangler.logger.warning(
        "shard.go", 57,
        fmt::format("RefreshTabletsByShard: failed to refresh {}: {}",
                    topo::alias_text(tablet.alias()), refreshed.error().message()));
  }
}

}  // namespace

Task<> refresh_masters(Wrangler& wrangler, std::vector<topo::ShardInfo> shards) {
  std::vector<Task<>> refreshes;
  for (const auto& shard : shards) refreshes.push_back(refresh_master(wrangler, shard));
  co_await join_all(std::move(refreshes));
}

Task<> refresh_tablets(Wrangler& wrangler, std::vector<topo::ShardInfo> shards,
                       std::vector<std::string> cells) {
  std::vector<Task<>> refreshes;
  for (const auto& shard : shards) {
    for (const auto& tablet :
         co_await wrangler.topo.get_tablets_of_shard(shard.keyspace, shard.name)) {
      const std::string& cell = tablet.alias().cell();
      if (!cells.empty() && std::find(cells.begin(), cells.end(), cell) == cells.end()) continue;
      refreshes.push_back(refresh_and_log(wrangler, tablet));
    }
  }
  co_await join_all(std::move(refreshes));
}

}  // namespace shardlab::wrangler

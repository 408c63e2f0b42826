#pragma once

#include <string>
#include <vector>

#include "core/base/logger.h"
#include "core/ports/env.h"
#include "core/tablet/tablet_client.h"
#include "core/topo/server.h"

namespace shardlab::wrangler {

/// What every operation works with. Source: Vitess go/vt/wrangler/wrangler.go.
struct Wrangler {
  Env env;
  topo::Server& topo;
  tablet::TabletClient& tablets;
  Logger& logger;
};

/// Refreshes the primaries of the shards, all at once. Throws the first error.
Task<> refresh_masters(Wrangler& wrangler, std::vector<topo::ShardInfo> shards);

/// Refreshes all tablets of the shards in the cells (empty: all cells), all at once; a tablet that
/// cannot be reached is only logged.
Task<> refresh_tablets(Wrangler& wrangler, std::vector<topo::ShardInfo> shards,
                       std::vector<std::string> cells);

}  // namespace shardlab::wrangler

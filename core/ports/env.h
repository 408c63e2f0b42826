#pragma once

#include <string>

#include "core/base/event.h"
#include "core/ports/clock.h"
#include "core/ports/mysql.h"
#include "core/ports/random.h"
#include "core/ports/rpc.h"
#include "core/ports/topo_conn.h"

namespace shardlab {

/// The world as one process sees it: handed over whole, never through globals.
struct Env {
  std::string host;  ///< own address without port: `"10.64.0.7"`
  Clock& clock;
  Random& random;
  Rpc& rpc;
  Mysql& mysql;
  TopoFactory& topo;
  EventSink& events;
};

}  // namespace shardlab

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/logger.h"
#include "core/ports/env.h"
#include "core/tablet/tablet_client.h"
#include "core/topo/server.h"

namespace shardlab::worker {

/// What every vtworker job works with.
struct WorkerEnv {
  Env env;
  topo::Server& topo;
  tablet::TabletClient& tablets;
  Logger& logger;
  std::string cell;
};

/// Remembers how to undo what a job did to tablets, and undoes it at the end, last step first.
/// After a failed action the remaining ones on that tablet are skipped. Source: Vitess
/// go/vt/wrangler/cleaner.go.
class Cleaner {
 public:
  using Action = std::function<Task<>()>;

  /// `name`: `"StartReplicationAction"`; `target`: what it acts on, an alias.
  void record(std::string name, std::string target, Action action);
  /// Drops the latest action of that name on that target: its work was done already.
  void forget(std::string_view name, std::string_view target);
  /// Throws Error: the first failure, after all actions were tried.
  Task<> clean_up(Logger& logger, EventSink& events);

 private:
  struct Entry {
    Entry(std::string name, std::string target, Action action)
        : name(std::move(name)), target(std::move(target)), action(std::move(action)) {}
    std::string name;
    std::string target;
    Action action;
  };
  std::vector<Entry> actions_;
};

}  // namespace shardlab::worker

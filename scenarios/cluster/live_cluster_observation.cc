#include "fakes/mysql/engine.h"
#include "scenarios/cluster/initial_data.h"
#include "scenarios/cluster/live_cluster.h"

namespace shardlab::scenarios {

std::optional<std::string> LiveCluster::record(const std::string& cell,
                                               const std::string& path) const {
  const auto store = stores_.find(cell);
  if (store == stores_.end()) return std::nullopt;
  const auto& keys = store->second->keys();
  const auto found = keys.find(topo_root(cell) + "/" + path);
  if (found == keys.end()) return std::nullopt;
  return found->second.value();
}

std::vector<std::string> LiveCluster::paths(const std::string& cell,
                                            const std::string& prefix) const {
  std::vector<std::string> paths;
  const auto store = stores_.find(cell);
  if (store == stores_.end()) return paths;
  const std::string root = topo_root(cell) + "/";
  const auto& keys = store->second->keys();
  for (auto key = keys.lower_bound(root + prefix); key != keys.end(); ++key) {
    if (!key->first.starts_with(root + prefix)) break;
    paths.push_back(key->first.substr(root.size()));
  }
  return paths;
}

std::optional<QueryResult> LiveCluster::query(const std::string& alias,
                                              const std::string& sql) const {
  const auto place = tablets_.find(alias);
  if (place == tablets_.end()) return std::nullopt;
  // A second server on a copy of the disk: the one that runs cannot notice.
  const auto copy = place->second.disk->clone();
  fakes::mysql::EngineOptions options;
  options.name = "observer";
  options.server_id = place->second.alias.uid();
  fakes::mysql::Engine engine(*copy, options);
  const auto session = engine.open_session("dba");
  auto outcome = engine.execute(session, sql, to_ns(now()));
  engine.close_session(session);
  if (!outcome.ok()) return std::nullopt;
  return std::move(outcome.result);
}

bool LiveCluster::is_running(const std::string& host, const std::string& process) const {
  sim::Host* found = world_.find_host(host);
  sim::Process* named = found ? found->find_process(process) : nullptr;
  return named && named->is_running();
}

std::string LiveCluster::table() const { return guestbook_table(scenario_); }

}  // namespace shardlab::scenarios

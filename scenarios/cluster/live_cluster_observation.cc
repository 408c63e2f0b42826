#include "fakes/mysql/engine.h"
#include "scenarios/checks/message_reader.h"
#include "scenarios/cluster/initial_data.h"
#include "scenarios/cluster/live_cluster.h"

namespace shardlab::scenarios {
namespace {

constexpr std::size_t rows_at_once = 1000;

/// A second server on a copy of a disk: the one that runs cannot notice.
struct Copy {
  Copy(const sim::Disk& original, std::uint32_t server_id)
      : disk(original.clone()),
        engine(*disk, options(server_id)),
        session(engine.open_session("dba")) {}
  ~Copy() { engine.close_session(session); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  static fakes::mysql::EngineOptions options(std::uint32_t server_id) {
    fakes::mysql::EngineOptions options;
    options.name = "observer";
    options.server_id = server_id;
    return options;
  }

  std::unique_ptr<sim::Disk> disk;
  fakes::mysql::Engine engine;
  fakes::mysql::SessionId session;
};

}  // namespace

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
  Copy copy(*place->second.disk, place->second.alias.uid());
  auto outcome = copy.engine.execute(copy.session, sql, to_ns(now()));
  if (!outcome.ok()) return std::nullopt;
  return std::move(outcome.result);
}

std::optional<std::uint64_t> LiveCluster::moment() const {
  return world_.scheduler().steps() + stops_;  // neither ever gets less
}

/// Everybody who looks at the same moment sees the same messages, read once.
Messages LiveCluster::messages(const std::string& alias, const std::string& keyspace) const {
  if (seen_at_ != *moment()) seen_.clear();
  seen_at_ = *moment();
  const auto [seen, is_new] = seen_.try_emplace({alias, keyspace});
  if (is_new) seen->second = read_messages(alias, keyspace);
  return seen->second;
}

Messages LiveCluster::read_messages(const std::string& alias, const std::string& keyspace) const {
  const auto place = tablets_.find(alias);
  if (place == tablets_.end()) return nullptr;
  Copy copy(*place->second.disk, place->second.alias.uid());
  try {
    const std::string sql = MessageReader::select(keyspace, table());
    const auto cursor = copy.engine.open_cursor(copy.session, sql, to_ns(now()));
    MessageReader reader(cursor->fields());
    for (auto rows = cursor->next(rows_at_once); !rows.empty(); rows = cursor->next(rows_at_once)) {
      reader.add(rows);
    }
    return std::move(reader).finish();
  } catch (const Error&) {
    return nullptr;  // no such table, or a broken file
  }
}

bool LiveCluster::is_running(const std::string& host, const std::string& process) const {
  sim::Host* found = world_.find_host(host);
  sim::Process* named = found ? found->find_process(process) : nullptr;
  return named && named->is_running();
}

std::string LiveCluster::table() const { return guestbook_table(scenario_); }

}  // namespace shardlab::scenarios

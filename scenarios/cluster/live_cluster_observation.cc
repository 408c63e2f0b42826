#include "fakes/etcd/etcd_program.h"
#include "fakes/mysql/engine.h"
#include "fakes/mysql/server.h"
#include "scenarios/checks/message_reader.h"
#include "scenarios/cluster/host_names.h"
#include "scenarios/cluster/initial_data.h"
#include "scenarios/cluster/live_cluster.h"

namespace shardlab::scenarios {
namespace {

constexpr std::size_t whole_log = 1'000'000'000;

fakes::mysql::EngineOptions observer(std::uint32_t server_id) {
  fakes::mysql::EngineOptions options;
  options.name = "observer";
  options.server_id = server_id;
  return options;
}

}  // namespace

/// A second server on a copy of a disk: the one that runs cannot notice. Follows when that writes.
class LiveCluster::Copy {
 public:
  Copy(const sim::Disk& original, std::uint32_t server_id)
      : version_(original.version()),
        disk_(original.clone()),
        engine_(*disk_, observer(server_id)),
        session_(engine_.open_session("dba")) {}
  ~Copy() { engine_.close_session(session_); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  bool is_of(const sim::Disk& original) const { return original.version() == version_; }

  /// Becomes one of the disk as it is now; `running` is the server at work on it, or null.
  /// False when it cannot.
  bool follow(const sim::Disk& original, const fakes::mysql::Engine* running) {
    // What is cached of a disk that changes behind everybody's back says nothing about it.
    if (!original.is_honest() || !disk_->is_honest() || engine_.broken()) return false;
    version_ = original.version();
    disk_->copy_from(original);
    messages_.clear();
    try {
      engine_.follow(running);
    } catch (const Error&) {
      return false;
    }
    return true;
  }

  std::optional<QueryResult> query(const std::string& sql, TimePoint now) {
    auto outcome = engine_.execute(session_, sql, to_ns(now));
    if (!outcome.ok()) return std::nullopt;
    return std::move(outcome.result);
  }

  std::optional<std::vector<BinlogTransaction>> log_after(
      const fakes::mysql::Position& position) try {
    return engine_.entries_after(position, whole_log);
  } catch (const Error&) {
    return std::nullopt;
  }

  /// Read once, however many checks ask.
  Messages messages(const std::string& keyspace, const std::string& table, TimePoint now) {
    const auto [known, is_new] = messages_.try_emplace(keyspace);
    if (is_new) known->second = read(MessageReader::select(keyspace, table), now);
    return known->second;
  }

 private:
  Messages read(const std::string& sql, TimePoint now) {
    const auto result = query(sql, now);
    if (!result) return nullptr;  // no such table, or a broken file
    MessageReader reader(result->fields);
    reader.add(result->rows);
    return std::move(reader).finish();
  }

  std::uint64_t version_;
  std::unique_ptr<sim::Disk> disk_;
  fakes::mysql::Engine engine_;
  fakes::mysql::SessionId session_;
  std::map<std::string, Messages> messages_;  ///< by keyspace
};

const fakes::mysql::Engine* LiveCluster::running_engine(const std::string& alias) const {
  sim::Host* host = world_.find_host(alias);
  sim::Process* process = host ? host->find_process("mysqld") : nullptr;
  if (!process || !process->is_running()) return nullptr;
  auto* server = dynamic_cast<fakes::mysql::MysqlServer*>(process->program());
  return server ? &server->engine() : nullptr;
}

LiveCluster::Copy* LiveCluster::copy_of(const std::string& alias) const {
  const auto place = tablets_.find(alias);
  if (place == tablets_.end()) return nullptr;
  const sim::Disk& disk = place->second.disk->content();
  std::shared_ptr<Copy>& copy = copies_[alias];
  if (!copy || (!copy->is_of(disk) && !copy->follow(disk, running_engine(alias)))) {
    copy.reset();
    copy = std::make_shared<Copy>(disk, place->second.alias.uid());
  }
  return copy.get();
}

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
  Copy* copy = copy_of(alias);
  return copy ? copy->query(sql, now()) : std::nullopt;
}

std::optional<std::vector<BinlogTransaction>> LiveCluster::log_after(
    const std::string& alias, const std::string& gtid) const {
  const fakes::mysql::Position position = fakes::mysql::parse_position(gtid);
  // What it has in memory is there without a read of its disk, which it might notice.
  if (const auto* engine = running_engine(alias)) {
    if (auto recent = engine->recent_entries_after(position)) return recent;
  }
  Copy* copy = copy_of(alias);
  return copy ? copy->log_after(position) : std::nullopt;
}

std::optional<std::uint64_t> LiveCluster::moment() const {
  return world_.scheduler().steps() + stops_;  // neither ever gets less
}

Messages LiveCluster::messages(const std::string& alias, const std::string& keyspace) const {
  Copy* copy = copy_of(alias);
  return copy ? copy->messages(keyspace, table(), now()) : nullptr;
}

bool LiveCluster::is_running(const std::string& host, const std::string& process) const {
  sim::Host* found = world_.find_host(host);
  sim::Process* named = found ? found->find_process(process) : nullptr;
  return named && named->is_running();
}

std::optional<std::string> LiveCluster::etcd_leader(const std::string& cell) const {
  for (const std::string& host : etcd_hosts(scenario_.cluster, cell)) {
    sim::Process* process = world_.find_host(host)->find_process("etcd");
    auto* etcd = dynamic_cast<fakes::etcd::EtcdProgram*>(process->program());
    if (etcd && etcd->is_leader()) return host;
  }
  return std::nullopt;
}

std::string LiveCluster::table() const { return guestbook_table(scenario_); }

}  // namespace shardlab::scenarios

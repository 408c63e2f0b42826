#include "scenarios/faults/server_faults.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "core/base/error.h"
#include "scenarios/checks/topology_view.h"
#include "scenarios/faults/server_session.h"
#include "sim/traced_fault.h"

namespace shardlab::scenarios {
namespace {

using std::chrono::milliseconds;

/// How often somebody looks whether what he waits for has come.
constexpr Duration glance = milliseconds(20);
constexpr Duration second_try = milliseconds(1000);

std::int64_t whole_seconds(std::int64_t ns) {
  return std::max<std::int64_t>(1, (ns + 999'999'999) / 1'000'000'000);
}

/// Statements that lock the messages of every keyspace: one without a key locks the table.
std::vector<std::string> table_locks(ServerSession& session) {
  std::vector<std::string> statements;
  for (const Row& database : session.run("SHOW DATABASES LIKE 'vt_%'").result.rows) {
    for (const Row& table : session.run("SHOW TABLES FROM " + database[0].text()).result.rows) {
      if (table[0].text() != "messages") continue;
      statements.push_back(
          fmt::format("UPDATE {}.messages SET message = '' WHERE message = 'no such message'",
                      database[0].text()));
    }
  }
  return statements;
}

class Deadlock final : public sim::Fault {
 public:
  Deadlock(LiveCluster& cluster, const std::string& host) : session_(cluster, host) {}

  /// True once there is nothing more to do.
  bool go_on() {
    if (!session_.server()) return true;
    if (!holds_) return take_streams(), false;
    if (!session_.is_waited_for()) return false;
    const std::uint64_t before = session_.server()->engine().deadlocks();
    for (const std::string& statement : table_locks(session_)) session_.run(statement);
    if (auto* server = session_.server()) count_effect(server->engine().deadlocks() - before);
    session_.run("ROLLBACK");
    holds_ = false;
    return effects() > 0;
  }

 private:
  /// The victim is who has changed least: that must be the other one.
  void take_streams() {
    constexpr int changes = 200;
    session_.run("BEGIN");
    holds_ = true;
    for (int i = 0; i < changes && holds_; ++i) {
      const auto outcome =
          session_.run(fmt::format("UPDATE _vt.vreplication SET message = 'touched {}'", i));
      holds_ = outcome.ok() && outcome.result.rows_affected > 0;
    }
    if (!holds_) session_.run("ROLLBACK");
  }

  ServerSession session_;
  bool holds_ = false;
};

/// A fault that acts now and then, as long as it lives.
template <class Acting>
class Repeated final : public sim::Fault {
 public:
  Repeated(LiveCluster& cluster, std::shared_ptr<Acting> acting) : acting_(std::move(acting)) {
    try_until(cluster, glance, [weak = std::weak_ptr<Acting>(acting_)] {
      const auto self = weak.lock();
      return !self || self->go_on();
    });
  }
  std::uint64_t effects() const override { return acting_->effects(); }

 private:
  std::shared_ptr<Acting> acting_;
};

class LockWait final : public sim::Fault {
 public:
  LockWait(LiveCluster& cluster, const std::string& host, std::int64_t wait_ns)
      : session_(cluster, host) {
    session_.run(fmt::format("SET GLOBAL innodb_lock_wait_timeout = {}", whole_seconds(wait_ns)));
    if (auto* server = session_.server()) before_ = server->engine().lock_wait_timeouts();
  }
  ~LockWait() override { session_.run("SET GLOBAL innodb_lock_wait_timeout = 50"); }

  bool go_on() {
    if (!session_.server()) return true;
    session_.run("BEGIN");
    for (const std::string& statement : table_locks(session_)) {
      if (session_.run(statement).ok()) continue;
      session_.run("ROLLBACK");
      return false;
    }
    return true;
  }
  std::uint64_t effects() const override {
    auto* server = session_.server();
    if (server) timeouts_ = server->engine().lock_wait_timeouts() - before_;
    return timeouts_;
  }

 private:
  ServerSession session_;
  std::uint64_t before_ = 0;
  mutable std::uint64_t timeouts_ = 0;
};

class SemiSyncTimeout final : public sim::Fault {
 public:
  SemiSyncTimeout(LiveCluster& cluster, const std::string& host, std::int64_t wait_ns)
      : session_(cluster, host) {
    session_.run(fmt::format("SET GLOBAL rpl_semi_sync_master_timeout = {}", wait_ns / 1'000'000));
    set("1");
  }
  ~SemiSyncTimeout() override { set("0"); }
  std::uint64_t effects() const override {
    if (session_.server() && !session_.server()->semi_sync().is_on()) has_timed_out_ = true;
    return has_timed_out_;
  }

 private:
  void set(const std::string& value) {
    session_.run("SET GLOBAL rpl_semi_sync_master_enabled = " + value);
    if (auto* server = session_.server()) server->semi_sync().variables_changed();
  }

  ServerSession session_;
  mutable bool has_timed_out_ = false;
};

/// Takes an errant transaction away as an operator would who knows that it can be undone: the log
/// begins anew where replication stands. True once there is none.
bool mend_errant(LiveCluster& cluster, const std::string& host) {
  ServerSession session(cluster, host);
  auto* server = session.server();
  if (!server) return false;
  if (session.run("SHOW DATABASES LIKE 'errant'").result.rows.empty()) return true;
  // A loss of power must not bring back what is taken away.
  const bool was_synced = server->engine().global_variable("sync_binlog") == "1";
  server->sync_commits(true);
  server->replication().statement("STOP SLAVE");
  session.run("SET sql_log_bin = 0");
  session.run("DROP DATABASE errant");
  session.run("RESET MASTER");
  if (!session.server()) return false;  // its disk has failed: it starts with what it had
  session.run(fmt::format("SET GLOBAL gtid_binlog_state = '{}'",
                          to_string(server->engine().slave_position())));
  const auto status = server->replication().statement("SHOW SLAVE STATUS");
  if (!status->rows.empty()) server->replication().statement("START SLAVE");
  server->sync_commits(was_synced);
  return true;
}

class ErrantTransaction final : public sim::Fault {
 public:
  ErrantTransaction(LiveCluster& cluster, std::string host)
      : cluster_(cluster), host_(std::move(host)) {
    ServerSession session(cluster_, host_);
    if (!session.server() || !session.server()->replication().is_running()) return;
    if (session.run("CREATE DATABASE errant").ok()) count_effect();
  }
  ~ErrantTransaction() override {
    if (effects() == 0) return;
    try_until(cluster_, second_try,
              [&cluster = cluster_, host = host_] { return mend_errant(cluster, host); });
  }

 private:
  LiveCluster& cluster_;
  std::string host_;
};

/// Those of the same shard and cell that a stream may read from as well.
std::vector<std::string> other_replicas(LiveCluster& cluster, const std::string& host) {
  const auto tablets = tablet_records(cluster);
  const auto self =
      std::ranges::find_if(tablets, [&](const auto& one) { return alias_of(one.alias()) == host; });
  std::vector<std::string> others;
  if (self == tablets.end()) return others;
  for (const auto& one : tablets) {
    const bool is_beside = one.keyspace() == self->keyspace() && one.shard() == self->shard() &&
                           one.alias().cell() == self->alias().cell();
    const std::string alias = alias_of(one.alias());
    if (is_beside && one.type() == topodata::REPLICA && alias != host) others.push_back(alias);
  }
  return others;
}

std::uint64_t purge_log(LiveCluster& cluster, const std::string& host) {
  ServerSession session(cluster, host);
  if (!session.server()) return 0;
  auto& engine = session.server()->engine();
  const std::uint64_t oldest = sequence_of(engine.oldest_position());
  if (oldest == sequence_of(engine.binlog_position())) return 0;
  const bool is_spare =
      std::ranges::any_of(other_replicas(cluster, host), [&](const std::string& other) {
        auto* server = running_mysqld(cluster, other);
        return server && sequence_of(server->engine().oldest_position()) <= oldest;
      });
  if (!is_spare) return 0;
  session.run("FLUSH BINARY LOGS");
  const auto status = session.run("SHOW MASTER STATUS").result.rows;
  if (status.empty()) return 0;
  session.run(fmt::format("PURGE BINARY LOGS TO '{}'", status[0][0].text()));
  return session.server() ? sequence_of(engine.oldest_position()) - oldest : 0;
}

class PurgedLog final : public sim::Fault {
 public:
  PurgedLog(LiveCluster& cluster, std::string host) : cluster_(cluster), host_(std::move(host)) {}

  bool go_on() {
    count_effect(purge_log(cluster_, host_));
    return false;
  }

 private:
  LiveCluster& cluster_;
  std::string host_;
};

class UnsyncedCrash final : public sim::Fault {
 public:
  UnsyncedCrash(LiveCluster& cluster, std::string host)
      : cluster_(cluster), host_(std::move(host)), session_(cluster_, host_) {
    if (auto* server = session_.server()) server->sync_commits(false);
  }
  ~UnsyncedCrash() override {
    if (!session_.server()) return;
    sim::Host& host = *cluster_.world().find_host(host_);
    host.set_crash_mode(sim::CrashMode::lost);
    const auto off = host.power_off();
  }
  std::uint64_t effects() const override {
    auto* server = session_.server();
    return server ? server->engine().unsynced_commits() : 0;
  }

 private:
  LiveCluster& cluster_;
  std::string host_;
  ServerSession session_;
};

class DelayedReplica final : public sim::Fault {
 public:
  DelayedReplica(LiveCluster& cluster, std::string host, std::int64_t delay_ns)
      : cluster_(cluster), host_(std::move(host)) {
    auto* server = running_mysqld(cluster_, host_);
    if (!server || !server->replication().is_running()) return;
    before_ = server->replication().delayed();
    server->replication().set_delay(static_cast<int>(whole_seconds(delay_ns)));
    is_set_ = true;
  }
  ~DelayedReplica() override {
    if (!is_set_) return;
    try_until(cluster_, second_try, [&cluster = cluster_, host = host_] {
      auto* server = running_mysqld(cluster, host);
      if (!server || server->engine().broken()) return false;
      server->replication().set_delay(0);
      return true;
    });
  }
  std::uint64_t effects() const override {
    auto* server = is_set_ ? running_mysqld(cluster_, host_) : nullptr;
    const std::uint64_t now = server ? server->replication().delayed() : 0;
    return now > before_ ? now - before_ : 0;
  }

 private:
  LiveCluster& cluster_;
  std::string host_;
  std::uint64_t before_ = 0;
  bool is_set_ = false;
};

std::unique_ptr<sim::Fault> make_server_fault(LiveCluster& cluster, ClusterFault kind,
                                              const std::string& host, std::int64_t amount) {
  switch (kind) {
    case ClusterFault::deadlock:
      return std::make_unique<Repeated<Deadlock>>(cluster,
                                                  std::make_shared<Deadlock>(cluster, host));
    case ClusterFault::lock_wait:
      return std::make_unique<Repeated<LockWait>>(
          cluster, std::make_shared<LockWait>(cluster, host, amount));
    case ClusterFault::semi_sync_timeout:
      return std::make_unique<SemiSyncTimeout>(cluster, host, amount);
    case ClusterFault::errant_transaction:
      return std::make_unique<ErrantTransaction>(cluster, host);
    case ClusterFault::purged_log:
      return std::make_unique<Repeated<PurgedLog>>(cluster,
                                                   std::make_shared<PurgedLog>(cluster, host));
    case ClusterFault::unsynced_crash: return std::make_unique<UnsyncedCrash>(cluster, host);
    case ClusterFault::delayed_replica:
      return std::make_unique<DelayedReplica>(cluster, host, amount);
    default: throw BugError("this kind of fault is not of a database server");
  }
}

}  // namespace

std::unique_ptr<sim::Fault> server_fault(LiveCluster& cluster, const FaultKindInfo& kind,
                                         const std::string& host, std::int64_t amount) {
  return sim::traced_fault(cluster.world(), kind.name, host,
                           [&] { return make_server_fault(cluster, *kind.cluster, host, amount); });
}

}  // namespace shardlab::scenarios

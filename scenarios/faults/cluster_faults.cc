#include "scenarios/faults/cluster_faults.h"

#include "core/base/error.h"
#include "fakes/etcd/etcd_program.h"
#include "fakes/etcd/watch_service.h"
#include "fakes/mysql/server.h"
#include "scenarios/cluster/programs.h"
#include "sim/apply_fault.h"
#include "sim/traced_fault.h"

namespace shardlab::scenarios {
namespace {

/// Something that has happened; its effects are known from the start.
class Done final : public sim::Fault {
 public:
  explicit Done(std::uint64_t effects) { count_effect(effects); }
};

template <class Act>
std::unique_ptr<sim::Fault> done(LiveCluster& cluster, std::string_view kind, std::string target,
                                 Act act) {
  return sim::traced_fault(cluster.world(), kind, std::move(target),
                           [&] { return std::make_unique<Done>(act()); });
}

/// The program of a running process, or null.
template <class Program>
Program* program_of(LiveCluster& cluster, const std::string& host, std::string_view process) {
  sim::Host* found = cluster.world().find_host(host);
  sim::Process* running = found ? found->find_process(process) : nullptr;
  return running ? dynamic_cast<Program*>(running->program()) : nullptr;
}

fakes::mysql::MysqlServer* mysqld_of(LiveCluster& cluster, const std::string& host) {
  return program_of<fakes::mysql::MysqlServer>(cluster, host, "mysqld");
}

class StoppedReplication final : public sim::Fault {
 public:
  StoppedReplication(LiveCluster& cluster, std::string host)
      : cluster_(cluster), host_(std::move(host)) {
    server_ = mysqld_of(cluster_, host_);
    if (!server_ || !server_->replication().is_running()) {
      server_ = nullptr;
      return;
    }
    server_->replication().statement("STOP SLAVE");
    statements_ = server_->replication().statements();
    count_effect();
  }
  ~StoppedReplication() override {
    const bool is_as_left = server_ && server_ == mysqld_of(cluster_, host_) &&
                            server_->replication().statements() == statements_;
    if (is_as_left) server_->replication().statement("START SLAVE");
  }

 private:
  LiveCluster& cluster_;
  std::string host_;
  fakes::mysql::MysqlServer* server_ = nullptr;  ///< of the incarnation that was stopped
  std::uint64_t statements_ = 0;
};

class MadeReadOnly final : public sim::Fault {
 public:
  MadeReadOnly(LiveCluster& cluster, std::string host)
      : cluster_(cluster),
        host_(std::move(host)),
        refused_(cluster.disturbances(host_)->add(fakes::Disturbance::refuse_write, 0)) {
    server_ = mysqld_of(cluster_, host_);
    if (server_ && !server_->set_read_only(true)) server_ = nullptr;
    if (server_) changes_ = server_->read_only_changes();
  }
  ~MadeReadOnly() override {
    const bool is_as_left = server_ && server_ == mysqld_of(cluster_, host_) &&
                            server_->read_only_changes() == changes_;
    if (is_as_left) server_->set_read_only(false);
  }
  std::uint64_t effects() const override { return server_ ? refused_->effects() : 0; }

 private:
  LiveCluster& cluster_;
  std::string host_;
  std::unique_ptr<sim::Fault> refused_;
  fakes::mysql::MysqlServer* server_ = nullptr;  ///< of the incarnation that was writable
  std::uint64_t changes_ = 0;
};

fakes::etcd::EtcdProgram* etcd_of(LiveCluster& cluster, const std::string& host) {
  return program_of<fakes::etcd::EtcdProgram>(cluster, host, "etcd");
}

/// A member's watches hear nothing. With `compacts` what they missed is forgotten at the end, and a
/// second later, when all members have done so, they hear that.
class SilentWatches final : public sim::Fault {
 public:
  SilentWatches(LiveCluster& cluster, std::string host, bool compacts)
      : cluster_(cluster), host_(std::move(host)), compacts_(compacts) {
    etcd_ = etcd_of(cluster_, host_);
    if (!etcd_) return;
    before_ = etcd_->watches().kept_back();
    etcd_->watches().set_silent(true);
  }
  ~SilentWatches() override {
    if (!is_as_left()) return;
    if (!compacts_ || !etcd_->compact()) {
      etcd_->watches().set_silent(false);
      return;
    }
    sim::World& world = cluster_.world();
    world.scheduler().at(world.now() + 1s, [&cluster = cluster_, host = host_, etcd = etcd_] {
      if (etcd == etcd_of(cluster, host)) etcd->watches().set_silent(false);
    });
  }
  std::uint64_t effects() const override {
    return is_as_left() ? etcd_->watches().kept_back() - before_ : 0;
  }

 private:
  bool is_as_left() const { return etcd_ && etcd_ == etcd_of(cluster_, host_); }

  LiveCluster& cluster_;
  std::string host_;
  bool compacts_;
  fakes::etcd::EtcdProgram* etcd_ = nullptr;  ///< of the incarnation that fell silent
  std::uint64_t before_ = 0;
};

/// All members are down.
class GoneEtcd final : public sim::Fault {
 public:
  GoneEtcd(LiveCluster& cluster, const std::string& host) {
    for (const std::string& member : cluster.etcd_members(host)) {
      down_.push_back(cluster.world().find_host(member)->down());
    }
  }
  std::uint64_t effects() const override {
    std::uint64_t effects = 0;
    for (const auto& one : down_) effects += one->effects();
    return effects;
  }

 private:
  std::vector<std::unique_ptr<sim::Fault>> down_;
};

class OpenTransaction final : public sim::Fault {
 public:
  explicit OpenTransaction(LiveCluster& cluster) {
    auto* guestbook = program_of<GuestbookProgram>(cluster, "guestbook", "guestbook");
    if (!guestbook) return;
    guestbook->guestbook().post_slowly(guestbook->guestbook().first_page(), release_);
    count_effect();
  }
  ~OpenTransaction() override { release_->set(); }

 private:
  std::shared_ptr<Event> release_ = std::make_shared<Event>();
};

fakes::Disturbance disturbance_of(ClusterFault kind) {
  using fakes::Disturbance;
  switch (kind) {
    case ClusterFault::slow_etcd: return Disturbance::slow_answer;
    case ClusterFault::lost_answer: return Disturbance::lose_answer;
    case ClusterFault::lag: return Disturbance::late_apply;
    case ClusterFault::kill_query: return Disturbance::kill_query;
    case ClusterFault::cut_before_commit: return Disturbance::cut_before_commit;
    case ClusterFault::cut_after_commit: return Disturbance::cut_after_commit;
    case ClusterFault::hot_page: return Disturbance::hot_page;
    case ClusterFault::rush: return Disturbance::rush;
    case ClusterFault::huge_message: return Disturbance::huge_message;
    case ClusterFault::slow_client: return Disturbance::slow_client;
    default: throw BugError("this kind of fault is no disturbance");
  }
}

}  // namespace

std::unique_ptr<sim::Fault> restart_processes(LiveCluster& cluster, const std::string& host,
                                              const std::string& process) {
  const std::string target = process.empty() ? host : host + "/" + process;
  return done(cluster, "restart", target, [&] {
    std::uint64_t restarted = 0;
    for (const auto& one : cluster.world().find_host(host)->processes()) {
      if (!process.empty() && one->name() != process) continue;
      const bool has_run = one->is_running() || one->last_end() != sim::ProcessEnd::none;
      if (!has_run || one->is_stopped()) continue;
      one->crash();
      one->restart();
      ++restarted;
    }
    return restarted;
  });
}

std::unique_ptr<sim::Fault> expire_leases(LiveCluster& cluster, const std::string& host) {
  return done(cluster, "expire-leases", host, [&] {
    auto* etcd = etcd_of(cluster, host);
    return etcd ? etcd->expire_all_leases() : 0;
  });
}

std::unique_ptr<sim::Fault> drop_connections(LiveCluster& cluster, const std::string& host) {
  return done(cluster, "drop-connections", host, [&] {
    auto* mysqld = mysqld_of(cluster, host);
    return mysqld ? mysqld->drop_connections() : 0;
  });
}

std::unique_ptr<sim::Fault> cancel_watches(LiveCluster& cluster, const std::string& host) {
  return done(cluster, "watch-cut", host, [&] {
    auto* etcd = etcd_of(cluster, host);
    return etcd ? etcd->watches().cancel_all() : 0;
  });
}

std::unique_ptr<sim::Fault> pause_processes(LiveCluster& cluster, const std::string& target) {
  sim::PlannedFault pause;
  pause.kind = sim::FaultKind::pause;
  pause.target = target;
  return sim::apply_fault(cluster.world(), pause);
}

std::unique_ptr<sim::Fault> cut_off_member(LiveCluster& cluster, const std::string& host) {
  sim::HostNames others;
  for (const std::string& member : cluster.etcd_members(host)) {
    if (member != host) others.insert(member);
  }
  if (others.empty()) return done(cluster, "minority", host, [] { return 0; });
  return std::make_unique<sim::Partition>(cluster.world().network(), sim::HostNames{host}, others);
}

std::unique_ptr<sim::Fault> silence_watches(LiveCluster& cluster, const FaultKindInfo& kind,
                                            const std::string& host) {
  const bool compacts = kind.cluster == ClusterFault::compaction;
  return sim::traced_fault(cluster.world(), kind.name, host, [&] {
    return std::make_unique<SilentWatches>(cluster, host, compacts);
  });
}

std::unique_ptr<sim::Fault> kill_etcd(LiveCluster& cluster, const std::string& host) {
  return sim::traced_fault(cluster.world(), "etcd-gone", host,
                           [&] { return std::make_unique<GoneEtcd>(cluster, host); });
}

std::unique_ptr<sim::Fault> stop_replication(LiveCluster& cluster, const std::string& host) {
  return sim::traced_fault(cluster.world(), "stop-replication", host,
                           [&] { return std::make_unique<StoppedReplication>(cluster, host); });
}

std::unique_ptr<sim::Fault> make_read_only(LiveCluster& cluster, const std::string& host) {
  return sim::traced_fault(cluster.world(), "read-only", host,
                           [&] { return std::make_unique<MadeReadOnly>(cluster, host); });
}

std::unique_ptr<sim::Fault> leave_transaction_open(LiveCluster& cluster) {
  return sim::traced_fault(cluster.world(), "open-transaction", "guestbook",
                           [&] { return std::make_unique<OpenTransaction>(cluster); });
}

std::unique_ptr<sim::Fault> disturb(LiveCluster& cluster, const FaultKindInfo& kind,
                                    const std::string& host, std::int64_t amount) {
  const std::string whom = host.empty() ? "guestbook" : host;
  return sim::traced_fault(cluster.world(), kind.name, whom, [&] {
    return cluster.disturbances(whom)->add(disturbance_of(*kind.cluster), amount);
  });
}

std::unique_ptr<sim::Fault> operator_fault(LiveCluster& cluster, std::string_view kind,
                                           const std::string& detail,
                                           const std::function<bool()>& act) {
  return done(cluster, kind, detail, [&] { return act() ? 1 : 0; });
}

}  // namespace shardlab::scenarios

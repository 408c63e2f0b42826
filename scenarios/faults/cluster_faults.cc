#include "scenarios/faults/cluster_faults.h"

#include "fakes/etcd/server.h"
#include "fakes/mysql/server.h"
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
    auto* etcd = program_of<fakes::etcd::EtcdServer>(cluster, host, "etcd");
    return etcd ? etcd->expire_all_leases() : 0;
  });
}

std::unique_ptr<sim::Fault> drop_connections(LiveCluster& cluster, const std::string& host) {
  return done(cluster, "drop-connections", host, [&] {
    auto* mysqld = program_of<fakes::mysql::MysqlServer>(cluster, host, "mysqld");
    return mysqld ? mysqld->drop_connections() : 0;
  });
}

std::unique_ptr<sim::Fault> operator_fault(LiveCluster& cluster, std::string_view kind,
                                           const std::string& detail,
                                           const std::function<bool()>& act) {
  return done(cluster, kind, detail, [&] { return act() ? 1 : 0; });
}

}  // namespace shardlab::scenarios

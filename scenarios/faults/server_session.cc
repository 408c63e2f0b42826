#include "scenarios/faults/server_session.h"

#include <utility>

#include "core/base/error.h"

namespace shardlab::scenarios {
namespace {

sim::Process* mysqld_process(LiveCluster& cluster, const std::string& host) {
  sim::Host* found = cluster.world().find_host(host);
  return found ? found->find_process("mysqld") : nullptr;
}

void try_again(LiveCluster& cluster, Duration pause, TimePoint end, std::function<bool()> act) {
  if (cluster.now() > end || act()) return;
  cluster.world().scheduler().at(cluster.now() + pause,
                                 [&cluster, pause, end, act = std::move(act)]() mutable {
                                   try_again(cluster, pause, end, std::move(act));
                                 });
}

}  // namespace

fakes::mysql::MysqlServer* running_mysqld(LiveCluster& cluster, const std::string& host) {
  sim::Process* process = mysqld_process(cluster, host);
  return process ? dynamic_cast<fakes::mysql::MysqlServer*>(process->program()) : nullptr;
}

void try_until(LiveCluster& cluster, Duration pause, std::function<bool()> act) {
  try_again(cluster, pause, cluster.now() + 10min, std::move(act));
}

ServerSession::ServerSession(LiveCluster& cluster, std::string host)
    : cluster_(cluster), host_(std::move(host)) {
  auto* server = running_mysqld(cluster_, host_);
  if (!server) return;
  incarnation_ = mysqld_process(cluster_, host_)->incarnation();
  session_ = server->engine().open_session("dba");
}

ServerSession::~ServerSession() {
  if (auto* there = server()) there->engine().close_session(session_);
}

fakes::mysql::MysqlServer* ServerSession::server() const {
  auto* server = session_ == 0 ? nullptr : running_mysqld(cluster_, host_);
  const bool is_same = server && mysqld_process(cluster_, host_)->incarnation() == incarnation_ &&
                       !server->engine().broken();
  return is_same ? server : nullptr;
}

bool ServerSession::is_waited_for() const {
  auto* there = server();
  return there && there->engine().is_waited_for(session_);
}

fakes::mysql::Outcome ServerSession::run(const std::string& sql) {
  if (auto* there = server()) return there->engine().execute(session_, sql, to_ns(cluster_.now()));
  fakes::mysql::Outcome gone;
  gone.error = Error(Errc::unavailable, "MySQL server has gone away", 2006);
  return gone;
}

}  // namespace shardlab::scenarios

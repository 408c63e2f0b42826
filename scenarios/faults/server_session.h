#pragma once

#include <functional>
#include <memory>
#include <string>

#include "fakes/mysql/server.h"
#include "scenarios/cluster/live_cluster.h"

namespace shardlab::scenarios {

/// The mysqld that runs on a host now; null when there is none.
fakes::mysql::MysqlServer* running_mysqld(LiveCluster& cluster, const std::string& host);

/// Somebody with the rights of a DBA who types statements on a mysqld's machine. He is gone with
/// the process, and with this object, which rolls back what he left open.
class ServerSession {
 public:
  ServerSession(LiveCluster& cluster, std::string host);
  ~ServerSession();
  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;

  /// The server, null once it has ended.
  fakes::mysql::MysqlServer* server() const;
  /// Does somebody wait for his locks.
  bool is_waited_for() const;
  /// A blocked statement has done nothing. Any statement may be the server's last, when its disk
  /// fails; once it has ended the outcome is error 2006.
  fakes::mysql::Outcome run(const std::string& sql);

 private:
  LiveCluster& cluster_;
  std::string host_;
  std::uint64_t incarnation_ = 0;
  fakes::mysql::SessionId session_ = 0;
};

/// Calls `act` now and then until it gives true, at most for ten minutes. It must look for itself
/// whether what it works on is still there.
void try_until(LiveCluster& cluster, Duration pause, std::function<bool()> act);

}  // namespace shardlab::scenarios

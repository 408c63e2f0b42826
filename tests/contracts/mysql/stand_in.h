#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fakes/mysql/engine.h"
#include "sim/disk.h"
#include "tests/contracts/mysql/server.h"

namespace shardlab::contracts {

/// The stand-in's engine, one for each case. A session that waits tries again after every step, as
/// its server makes it do.
class StandIn final : public Server {
 public:
  void begin_case() override;
  Reply execute(const std::string& session, const std::string& sql) override;
  std::vector<LateReply> late_replies() override;
  Reply let_time_out(const std::string& session) override;
  std::optional<Reply> kill(const std::string& session) override;
  std::vector<LoggedTransaction> log() override;

 private:
  struct Session {
    fakes::mysql::SessionId id = 0;
    bool gone = false;
  };
  struct Waiting {
    std::string session;
    std::string sql;
  };

  Session& session(const std::string& name);
  Reply run(const std::string& session, const std::string& sql);
  void stop_waiting(const std::string& session);

  std::unique_ptr<sim::Disk> disk_;
  std::unique_ptr<fakes::mysql::Engine> engine_;
  std::map<std::string, Session> sessions_;
  std::vector<Waiting> waiting_;  ///< who came first is first
  std::int64_t now_ns_ = 0;
};

}  // namespace shardlab::contracts

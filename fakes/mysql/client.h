#pragma once

#include <memory>
#include <string>

#include "core/ports/mysql.h"
#include "sim/host.h"

namespace shardlab::fakes::mysql {

/// Connections from one process to simulated MySQL servers. The process must outlive its use.
///
/// A lost connection is error 2013 (outcome_unknown) while a statement ran, 2006 (unavailable)
/// before it was sent; nobody listening is 2002 (unavailable).
class MysqlClient final : public Mysql {
 public:
  explicit MysqlClient(sim::Process& process) : process_(process) {}

  Task<std::unique_ptr<MysqlConnection>> connect(std::string address, std::string user) override;

 private:
  sim::Process& process_;
};

}  // namespace shardlab::fakes::mysql

#pragma once

#include <map>
#include <memory>
#include <mysql.h>
#include <string>
#include <vector>

#include "tests/contracts/mysql/mariadb_process.h"
#include "tests/contracts/mysql/server.h"

namespace shardlab::contracts {

/// A real MariaDB, spoken to with libmariadb. A statement counts as waiting when InnoDB, or the
/// list of threads, says that its thread waits for a lock.
class Real final : public Server {
 public:
  Real();
  ~Real() override;

  void begin_case() override;
  Reply execute(const std::string& session, const std::string& sql) override;
  std::vector<LateReply> late_replies() override;
  Reply let_time_out(const std::string& session) override;
  std::optional<Reply> kill(const std::string& session) override;
  std::vector<LoggedTransaction> log() override;

 private:
  struct Session {
    MYSQL* connection = nullptr;
    bool busy = false;  ///< a statement is under way
  };

  Session& session(const std::string& name);
  MYSQL* connect(const char* user) const;
  std::vector<Row> ask(const std::string& sql);
  /// True once the answer of a busy session can be read.
  static bool has_answer(const Session& session, int wait_ms);
  static Reply read_reply(Session& session);
  std::size_t threads_that_wait();
  std::size_t threads_that_wait_for_tables();
  std::size_t busy_sessions() const;

  MariadbProcess process_;
  MYSQL* control_;
  std::map<std::string, Session> sessions_;
  std::string log_file_;
  unsigned long log_position_ = 0;
};

/// Row changes of `ks` in a binary log from a position on, on a connection of its own.
std::vector<LoggedTransaction> read_real_log(MYSQL* connection, const std::string& file,
                                             unsigned long position);

}  // namespace shardlab::contracts

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/value.h"

namespace shardlab::contracts {

/// What one statement came to, on either server.
struct Reply {
  bool waits = false;  ///< for a lock; the answer comes after a later step
  int error = 0;       ///< MySQL's number, 0 for none
  std::string message;
  std::vector<Field> fields;
  std::vector<Row> rows;
  std::uint64_t affected = 0;
  std::uint64_t insert_id = 0;
};

/// A reply to a statement that had to wait.
struct LateReply {
  std::string session;
  Reply reply;
};

/// One row that a transaction of the binary log changed.
struct LoggedChange {
  std::string table;
  std::optional<Row> before;
  std::optional<Row> after;
};
using LoggedTransaction = std::vector<LoggedChange>;

/// A MySQL-family server under test: the stand-in, or a real MariaDB. Sessions open when they are
/// first used; `dba` has all privileges, any other name only those of an application.
class Server {
 public:
  virtual ~Server() = default;

  /// An empty database `ks`, no session, both logs forgotten.
  virtual void begin_case() = 0;
  virtual Reply execute(const std::string& session, const std::string& sql) = 0;
  /// What waiting sessions got meanwhile, in the order of their names.
  virtual std::vector<LateReply> late_replies() = 0;
  /// Lets a waiting session run into its lock-wait timeout.
  virtual Reply let_time_out(const std::string& session) = 0;
  /// `KILL`; gives what a waiting statement of the session got.
  virtual std::optional<Reply> kill(const std::string& session) = 0;
  /// Row changes of `ks` in the binary log since `begin_case`.
  virtual std::vector<LoggedTransaction> log() = 0;
};

}  // namespace shardlab::contracts

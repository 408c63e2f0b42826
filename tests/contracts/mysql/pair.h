#pragma once

#include <string>

#include "tests/contracts/mysql/server.h"

namespace shardlab::contracts {

/// Two MySQL-family servers, of which one can replicate from the other: stand-ins, or real ones on
/// loopback. Server ids are 1 and 2.
class Pair {
 public:
  enum class Side { a, b };

  virtual ~Pair() = default;

  /// Both as if new: no database `ks`, no log, no positions, no replication, usual variables.
  virtual void begin_case() = 0;
  /// On a session that stays: `dba` has all privileges, any other name those of an application.
  virtual Reply execute(Side side, const std::string& session, const std::string& sql) = 0;
  /// `MASTER_HOST = '...', MASTER_PORT = ..., MASTER_USER = '...', MASTER_CONNECT_RETRY = 1` of the
  /// other server.
  virtual std::string address_of(Side side) const = 0;
  /// Lets time go by.
  virtual void wait(int milliseconds) = 0;
};

/// Plays what replication must do, the same for both kinds of servers.
void check_replication(Pair& pair);

}  // namespace shardlab::contracts

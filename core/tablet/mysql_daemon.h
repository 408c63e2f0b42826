#pragma once

#include <string>

#include "core/ports/env.h"

namespace shardlab::tablet {

struct ReplicationStatus {
  ReplicationStatus() = default;
  std::string position;  ///< what has been applied: `"MariaDB/0-100-2031"`
  bool io_thread_running = false;
  bool io_thread_connecting = false;  ///< it tries to; the server goes on trying by itself
  bool sql_thread_running = false;
  /// Unknown while replication does not run.
  std::optional<std::uint32_t> seconds_behind_master;
  std::string master_host;
  int master_port = 0;
  std::string last_error;

  bool is_replicating() const { return io_thread_running && sql_thread_running; }
};

/// The MySQL server beside a tablet, in the MariaDB flavour: positions are `"MariaDB/<gtid set>"`.
/// Throws Error: unavailable when the server is down, otherwise the server's error.
/// Source: Vitess go/vt/mysqlctl, go/mysql/flavor_mariadb.go.
class MysqlDaemon {
 public:
  MysqlDaemon(Env env, std::string address) : env_(env), address_(std::move(address)) {}

  Task<std::unique_ptr<MysqlConnection>> connect(std::string user);
  /// Runs one statement that leaves nothing behind in its session.
  Task<QueryResult> query(std::string sql);

  Task<> set_read_only(bool read_only);
  Task<bool> is_read_only();
  /// What this server has, as master or replica. Empty set: `"MariaDB/"` is never given, but `""`.
  Task<std::string> position();

  Task<ReplicationStatus> replication_status();
  Task<> stop_replication();
  Task<> start_replication();
  /// Points replication to another server; it must be stopped.
  Task<> set_master(std::string host, int port);
  /// Stops replication and forgets the master, for a new master.
  Task<> forget_master();
  /// Drops the binary log and all GTID state.
  Task<> reset_replication();
  /// Where a freshly reset replica shall start: everything up to the position counts as applied.
  Task<> set_replication_position(std::string position);
  /// Waits until the position has been applied. Throws Error: timed_out.
  Task<> wait_for_position(std::string position, Duration timeout);

 private:
  Env env_;
  std::string address_;
  /// Of the last statement that succeeded, for the next one. Source: Vitess mysqlctl `dbaPool`.
  std::unique_ptr<MysqlConnection> idle_;
};

/// `"0-100-2031"` of `"MariaDB/0-100-2031"`; empty for the zero position.
std::string gtid_set_of(const std::string& position);
/// `"MariaDB/0-100-2031"` of `"0-100-2031"`; empty stays empty.
std::string position_of(const std::string& gtid_set);

}  // namespace shardlab::tablet

#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/base/coroutine.h"
#include "fakes/disturbances.h"
#include "fakes/mysql/engine.h"
#include "fakes/mysql/mysql_wire.pb.h"
#include "fakes/mysql/replication.h"
#include "fakes/mysql/semi_sync.h"
#include "sim/disk.h"
#include "sim/host.h"
#include "sim/network.h"

namespace shardlab::fakes::mysql {

struct ServerOptions {
  std::uint32_t server_id = 1;  ///< the tablet's uid; the middle part of its GTIDs
  std::uint16_t port = 3306;
  /// As Vitess's my.cnf has it: a server starts read-only, and its tablet makes a primary writable.
  bool read_only = true;
  /// What is done to the server from outside; may be null.
  std::shared_ptr<Disturbances> disturbances{};
};

/// A simulated mysqld: an Engine on a disk, answering on a port of its host.
///
/// Methods: `Connect` is a stream that is the connection, its end rolls back; `Query` runs a
/// statement on a connection; `StreamRows` streams a SELECT from one snapshot; `BinlogDump` streams
/// the binary log and waits at its end. A commit takes one disk write's time; a crash in between
/// leaves it done. A slow disk makes it longer. An I/O error, a failed sync or damaged content ends
/// the process (`ServerAborted`) and nobody gets an answer; a full disk does not, see Engine.
/// Replication is not started by a restart (skip_slave_start, as in Vitess's
/// my.cnf).
class MysqlServer final : public sim::Program, public sim::RpcService {
 public:
  /// The disk must outlive the server. Throws what Engine throws; see `mysqld_program`.
  MysqlServer(sim::Process& process, sim::Disk& disk, ServerOptions options);

  Task<> run() override;
  Task<std::string> handle(std::string method, std::string request) override;
  Task<> handle_stream(std::string method, std::string request,
                       std::shared_ptr<sim::ServerStream> stream) override;

  Engine& engine() { return engine_; }

  /// Kills every connection, as `KILL` would: what runs on it ends with 2013, what was not
  /// committed is rolled back. Gives how many there were.
  std::size_t drop_connections();

  // What somebody with a shell on the machine does.

  /// `SET GLOBAL read_only`; true when it was otherwise.
  bool set_read_only(bool read_only);
  /// How often anybody has set it.
  std::uint64_t read_only_changes() const { return read_only_changes_; }
  Replication& replication() { return replication_; }
  SemiSync& semi_sync() { return semi_sync_; }
  /// `SET GLOBAL sync_binlog`, see Engine. Unsynced commits reach the disk half a minute later.
  void sync_commits(bool sync);

 private:
  /// One client's connection.
  struct Connection {
    std::uint64_t id = 0;
    SessionId session = 0;
    std::string user;
    bool open = true;
    Mutex turn;  ///< statements run one after another
    Event killed;
  };
  using ConnectionPtr = std::shared_ptr<Connection>;

  Task<> serve_connection(ConnectRequest request, std::shared_ptr<sim::ServerStream> stream);
  Task<> stream_rows(QueryRequest request, std::shared_ptr<sim::ServerStream> stream);
  void follow_durability();
  Task<> flush_now_and_then();
  Task<> dump_binlog(DumpRequest request, std::shared_ptr<sim::ServerStream> stream);
  Task<Outcome> execute(ConnectionPtr connection, std::string sql);
  Task<Outcome> execute_with_waits(ConnectionPtr connection, std::string sql);
  Task<Outcome> gtid_wait(std::string sql);
  /// What a disturbance makes of a statement before it runs; none: it runs.
  std::optional<Outcome> disturbed(Connection& connection, const std::string& sql);
  void disturbed_after(Connection& connection, const Outcome& outcome);
  void kill(Connection& connection);
  void tell_read_only();
  Outcome replication_statement(const Connection& connection, const std::string& sql,
                                bool* handled);
  /// Before an answer: waits as long as the disk took, for ever when it failed.
  Task<> wait_for_disk(Duration writing);
  Task<> serve(std::string method, std::string request, std::shared_ptr<sim::ServerStream> stream);
  /// Throws Error: unavailable 2006 when there is no such connection.
  ConnectionPtr find(std::uint64_t connection) const;
  void publish(const std::string& user, const std::string& sql, const Outcome& outcome);
  void applied(const BinlogTransaction& transaction, const Outcome& outcome);
  TimePoint now() const;

  sim::Process& process_;
  ServerOptions options_;
  Engine engine_;
  Condition released_;
  Condition logged_;
  Replication replication_;
  SemiSync semi_sync_;
  bool is_flushing_ = false;
  std::map<std::uint64_t, ConnectionPtr> connections_;
  Event ended_;
  Condition never_;
  std::uint64_t read_only_changes_ = 0;
};

/// For `sim::Host::add_process`: a server on that disk; one whose disk is damaged or fails at the
/// start is a process that ends at once.
std::unique_ptr<sim::Program> mysqld_program(sim::Process& process, sim::Disk& disk,
                                             ServerOptions options);

}  // namespace shardlab::fakes::mysql

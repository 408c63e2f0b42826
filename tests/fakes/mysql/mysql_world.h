#pragma once

#include <memory>
#include <string>

#include "core/base/children.h"
#include "fakes/mysql/client.h"
#include "fakes/mysql/server.h"
#include "fakes/mysql/vfs.h"
#include "sim/world.h"
#include "tests/fakes/mysql/test_server.h"

namespace shardlab::fakes::mysql {

/// A table of nothing but keys.
inline const std::vector<std::string> key_schema{"CREATE DATABASE ks",
                                                 "CREATE TABLE ks.t (id INT PRIMARY KEY)"};

class WaitingProgram final : public sim::Program {
 public:
  Task<> run() override { return forever_.wait(); }

 private:
  Condition forever_;
};

/// A mysqld on a host of its own, with its disk.
struct MysqlHost {
  MysqlHost(sim::World& world, std::uint32_t uid)
      : ip("10.64.1." + std::to_string(uid)),
        host(world.add_host("mysql-" + std::to_string(uid), ip)),
        disk(host.add_disk("data")),
        process(host.add_process("mysqld", [this, uid](sim::Process& process) {
          ServerOptions options;
          options.server_id = uid;
          options.read_only = false;
          options.disturbances = disturbances;
          return mysqld_program(process, disk.mount(process), options);
        })) {
    process.start();
  }

  std::string address() const { return ip + ":3306"; }
  MysqlServer& server() { return static_cast<MysqlServer&>(*process.program()); }

  /// Power loss: the next incarnation finds what was synced, and what `mode` leaves of the rest.
  void lose_power(sim::CrashMode mode = sim::CrashMode::lost) {
    disk.set_crash_mode(mode);
    host.lose_power();
  }

  /// The process ended while the machine went on: the next one finds what was written.
  void restart() {
    process.crash();
    process.start();
  }

  std::shared_ptr<Disturbances> disturbances = std::make_shared<Disturbances>();
  std::string ip;
  sim::Host& host;
  sim::HostDisk& disk;
  sim::Process& process;
};

/// Three servers and a client process.
class MysqlWorld {
 public:
  explicit MysqlWorld(std::uint64_t seed = 1)
      : world(seed),
        one(world, 1),
        two(world, 2),
        three(world, 3),
        client_process(
            world.add_host("client", "10.64.2.1").add_process("client", [](sim::Process&) {
              return std::make_unique<WaitingProgram>();
            })) {
    client_process.start();
    client = std::make_unique<MysqlClient>(client_process);
  }

  /// Runs `body`, a lambda coroutine without parameters, on the client; false when it takes an
  /// hour.
  template <class Body>
  bool run(Body body) {
    spawn(std::move(body));
    return finish();
  }

  template <class Body>
  void spawn(Body body) {
    ++running;
    client_process.background().spawn(hold(std::move(body), &running));
  }

  bool finish() {
    const TimePoint limit = world.now() + 1h;
    world.scheduler().run_until([this] { return running == 0; }, limit);
    return running == 0;
  }

  void run_for(Duration duration) {
    const TimePoint end = world.now() + duration;
    world.scheduler().at(end, [] {});
    world.scheduler().run_until([] { return false; }, end);
  }

  /// Runs statements as DBA on one connection.
  bool run_sql(MysqlHost& host, std::vector<std::string> statements) {
    return run([this, address = host.address(), statements]() -> Task<> {
      auto connection = co_await client->connect(address, "dba");
      for (const std::string& statement : statements) co_await connection->query(statement);
    });
  }

  /// The rows of one query as DBA, or the error's number.
  std::string rows(MysqlHost& host, std::string sql) {
    std::string text;
    const bool ended = run([this, &text, address = host.address(), sql]() -> Task<> {
      auto connection = co_await capture(client->connect(address, "dba"));
      if (!connection) {
        text = std::to_string(connection.error().sql_errno());
        co_return;
      }
      auto result = co_await capture((*connection)->query(sql));
      text =
          result ? TestSession::text_of(result->rows) : std::to_string(result.error().sql_errno());
    });
    return ended ? text : "(no end)";
  }

  /// One column of SHOW SLAVE STATUS.
  std::string slave_status(MysqlHost& host, const std::string& column) {
    std::string text = "(none)";
    run([this, &text, &column, address = host.address()]() -> Task<> {
      auto connection = co_await client->connect(address, "dba");
      auto result = co_await connection->query("SHOW SLAVE STATUS");
      for (std::size_t i = 0; i < result.fields.size() && !result.rows.empty(); ++i) {
        const Value value = result.rows[0][i];
        if (result.fields[i].name == column) text = value.is_null() ? "NULL" : value.text();
      }
    });
    return text;
  }

  /// Makes `replica` follow `source` from where it is.
  bool follow(MysqlHost& replica, MysqlHost& source) {
    return run_sql(replica, {"CHANGE MASTER TO MASTER_HOST = '" + source.ip +
                                 "', MASTER_PORT = 3306, MASTER_USER = 'repl', "
                                 "MASTER_CONNECT_RETRY = 1, MASTER_USE_GTID = current_pos",
                             "START SLAVE"});
  }

  sim::World world;
  MysqlHost one;
  MysqlHost two;
  MysqlHost three;
  sim::Process& client_process;
  std::unique_ptr<MysqlClient> client;
  int running = 0;

 private:
  template <class Body>
  static Task<> hold(Body body, int* running) {
    co_await body();
    --*running;
  }
};

}  // namespace shardlab::fakes::mysql

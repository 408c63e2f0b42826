#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/key/shard_name.h"
#include "core/ports/env.h"
#include "core/ports/rpc_router.h"
#include "core/proto/query.pb.h"
#include "core/sql/result_codec.h"
#include "core/topo/records.h"
#include "core/topo/server.h"
#include "fakes/env/ports.h"
#include "fakes/etcd/server.h"
#include "fakes/etcd/topo_client.h"
#include "sim/world.h"

namespace shardlab::tests {

struct NoMysql final : Mysql {
  Task<std::unique_ptr<MysqlConnection>> connect(std::string, std::string) override {
    throw Error(Errc::unavailable, "no MySQL in this test");
    co_return nullptr;
  }
};

/// The ports of one simulated process.
struct ProcessPorts {
  explicit ProcessPorts(sim::Process& process)
      : process(process), clock(process), random(process), rpc(process), topo(process) {}
  Env env() { return env_with(rpc); }
  Env env_with(Rpc& other) {
    return Env{process.host().ip(), clock, random, other, mysql, topo, process};
  }
  sim::Process& process;
  fakes::SimClock clock;
  fakes::SimRandom random;
  fakes::SimRpc rpc;
  NoMysql mysql;
  fakes::etcd::TopoClient topo;
};

using Body = std::function<Task<>(ProcessPorts&)>;

struct BodyProgram final : sim::Program {
  BodyProgram(sim::Process& process, Body body, bool& done)
      : ports(process), body(std::move(body)), done(done) {}
  Task<> run() override {
    co_await body(ports);
    done = true;
  }
  ProcessPorts ports;
  Body body;
  bool& done;
};

/// A world with one etcd, at 10.64.0.2:2379, and processes that run what a test gives them.
struct TestWorld {
  static constexpr const char* topo_address = "10.64.0.2:2379";

  explicit TestWorld(std::uint64_t seed = 1) : world(seed) {
    etcd =
        &world.add_host("etcd", "10.64.0.2").add_process("etcd", fakes::etcd::etcd_program(store));
    etcd->start();
  }

  template <class Make>
  sim::Process& start(const std::string& name, const std::string& ip, Make make) {
    sim::Process& process = world.add_host(name, ip).add_process(name, make);
    process.start();
    return process;
  }

  void run_for(Duration duration) {
    bool over = false;
    world.scheduler().at(world.now() + duration, [&over] { over = true; });
    world.scheduler().run_until([&over] { return over; });
  }

  /// Runs the body as a process to its end, which must come within 10 minutes.
  void run(Body body) {
    bool done = false;
    const std::string number = std::to_string(++bodies);
    start("body-" + number, "10.64.1." + number, [&](sim::Process& process) {
      return std::make_unique<BodyProgram>(process, body, done);
    });
    world.scheduler().run_until([&] { return done; }, world.now() + 600s);
    if (!done) throw BugError("the body of the test did not end");
  }

  std::shared_ptr<fakes::etcd::Store> store = std::make_shared<fakes::etcd::Store>();
  sim::World world;
  sim::Process* etcd = nullptr;
  int bodies = 0;
};

/// What a scripted tablet says and how it answers. Outlives its process.
struct TabletScript {
  topodata::Tablet tablet;
  bool serving = true;
  bool silent = false;  ///< its health streams stay open, but say nothing
  std::int64_t term = 0;
  std::uint32_t lag_s = 0;
  std::deque<Error> errors;      ///< thrown by the next requests, in order
  std::vector<std::string> log;  ///< `"7 insert ..."`, `"commit 7"`: transaction and statement
  QueryResult result;
  Condition changed;
  int connections = 0;

  std::string address() const { return tablet.hostname() + ":15002"; }
  void say(bool now_serving) {
    serving = now_serving;
    changed.notify_all();
  }
  query::StreamHealthResponse message() const {
    query::StreamHealthResponse message;
    message.mutable_target()->set_keyspace(tablet.keyspace());
    message.mutable_target()->set_shard(tablet.shard());
    message.mutable_target()->set_tablet_type(tablet.type());
    message.set_serving(serving);
    message.set_master_term_start_time_ns(term);
    message.mutable_realtime_stats()->set_seconds_behind_master(lag_s);
    *message.mutable_tablet_alias() = tablet.alias();
    return message;
  }
};

inline topodata::Tablet a_tablet(std::uint32_t uid, const std::string& shard,
                                 topodata::TabletType type) {
  topodata::Tablet tablet;
  tablet.mutable_alias()->set_cell("test");
  tablet.mutable_alias()->set_uid(uid);
  tablet.set_hostname("10.64.2." + std::to_string(uid % 250));
  tablet.set_vt_port(15002);
  tablet.set_keyspace("test_keyspace");
  tablet.set_shard(shard);
  tablet.set_type(type);
  return tablet;
}

/// A tablet process that follows its script.
struct ScriptedTablet final : sim::Program {
  ScriptedTablet(sim::Process& process, TabletScript& script) : ports(process), script(script) {
    router.on<query::ExecuteRequest, query::ExecuteResponse>(
        "QueryService.Execute",
        [this](query::ExecuteRequest request) { return execute(std::move(request)); });
    router.on<query::BeginExecuteRequest, query::BeginExecuteResponse>(
        "QueryService.BeginExecute",
        [this](query::BeginExecuteRequest request) { return begin(std::move(request)); });
    router.on<query::TransactionRequest, query::TransactionResponse>(
        "QueryService.Commit",
        [this](query::TransactionRequest request) { return end("commit", std::move(request)); });
    router.on<query::TransactionRequest, query::TransactionResponse>(
        "QueryService.Rollback",
        [this](query::TransactionRequest request) { return end("rollback", std::move(request)); });
    router.on_stream<query::StreamHealthRequest>(
        "QueryService.StreamHealth",
        [this](query::StreamHealthRequest, std::shared_ptr<RpcSink> sink) {
          return stream_health(std::move(sink));
        });
  }

  Task<> run() override {
    ports.rpc.serve(15002, router);
    Event never;
    co_await never.wait();
  }

  void maybe_fail() {
    if (script.errors.empty()) return;
    const Error error = script.errors.front();
    script.errors.pop_front();
    throw error;
  }
  Task<query::ExecuteResponse> execute(query::ExecuteRequest request) {
    script.log.push_back(std::to_string(request.transaction_id()) + " " + request.sql());
    maybe_fail();
    query::ExecuteResponse response;
    response.set_result(sql::encode(script.result));
    co_return response;
  }
  Task<query::BeginExecuteResponse> begin(query::BeginExecuteRequest request) {
    script.log.push_back("begin " + request.sql());
    maybe_fail();
    query::BeginExecuteResponse response;
    response.set_result(sql::encode(script.result));
    response.set_transaction_id(++last_transaction);
    co_return response;
  }
  Task<query::TransactionResponse> end(std::string what, query::TransactionRequest request) {
    script.log.push_back(what + " " + std::to_string(request.transaction_id()));
    maybe_fail();
    co_return query::TransactionResponse();
  }
  Task<> stream_health(std::shared_ptr<RpcSink> sink) {
    ++script.connections;
    for (;;) {
      if (!script.silent) co_await sink->send(script.message().SerializeAsString());
      co_await script.changed.wait_until(ports.clock.deadline(5s));
    }
  }

  ProcessPorts ports;
  TabletScript& script;
  RpcRouter router;
  std::int64_t last_transaction = 0;
};

inline sim::Process& start_tablet(TestWorld& world, TabletScript& script) {
  const std::string ip = script.tablet.hostname();
  return world.start("tablet-" + ip, ip, [&](sim::Process& process) {
    return std::make_unique<ScriptedTablet>(process, script);
  });
}

/// Starts the tablets, and writes their records and a cell `test` with keyspace `test_keyspace`.
struct Topology {
  static Task<> create(ProcessPorts& ports) {
    topo::Server server(ports.env(), "test", TestWorld::topo_address);
    topodata::CellInfo cell;
    cell.set_server_address(TestWorld::topo_address);
    cell.set_root("/vitess/test");
    co_await server.create_cell_info("test", cell);
    co_await server.create_keyspace("test_keyspace");
  }
  static Task<> add_tablet(ProcessPorts& ports, topodata::Tablet tablet) {
    topo::Server server(ports.env(), "test", TestWorld::topo_address);
    co_await server.get_or_create_shard(tablet.keyspace(), tablet.shard());
    co_await server.init_tablet(tablet);
  }
  static Task<> delete_tablet(ProcessPorts& ports, topodata::Tablet tablet) {
    topo::Server server(ports.env(), "test", TestWorld::topo_address);
    co_await server.delete_tablet(tablet.alias());
  }
  /// Every type is served by these shards.
  static Task<> serve_from(ProcessPorts& ports, std::vector<std::string> shards) {
    topo::Server server(ports.env(), "test", TestWorld::topo_address);
    std::vector<std::string> cells{"test"};
    auto lock = co_await server.lock_keyspace("test_keyspace", "test", std::move(cells));
    auto info = co_await server.find_srv_keyspace("test", "test_keyspace");
    topodata::SrvKeyspace& graph = info.record;
    graph.Clear();
    for (const auto type : {topodata::MASTER, topodata::REPLICA, topodata::RDONLY}) {
      auto* partition = graph.add_partitions();
      partition->set_served_type(type);
      for (const std::string& shard : shards) {
        auto* reference = partition->add_shard_references();
        reference->set_name(shard);
        const auto range = key::validate_shard_name(shard).value().key_range;
        if (range) *reference->mutable_key_range() = topo::to_proto(*range);
      }
    }
    co_await server.update_srv_keyspace(lock, "test", "test_keyspace", info);
    co_await lock.unlock();
  }
  static Task<> apply_vschema(ProcessPorts& ports, std::string json) {
    topo::Server server(ports.env(), "test", TestWorld::topo_address);
    topodata::KeyspaceVSchema record;
    record.set_json(json);
    co_await server.save_vschema("test_keyspace", record);
    std::vector<std::string> cells{"test"};
    co_await server.rebuild_srv_vschema(std::move(cells));
  }
};

inline constexpr const char* guestbook_vschema =
    R"({"sharded": true, "vindexes": {"hash": {"type": "hash"}}, "tables":
        {"messages": {"column_vindexes": [{"column": "page", "name": "hash"}]}}})";

}  // namespace shardlab::tests

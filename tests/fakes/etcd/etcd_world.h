#pragma once

#include <memory>
#include <string>

#include "fakes/etcd/server.h"
#include "fakes/etcd/topo_client.h"
#include "sim/world.h"

namespace shardlab::fakes::etcd {

inline const std::string etcd_address = "10.64.0.2:2379";

class IdleProgram final : public sim::Program {
 public:
  Task<> run() override { return forever_.wait(); }

 private:
  Condition forever_;
};

/// A process that does what the test spawns on it.
class TestClient {
 public:
  TestClient(sim::Host& host, TopoClientOptions options,
             const std::string& addresses = etcd_address)
      : process(host.add_process("client",
                                 [](sim::Process&) { return std::make_unique<IdleProgram>(); })) {
    process.start();
    topo = TopoClient(process, options).connect(addresses, "/vitess/test/");
  }

  /// Runs `body`, a lambda coroutine without parameters, in the background of the process.
  template <class Body>
  void spawn(Body body) {
    ++running;
    process.background().spawn(hold(std::move(body), &running));
  }

  sim::Process& process;
  std::unique_ptr<TopoConn> topo;
  int running = 0;

 private:
  template <class Body>
  static Task<> hold(Body body, int* running) {
    co_await body();
    --*running;
  }
};

/// One etcd and two clients, each on a host of its own.
class EtcdWorld {
 public:
  explicit EtcdWorld(std::uint64_t seed = 1, TopoClientOptions options = TopoClientOptions(),
                     sim::LatencyModel latency = sim::LatencyModel())
      : world(seed, latency),
        store(std::make_shared<Store>()),
        etcd(world.add_host("etcd", "10.64.0.2").add_process("etcd", etcd_program(store))),
        a(world.add_host("a", "10.64.0.3"), options),
        b(world.add_host("b", "10.64.0.4"), options) {
    etcd.start();
  }

  /// Until everything that was spawned has ended, at most an hour. False when it has not.
  bool run() {
    const TimePoint limit = world.now() + 1h;
    world.scheduler().run_until([this] { return a.running == 0 && b.running == 0; }, limit);
    return a.running == 0 && b.running == 0;
  }

  void run_for(Duration duration) {
    const TimePoint end = world.now() + duration;
    world.scheduler().at(end, [] {});
    world.scheduler().run_until([] { return false; }, end);
  }

  Duration elapsed() const { return world.now() - sim::World::start_time; }

  sim::World world;
  std::shared_ptr<Store> store;
  sim::Process& etcd;
  TestClient a;
  TestClient b;
};

/// Five times: locks, writes, unlocks; whatever fails. For tests of determinism.
inline void spawn_locker(TestClient& client) {
  client.spawn([&client]() -> Task<> {
    for (int i = 0; i < 5; ++i) {
      auto lock = co_await capture(client.topo->lock("ks", "who", 30s));
      if (!lock) continue;
      co_await capture(client.topo->update("x", std::to_string(i), std::nullopt));
      co_await capture((*lock)->unlock());
    }
  });
}

/// `"bad_version: bad node version: /vitess/test/x"`, or `"ok"`.
template <class T>
std::string text_of(const Result<T>& result) {
  if (result) return "ok";
  return std::string(to_string(result.error().code())) + ": " + result.error().message();
}

}  // namespace shardlab::fakes::etcd

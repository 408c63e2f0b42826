#pragma once

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/world.h"

namespace shardlab::sim {

/// A world with the hosts `server` (10.0.0.1), `a` (10.0.0.2) and `b` (10.0.0.3), whose messages
/// all take 1 ms. On the server listens one process at port 7000 that keeps a register over its
/// incarnations; on `a` and `b` run programs that a test gives.
class NetworkWorld {
 public:
  using Body = std::function<Task<>(Process&, NetworkWorld&)>;
  static constexpr const char* address = "10.0.0.1:7000";

  explicit NetworkWorld(WorldOptions options = one_millisecond()) : world(std::move(options)) {
    server = &world.add_host("server", "10.0.0.1").add_process("register", [this](Process& p) {
      return std::make_unique<Server>(p, *this);
    });
    world.add_host("a", "10.0.0.2");
    world.add_host("b", "10.0.0.3");
    server->start();
  }

  static WorldOptions one_millisecond() {
    WorldOptions options;
    options.latency = LatencyModel(Latency::constant(1ms), 20us);
    return options;
  }

  /// The process outlives its body.
  Process& start(std::string_view host, Body body, std::string name = "main") {
    Process& process = world.find_host(host)->add_process(
        std::move(name), [this, body = std::move(body)](Process& p) {
          return std::make_unique<Client>(p, *this, body);
        });
    process.start();
    return process;
  }

  /// The fault that `make` gives is there from `begin` to `end`, counted from the world's start.
  template <class Make>
  void during(Duration begin, Duration end, Make make) {
    at(begin, [this, end, make] {
      auto fault = std::make_shared<std::unique_ptr<NetworkFault>>(make(world.network()));
      at(end, [this, fault] {
        effects += (*fault)->effects();
        fault->reset();
      });
    });
  }
  template <class F>
  void at(Duration when, F&& f) {
    world.scheduler().at(World::start_time + when, std::forward<F>(f));
  }
  void run_until(Duration when) {
    world.scheduler().run_until([] { return false; }, World::start_time + when);
  }
  Duration since_start() const { return world.now() - World::start_time; }
  void tell(std::string text) {
    const auto us = since_start().count() / 1000;
    log.push_back(fmt::format("{}.{:03} {}", us / 1000, us % 1000, text));
  }

  World world;
  Process* server = nullptr;
  std::vector<std::string> log;     ///< `"2.000 x: ok"`: milliseconds and what a program told
  std::vector<std::string> writes;  ///< every execution of `put` or `put once`, told as in `log`
  std::set<std::string> keys;       ///< what `put once` has seen
  int balance = 0;                  ///< one more for each `put`, and for each new key of `put once`
  std::uint64_t effects = 0;

 private:
  struct Register final : RpcService {
    explicit Register(NetworkWorld& world) : world(world) {}

    Task<std::string> handle(std::string method, std::string request) override {
      if (method == "slow") {
        auto captured = co_await capture_for_cleanup(sleep_until(world.world.now() + 5s));
        if (!captured) world.tell("server: " + captured.error().message());
        co_return request;
      }
      world.tell_write(request);
      if (method == "put" || world.keys.insert(request).second) ++world.balance;
      co_return "ok";
    }
    Task<> handle_stream(std::string, std::string request,
                         std::shared_ptr<ServerStream> stream) override {
      const std::size_t space = request.find(' ');
      const int end = std::stoi(request.substr(space + 1));
      for (int i = std::stoi(request); i < end; ++i) {
        std::string message = std::to_string(i);
        co_await stream->send(std::move(message));
        co_await sleep_until(world.world.now() + 10ms);
      }
    }

    NetworkWorld& world;
  };

  struct Server final : Program {
    Server(Process& process, NetworkWorld& world) : process(process), service(world) {}
    Task<> run() override {
      process.listen(7000, service);
      Event never;
      co_await never.wait();
    }
    Process& process;
    Register service;
  };

  struct Client final : Program {
    Client(Process& process, NetworkWorld& world, Body body)
        : process(process), world(world), body(std::move(body)) {}
    Task<> run() override {
      co_await body(process, world);
      Event never;
      co_await never.wait();
    }
    Process& process;
    NetworkWorld& world;
    Body body;
  };

  void tell_write(const std::string& request) {
    const auto us = since_start().count() / 1000;
    writes.push_back(fmt::format("{}.{:03} {}", us / 1000, us % 1000, request));
  }
};

inline std::string outcome(const Result<std::string>& result) {
  if (result) return *result;
  return fmt::format("{}: {}", to_string(result.error().code()), result.error().message());
}

/// Calls once and tells how it ended: `"x: ok"`.
inline Task<> tell_call(Process& process, NetworkWorld& world, std::string method,
                        std::string request, Duration timeout) {
  auto result = co_await capture(
      world.world.network().call(process, NetworkWorld::address, method, request, timeout));
  world.tell(request + ": " + outcome(result));
}

using Lines = std::vector<std::string>;

/// A program that makes calls at given times, each with its own deadline.
struct Calls {
  struct One {
    Duration at;
    std::string request;
    Duration timeout = 10s;
    std::string method = "put";
  };
  std::vector<One> calls;

  Task<> operator()(Process& process, NetworkWorld& world) const {
    for (const One& one : calls) {
      world.at(one.at, [&process, &world, one] {
        process.background().spawn(tell_call(process, world, one.method, one.request, one.timeout));
      });
    }
    co_return;
  }
};

}  // namespace shardlab::sim

#include <catch2/catch.hpp>

#include "sim/world.h"

using namespace shardlab;
using namespace shardlab::sim;

namespace {

struct Echo final : RpcService {
  explicit Echo(Process& process) : process(process) {}

  Task<std::string> handle(std::string method, std::string request) override {
    if (method == "fail") throw Error(Errc::read_only, "read-only", 1290);
    if (method == "slow") co_await sleep_until(process.world().now() + 5s);
    ++handled;
    co_return request + "!";
  }
  Task<> handle_stream(std::string, std::string request,
                       std::shared_ptr<ServerStream> stream) override {
    const int count = std::stoi(request);
    for (int i = 0; i < count; ++i) {
      std::string message = std::to_string(i);
      co_await stream->send(std::move(message));
      ++sent;
    }
  }

  Process& process;
  int handled = 0;
  int sent = 0;
};

struct Server final : Program {
  Server(Process& process, Echo*& echo) : process(process), service(process) { echo = &service; }
  Task<> run() override {
    process.listen(7000, service);
    Event never;
    co_await never.wait();
  }
  Process& process;
  Echo service;
};

using Body = std::function<Task<>(Process&)>;

struct Client final : Program {
  Client(Process& process, Body body) : process(process), body(std::move(body)) {}
  Task<> run() override { co_await body(process); }
  Process& process;
  Body body;
};

/// One server host and one client host whose program is `body`.
struct TwoHosts {
  explicit TwoHosts(Body body, std::uint64_t seed = 1) : world(seed) {
    server = &world.add_host("server", "10.0.0.1").add_process("echo", [this](Process& process) {
      return std::make_unique<Server>(process, echo);
    });
    client = &world.add_host("client", "10.0.0.2").add_process("main", [body](Process& process) {
      return std::make_unique<Client>(process, body);
    });
    server->start();
    client->start();
  }
  void run(Duration duration) {
    world.scheduler().run_until([] { return false; }, world.now() + duration);
  }

  World world;
  Echo* echo = nullptr;
  Process* server = nullptr;
  Process* client = nullptr;
};

Task<> call_into(Process& process, std::string method, Duration timeout, std::string* answer) {
  auto& network = process.world().network();
  try {
    *answer = co_await network.call(process, "10.0.0.1:7000", method, "hello", timeout);
  } catch (const Error& error) {
    *answer = std::string(to_string(error.code())) + " " + error.message();
  }
}

}  // namespace

TEST_CASE("Network: a call reaches the listener and its reply comes back") {
  std::string answer;
  TwoHosts two([&](Process& process) { return call_into(process, "echo", 1s, &answer); });
  two.run(1s);
  CHECK(answer == "hello!");
  CHECK(two.echo->handled == 1);
}

TEST_CASE("Network: a handler's error arrives with its code") {
  std::string answer;
  TwoHosts two([&](Process& process) { return call_into(process, "fail", 1s, &answer); });
  two.run(1s);
  CHECK(answer == "read_only read-only");
}

TEST_CASE("Network: a deadline ends the call and cancels the handler") {
  std::string answer;
  TwoHosts two([&](Process& process) { return call_into(process, "slow", 2s, &answer); });
  two.run(10s);
  CHECK(answer == "timed_out deadline exceeded: slow at 10.0.0.1:7000");
  CHECK(two.echo->handled == 0);
}

TEST_CASE("Network: nobody listening is unavailable, a crash in the middle an unknown outcome") {
  std::string answer;
  TwoHosts two([&](Process& process) { return call_into(process, "slow", 20s, &answer); });
  SECTION("before the call") {
    two.server->crash();
    two.run(1s);
    CHECK(answer == "unavailable connection refused: 10.0.0.1:7000");
  }
  SECTION("during the call") {
    two.run(1s);
    two.server->crash();
    two.run(1s);
    CHECK(answer == "outcome_unknown connection reset by peer: 10.0.0.1:7000");
  }
}

TEST_CASE("Network: a silent end is noticed by the caller's deadline only") {
  std::string answer;
  TwoHosts two([&](Process& process) { return call_into(process, "slow", 20s, &answer); });
  two.run(1s);
  const auto incarnation = two.server->incarnation();
  two.world.scheduler().kill(two.server->id());
  two.world.network().process_ended(two.server->id(), incarnation, Farewell::silent);
  const auto never = [] { return false; };
  two.world.scheduler().run_until(never, World::start_time + 19999ms);
  CHECK(answer.empty());
  two.world.scheduler().run_until(never, World::start_time + 20s);
  CHECK(answer == "timed_out deadline exceeded: slow at 10.0.0.1:7000");
}

namespace {

Task<> read_all(Process& process, int count, std::vector<std::string>* got) {
  auto stream =
      process.world().network().open(process, "10.0.0.1:7000", "count", std::to_string(count));
  for (;;) {
    auto message = co_await stream->next();
    if (!message) break;
    got->push_back(*message);
    co_await sleep_until(process.world().now() + 100ms);
  }
}

}  // namespace

TEST_CASE("Network: a stream arrives in order, and a slow reader holds the sender back") {
  std::vector<std::string> got;
  TwoHosts two([&](Process& process) { return read_all(process, 100, &got); });
  two.run(1s);
  CHECK(two.echo->sent < 40);
  two.run(60s);
  REQUIRE(got.size() == 100);
  for (int i = 0; i < 100; ++i) CHECK(got[i] == std::to_string(i));
}

TEST_CASE("Process: a crash frees everything, a restart runs again, and the digest is repeatable") {
  auto run = [](std::uint64_t seed) {
    std::vector<std::string> got;
    TwoHosts two([&](Process& process) { return read_all(process, 1000, &got); }, seed);
    for (int round = 0; round < 20; ++round) {
      two.run(1s);
      two.client->crash();
      if (round % 3 == 0) two.server->crash();
      two.run(1s);
      if (!two.server->is_running()) two.server->start();
      two.client->start();
    }
    CHECK(got.size() > 100);
    return two.world.trace().digest();
  };
  CHECK(run(7) == run(7));
  CHECK(run(7) != run(8));
}

#include "tests/sim/network_world.h"

// Streams on which nothing happens for a long time: how both ends learn that the other is gone.

namespace shardlab::sim {
namespace {

/// Greets, and says nothing more.
struct Quiet final : RpcService {
  explicit Quiet(NetworkWorld& world) : world(world) {}
  Task<std::string> handle(std::string, std::string) override { co_return "ok"; }
  Task<> handle_stream(std::string, std::string, std::shared_ptr<ServerStream> stream) override {
    co_await stream->send("hello");
    Event never;
    auto ended = co_await capture_for_cleanup(never.wait());
    world.tell("server: " + ended.error().message());
    throw ended.error();
  }
  NetworkWorld& world;
};

Task<> read_all(Process& process, NetworkWorld& world) {
  auto stream = world.world.network().open(process, "10.0.0.3:7001", "watch", "");
  for (;;) {
    auto message = co_await capture(stream->next());
    if (!message) {
      world.tell("client: " + std::string(to_string(message.error().code())));
      co_return;
    }
    world.tell("client: " + message->value_or("end"));
  }
}

/// A quiet stream from `b` to `a`.
struct QuietStream {
  QuietStream() : service(world) {
    server = &world.start(
        "b",
        [this](Process& p, NetworkWorld&) -> Task<> {
          p.listen(7001, service);
          co_return;
        },
        "quiet");
    client = &world.start("a", read_all);
  }
  Host& host(std::string_view name) { return *world.world.find_host(name); }

  NetworkWorld world;
  Quiet service;
  Process* server = nullptr;
  Process* client = nullptr;
};

TEST_CASE("Keepalive: a stream on which nothing happens lives as long as its ends do") {
  QuietStream stream;
  stream.world.run_until(1h);
  CHECK(stream.world.log == Lines{"2.000 client: hello"});
  CHECK(stream.world.world.network().open_calls() == 1);
}

TEST_CASE("Keepalive: who waits for a host that went dark learns it within 20 s") {
  QuietStream stream;
  stream.world.run_until(15s);
  auto off = stream.host("b").power_off();
  stream.world.run_until(16s);
  off.reset();  // back at once: nobody is there who would say anything
  stream.world.run_until(1h);
  CHECK(stream.world.log == Lines{"2.000 client: hello", "30000.000 client: outcome_unknown"});
  CHECK(stream.world.world.network().open_calls() == 0);
}

TEST_CASE("Keepalive: behind a partition both ends let go; a short one they do not notice") {
  const bool one_way = GENERATE(false, true);
  const Duration length = GENERATE(12s, 25s);
  QuietStream stream;
  stream.world.during(15s, 15s + length, [one_way](Network& network) {
    const auto ways = one_way ? Partition::Ways::only_a_to_b : Partition::Ways::both;
    return std::make_unique<Partition>(network, HostNames{"a"}, HostNames{"b"}, ways);
  });
  stream.world.run_until(1h);
  Lines wanted{"2.000 client: hello"};
  if (length == 25s) {
    wanted.insert(wanted.end(),
                  {"30000.000 client: outcome_unknown", "30000.000 server: cancelled"});
  }
  Lines told = stream.world.log;
  std::sort(told.begin() + 1, told.end());
  CHECK(told == wanted);
}

TEST_CASE("Keepalive: a dead connection is noticed by a stream that was on it before") {
  QuietStream stream;
  stream.world.at(3s, [&] {
    stream.client->background().spawn([](Process& p, NetworkWorld& world) -> Task<> {
      auto answer = co_await capture(
          world.world.network().call(p, "10.0.0.3:7001", "ask", "x", std::chrono::seconds(1)));
      world.tell("call: " + std::string(to_string(answer.error().code())));
    }(*stream.client, stream.world));
  });
  stream.world.during(3s, 5s, [](Network& network) {
    return std::make_unique<LostReplies>(network, Match{.from = {"b"}, .to = {"a"}});
  });
  stream.world.run_until(1min);
  Lines told = stream.world.log;
  std::sort(told.begin(), told.end());
  CHECK(told == Lines{"2.000 client: hello", "20000.000 client: outcome_unknown",
                      "20000.000 server: cancelled", "4000.000 call: timed_out"});
}

TEST_CASE("Keepalive: an answer that is lost is noticed, also when the server is done") {
  NetworkWorld world;
  world.start("a", Calls{{{1s, "x", 1h}}});
  world.during(1s, 2s, [](Network& network) {
    return std::make_unique<LostReplies>(network, Match{.from = {"server"}, .to = {"a"}});
  });
  world.run_until(2h);
  CHECK(world.writes == Lines{"1001.000 x"});
  REQUIRE(world.log.size() == 1);
  CHECK(world.log[0] == "21000.000 x: outcome_unknown: keepalive failed: no answer from " +
                            std::string(NetworkWorld::address));
}

TEST_CASE("Keepalive: who waits on a connection that was swallowed while it opened learns it") {
  NetworkWorld world;
  world.start("a", Calls{{{1s, "x", 1h}}});
  world.during(0s, 5s, [](Network& network) {
    return std::make_unique<Blackhole>(network, Match{.from = {"a"}, .to = {"server"}});
  });
  world.run_until(2h);
  CHECK(world.writes.empty());
  REQUIRE(world.log.size() == 1);
  CHECK(world.log[0] == "21000.000 x: outcome_unknown: keepalive failed: no answer from " +
                            std::string(NetworkWorld::address));
}

TEST_CASE("Keepalive: a process that stands still does not answer; it counts no messages") {
  QuietStream stream;
  stream.world.run_until(5s);
  const Reset rule(stream.world.world.network(), Match{.from = {"a"}, .to = {"b"}, .at_most = 1});
  stream.world.run_until(45s);
  CHECK(rule.effects() == 0);
  CHECK(stream.world.log == Lines{"2.000 client: hello"});
  QuietStream other;
  other.world.run_until(5s);
  auto pause = other.server->pause();
  other.world.run_until(1min);
  CHECK(other.world.log == Lines{"2.000 client: hello", "20000.000 client: outcome_unknown"});
}

}  // namespace
}  // namespace shardlab::sim

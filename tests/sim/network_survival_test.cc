#include "tests/sim/network_world.h"

// A program that is hardened against the network: each call has a deadline, a call that failed is
// made again, and what it asks for has a key, so that doing it twice is doing it once. Under every
// kind of fault its writes end right; the same program without the key does not.

namespace shardlab::sim {
namespace {

constexpr int writes = 40;

Task<> write_all(Process& process, NetworkWorld& world, std::string method) {
  for (int i = 0; i < writes; ++i) {
    for (int attempt = 0; attempt < 200; ++attempt) {
      auto result = co_await capture(world.world.network().call(process, NetworkWorld::address,
                                                                method, std::to_string(i), 300ms));
      if (result) break;
      co_await sleep_until(world.world.now() + 50ms);
    }
    co_await sleep_until(world.world.now() + 50ms);
  }
  world.tell("done");
}

/// Reads a stream to its end; begins again where it stood when nothing came for a second.
Task<> read_all(Process& process, NetworkWorld& world) {
  int next = 0;
  for (int attempt = 0; attempt < 100 && next < writes; ++attempt) {
    auto stream = world.world.network().open(process, NetworkWorld::address, "count",
                                             fmt::format("{} {}", next, writes));
    for (;;) {
      auto message = co_await capture(until(world.world.now() + 1s, stream->next()));
      if (!message || !*message) break;
      if (std::stoi(**message) == next) ++next;
    }
    co_await sleep_until(world.world.now() + 50ms);
  }
  world.tell(fmt::format("read {}", next));
}

using Make = std::function<std::unique_ptr<NetworkFault>(Network&)>;
struct Kind {
  const char* name;
  Make make;
  bool doubles;  ///< a program without a key does something twice
};

Match to_server() {
  Match match;
  match.to = {"server"};
  return match;
}

template <class Rule>
std::unique_ptr<NetworkFault> every_fifth(Network& network, Direction direction) {
  Match match;
  match.where = [direction](const MessageView& m) {
    return m.direction == direction && m.number % 5 == 0;
  };
  return std::make_unique<Rule>(network, match);
}

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"partition",
       [](Network& n) {
         return std::make_unique<Partition>(n, HostNames{"a"}, HostNames{"server"});
       },
       true},
      {"one-way partition",
       [](Network& n) {
         return std::make_unique<Partition>(n, HostNames{"server"}, HostNames{"a"},
                                            Partition::Ways::only_a_to_b);
       },
       true},
      {"isolated host",
       [](Network& n) { return std::make_unique<Partition>(n, HostNames{"server"}, HostNames{}); },
       true},
      {"blackhole", [](Network& n) { return every_fifth<Blackhole>(n, Direction::request); },
       false},
      {"lost replies", [](Network& n) { return every_fifth<Blackhole>(n, Direction::reply); },
       true},
      {"reset of requests", [](Network& n) { return every_fifth<Reset>(n, Direction::request); },
       false},
      {"reset of replies", [](Network& n) { return every_fifth<Reset>(n, Direction::reply); },
       true},
      {"clog", [](Network& n) { return std::make_unique<Clog>(n, to_server()); }, true},
      {"hold", [](Network& n) { return std::make_unique<Hold>(n, to_server()); }, true},
      {"slow tail",
       [](Network& n) {
         return std::make_unique<SlowTail>(n, Match{}, SlowTail::Share{1, 3}, 400);
       },
       true},
  };
  return all;
}

}  // namespace

TEST_CASE("Survival: with deadlines, retries and keys every write is done once, under any fault") {
  for (const Kind& kind : kinds()) {
    INFO(kind.name);
    NetworkWorld world;
    world.start("a", [](Process& p, NetworkWorld& w) { return write_all(p, w, "put once"); });
    for (const Duration begin : {500ms, 1700ms, 4000ms})
      world.during(begin, begin + 800ms, kind.make);
    world.run_until(200s);
    CHECK(world.effects > 0);
    REQUIRE(world.log.size() == 1);
    CHECK(world.log[0].ends_with("done"));
    CHECK(world.keys.size() == writes);
    CHECK(world.balance == writes);
  }
}

TEST_CASE("Survival: without keys a retried write is done twice") {
  for (const Kind& kind : kinds()) {
    INFO(kind.name);
    NetworkWorld world;
    world.start("a", [](Process& p, NetworkWorld& w) { return write_all(p, w, "put"); });
    for (const Duration begin : {500ms, 1700ms, 4000ms})
      world.during(begin, begin + 800ms, kind.make);
    world.run_until(200s);
    CHECK(world.log.size() == 1);
    CHECK((world.balance > writes) == kind.doubles);
  }
}

TEST_CASE("Survival: a reader that opens its stream again gets everything, under any fault") {
  for (const Kind& kind : kinds()) {
    INFO(kind.name);
    NetworkWorld world;
    world.start("a", read_all);
    for (const Duration begin : {100ms, 1700ms, 4000ms})
      world.during(begin, begin + 800ms, kind.make);
    world.run_until(200s);
    CHECK(world.effects > 0);
    REQUIRE(world.log.size() == 1);
    CHECK(world.log[0].ends_with(fmt::format("read {}", writes)));
  }
}

TEST_CASE("Survival: slow links and little bandwidth change nothing but the time") {
  NetworkWorld world;
  world.world.network().link("a", "server") = Link{Latency::uniform(1ms, 200ms), 50};
  world.start("a", [](Process& p, NetworkWorld& w) { return write_all(p, w, "put once"); });
  world.run_until(200s);
  REQUIRE(world.log.size() == 1);
  CHECK(world.balance == writes);
}

}  // namespace shardlab::sim

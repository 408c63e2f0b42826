#include "sim/network_fault.h"

#include "tests/sim/network_world.h"

// What each kind of fault does to a program that does nothing about it. How a hardened one fares
// is in network_survival_test.cc.

namespace shardlab::sim {
namespace {

template <class Rule>
auto rule(Match match) {
  return [match](Network& n) { return std::make_unique<Rule>(n, match); };
}

Match requests(std::string method) {
  Match match;
  match.where = [method](const MessageView& m) {
    return m.method == method && m.direction == Direction::request;
  };
  return match;
}

Match from(HostNames hosts) {
  Match match;
  match.from = std::move(hosts);
  return match;
}

const std::string late = "timed_out: deadline exceeded: put at 10.0.0.1:7000";
const std::string reset = "outcome_unknown: connection reset by peer: 10.0.0.1:7000";

std::vector<std::uint64_t> numbers(const std::vector<MessageView>& messages) {
  std::vector<std::uint64_t> found;
  for (const auto& message : messages) found.push_back(message.number);
  return found;
}

}  // namespace

TEST_CASE("Partition: it cuts the hosts it names, and nobody else") {
  NetworkWorld world;
  const Calls calls{{{0ms, "w"}, {20ms, "x", 100ms}}};
  world.start("a", calls);
  world.start("b", calls);
  world.during(10ms, 10s, [](Network& n) {
    return std::make_unique<Partition>(n, HostNames{"a"}, HostNames{"server"});
  });
  world.run_until(9s);
  CHECK(world.log == Lines{"2.000 w: ok", "2.000 w: ok", "22.000 x: ok", "120.000 x: " + late});
}

TEST_CASE("Partition: a message on its way when it begins does not arrive either") {
  NetworkWorld world;
  world.start("a", Calls{{{0ms, "w"}, {20ms, "x"}}});
  auto after_half_the_way = [](Network& n) {
    return std::make_unique<Partition>(n, HostNames{"a"}, HostNames{"server"});
  };
  world.during(20500us, 30ms, after_half_the_way);
  world.run_until(1s);
  CHECK(world.writes == Lines{"1.000 w", "221.000 x"});
}

TEST_CASE("Partition: one way, replies are stopped and requests have their effect") {
  NetworkWorld world;
  world.start("a", Calls{{{0ms, "w"}, {20ms, "x"}}});
  std::optional<Partition> partition;
  world.at(10ms, [&] {
    partition.emplace(world.world.network(), HostNames{"server"}, HostNames{"a"},
                      Partition::Ways::only_a_to_b);
  });
  world.at(100ms, [&] { partition.reset(); });
  world.run_until(1s);
  CHECK(world.writes == Lines{"1.000 w", "21.000 x"});
  CHECK(world.log == Lines{"2.000 w: ok", "222.000 x: ok"});
}

TEST_CASE("Partition: an isolated host still talks to itself") {
  NetworkWorld world;
  world.start("server", Calls{{{0ms, "x"}}});
  world.start("a", Calls{{{0ms, "y", 100ms}}});
  auto isolated = world.world.network().isolate("server");
  world.run_until(500ms);
  CHECK(world.log == Lines{"0.040 x: ok", "100.000 y: " + late});
  CHECK(isolated.effects() == 1);
}

TEST_CASE("Blackhole: what it swallowed never arrives, nor does what is behind it, even later") {
  NetworkWorld world;
  world.start("a", Calls{{{0ms, "w"}, {20ms, "x", 3s}, {2s, "y", 500ms}, {2900ms, "z"}}});
  world.during(10ms, 1s, rule<Blackhole>(requests("put")));
  world.run_until(100s);
  // y closes the connection by its deadline; z finds a new one.
  CHECK(world.writes == Lines{"1.000 w", "2901.000 z"});
  CHECK(world.log ==
        Lines{"2.000 w: ok", "2500.000 y: " + late, "2902.000 z: ok", "3020.000 x: " + late});
  CHECK(world.effects == 1);
}

TEST_CASE("LostReplies: the request has its effect, its caller learns nothing") {
  NetworkWorld world;
  world.start("a", Calls{{{0ms, "w"}, {20ms, "x", 1s}, {1100ms, "y"}}});
  Match one = from({"server"});
  one.at_most = 1;
  world.during(10ms, 10s, rule<LostReplies>(one));
  world.run_until(20s);
  CHECK(world.writes == Lines{"1.000 w", "21.000 x", "1101.000 y"});
  CHECK(world.log == Lines{"2.000 w: ok", "1020.000 x: " + late, "1102.000 y: ok"});
  CHECK(world.effects == 1);
}

TEST_CASE(
    "Reset: every call on the connection ends, its handlers are cancelled, the next reconnects") {
  NetworkWorld world;
  world.start("a", Calls{{{0ms, "s", 60s, "slow"}, {20ms, "x"}, {1s, "y"}}});
  world.during(10ms, 100ms, rule<Reset>(requests("put")));
  world.run_until(20s);
  CHECK(world.writes == Lines{"1001.000 y"});
  CHECK(world.log == Lines{"21.000 server: cancelled", "22.000 s: " + reset, "22.000 x: " + reset,
                           "1002.000 y: ok"});
}

TEST_CASE("Reset: of a reply, the caller hears at once, and the effect stays") {
  NetworkWorld world;
  world.start("a", Calls{{{20ms, "x"}}});
  world.during(10ms, 100ms, rule<Reset>(from({"server"})));
  world.run_until(20s);
  CHECK(world.writes == Lines{"21.000 x"});
  CHECK(world.log == Lines{"22.000 x: " + reset});
}

TEST_CASE("Clog: everything waits until it ends, then comes in the order of sending") {
  NetworkWorld world;
  world.start("a", Calls{{{20ms, "x1"}, {40ms, "x2"}}});
  world.start("b", Calls{{{30ms, "y1"}, {50ms, "y2"}}});
  Match match;
  match.to = {"server"};
  world.during(10ms, 700ms, rule<Clog>(match));
  world.run_until(1s);
  CHECK(world.writes == Lines{"700.000 x1", "700.000 y1", "700.000 x2", "700.000 y2"});
  CHECK(world.log.back() == "701.000 y2: ok");
  CHECK(world.effects == 2);  // the first of each connection; the others stood behind them
}

TEST_CASE("Hold: a test takes messages out one by one, in the order it likes") {
  NetworkWorld world;
  world.start("a", Calls{{{20ms, "x1"}, {40ms, "x2"}}});
  world.start("b", Calls{{{30ms, "y1"}}});
  auto hold = std::make_unique<Hold>(world.world.network(), requests("put"));
  world.run_until(100ms);
  const auto held = hold->held();
  REQUIRE(held.size() == 3);
  CHECK(held[0].from == "a");
  CHECK(held[1].from == "b");
  CHECK(held[2].from == "a");
  CHECK(held[0].bytes == 2);
  CHECK(world.writes.empty());

  SECTION("another connection's message first") {
    hold->release(held[1].number);
    world.run_until(200ms);
    CHECK(world.writes == Lines{"100.000 y1"});
    CHECK(hold->release_one());
    world.run_until(300ms);
    CHECK(world.writes == Lines{"100.000 y1", "200.000 x1"});
    CHECK(hold->release_one());
    CHECK(!hold->release_one());
    world.run_until(400ms);
    CHECK(world.writes == Lines{"100.000 y1", "200.000 x1", "300.000 x2"});
  }
  SECTION("one that stands behind another waits for it") {
    hold->release(held[2].number);
    world.run_until(200ms);
    CHECK(world.writes.empty());
    CHECK(numbers(hold->held()) == numbers({held[0], held[1]}));
    hold->release(held[0].number);
    world.run_until(300ms);
    CHECK(world.writes == Lines{"200.000 x1", "200.000 x2"});
  }
  SECTION("its end releases all") {
    hold.reset();
    world.run_until(200ms);
    CHECK(world.writes == Lines{"100.000 x1", "100.000 y1", "100.000 x2"});
  }
}

TEST_CASE("Hold: a request whose caller gave up still has its effect when it is released") {
  NetworkWorld world;
  world.start("a", Calls{{{0ms, "x", 100ms}, {200ms, "y"}}});
  Match one = requests("put");
  one.at_most = 1;
  auto hold = std::make_unique<Hold>(world.world.network(), one);
  world.run_until(500ms);
  CHECK(hold->release_one());
  world.run_until(1s);
  CHECK(world.writes == Lines{"201.000 y", "500.000 x"});
}

TEST_CASE("SlowTail: a share of the messages takes so many times as long, and keeps its place") {
  NetworkWorld world;
  Calls calls;
  for (int i = 0; i < 400; ++i) calls.calls.push_back({i * 100ms, std::to_string(i)});
  world.start("a", calls);
  SECTION("a quarter") {
    world.during(0ms, 50s, [](Network& n) {
      return std::make_unique<SlowTail>(n, requests("put"), SlowTail::Share{1, 4}, 20);
    });
    world.run_until(100s);
    CHECK(world.effects > 60);
    CHECK(world.effects < 140);
    std::size_t slow = 0;
    for (int i = 0; i < 400; ++i) {
      const auto usual = fmt::format("{}.000 {}", i * 100 + 1, i);
      const auto slowly = fmt::format("{}.000 {}", i * 100 + 20, i);
      slow += world.writes[i] == slowly;
      REQUIRE((world.writes[i] == usual || world.writes[i] == slowly));
    }
    CHECK(slow == world.effects);
  }
  SECTION("all of them") {
    world.during(0ms, 50s, [](Network& n) {
      return std::make_unique<SlowTail>(n, requests("put"), SlowTail::Share{1, 1}, 20);
    });
    world.run_until(100s);
    CHECK(world.effects == 400);
  }
}

TEST_CASE("NetworkFault: it is told in the trace, with what it changed") {
  NetworkWorld world;
  Lines told;
  world.world.trace().observe([&](const TraceEvent& event) {
    if (event.kind.starts_with("Fault")) told.push_back(to_text(event, World::start_time));
  });
  world.start("a", Calls{{{5ms, "x", 100ms}}});
  {
    auto partition = world.world.network().partition({"a", "b"}, {"server"});
    auto slow = world.world.network().slow_tail(from({"a"}), {1, 2}, 3);
    world.run_until(50ms);
    CHECK(partition.effects() == 1);
  }
  REQUIRE(told.size() == 4);
  CHECK(told[0].ends_with("FaultStarted fault=partition target=a,b | server"));
  CHECK(told[1].ends_with("FaultStarted fault=slow-tail target=a > *"));
  CHECK(told[3].ends_with("FaultEnded fault=partition target=a,b | server effects=1"));
}

TEST_CASE("NetworkFault: one may belong to an event that never comes, or outlive its world") {
  std::unique_ptr<NetworkFault> outliving;
  {
    NetworkWorld world;
    world.during(1ms, 1h, rule<Clog>(requests("put")));
    outliving = std::make_unique<Clog>(world.world.network(), requests("put"));
    world.start("a", Calls{{{2ms, "x", 10ms}}});
    world.run_until(1s);
    CHECK(outliving->effects() == 1);
  }
  CHECK(outliving->effects() == 1);
}

TEST_CASE("NetworkFault: rules decide in the order in which they came") {
  NetworkWorld world;
  world.start("a", Calls{{{0ms, "w"}, {20ms, "x", 100ms}}});
  world.run_until(10ms);
  auto first = std::make_unique<Hold>(world.world.network(), requests("put"));
  auto second = std::make_unique<Blackhole>(world.world.network(), requests("put"));
  world.run_until(50ms);
  CHECK(first->effects() == 1);
  CHECK(second->effects() == 0);
  first->release_one();
  world.run_until(60ms);
  CHECK(second->effects() == 1);
}

}  // namespace shardlab::sim

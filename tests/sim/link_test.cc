#include "tests/sim/network_world.h"

namespace shardlab::sim {
namespace {

Task<> three_at_once(Process& process, NetworkWorld& world) {
  for (int i = 0; i < 3; ++i) {
    process.background().spawn(
        tell_call(process, world, "put", std::string(1000, static_cast<char>('x' + i)), 60s));
  }
  co_return;
}

Lines times_of(const Lines& log) {
  Lines times;
  for (const auto& line : log) times.push_back(line.substr(0, line.find(' ')));
  return times;
}

}  // namespace

TEST_CASE("Link: its own latency is that of one way between two hosts") {
  NetworkWorld world;
  world.world.network().link("a", "server").latency = Latency::constant(7ms);
  world.start("a", [](Process& p, NetworkWorld& w) { return tell_call(p, w, "put", "x", 1s); });
  world.start("b", [](Process& p, NetworkWorld& w) { return tell_call(p, w, "put", "y", 1s); });
  world.run_until(1s);
  CHECK(world.writes == Lines{"1.000 y", "7.000 x"});
  CHECK(world.log == Lines{"2.000 y: ok", "8.000 x: ok"});
}

TEST_CASE("Link: a message occupies it, and the next one queues behind its bytes") {
  NetworkWorld world;
  world.world.network().link("a", "server").bytes_per_second = 100'000;
  world.start("a", three_at_once);
  SECTION("with the answers unhindered") {
    world.run_until(1s);
    CHECK(times_of(world.writes) == Lines{"11.000", "21.000", "31.000"});
    CHECK(times_of(world.log) == Lines{"12.000", "22.000", "32.000"});
  }
  SECTION("whoever sent them: another connection over the same link waits, too") {
    world.start(
        "a",
        [](Process& p, NetworkWorld& w) {
          return tell_call(p, w, "put", std::string(500, 'o'), 1s);
        },
        "other");
    world.run_until(1s);
    CHECK(times_of(world.writes) == Lines{"6.000", "16.000", "26.000", "36.000"});
  }
  SECTION("an idle link starts at once again") {
    world.at(500ms, [&] {
      Process& late = *world.world.find_host("a")->find_process("main");
      late.background().spawn(tell_call(late, world, "put", std::string(100, 'l'), 1s));
    });
    world.run_until(1s);
    CHECK(times_of(world.writes).back() == "502.000");
  }
}

TEST_CASE("Link: a part of a nanosecond is a whole one, and large messages do not overflow") {
  Choices choices(1);
  World world(1);
  Host& a = world.add_host("a", "10.0.0.1");
  Host& b = world.add_host("b", "10.0.0.2");
  Links links(LatencyModel(Latency::constant(0ms), 0ms));
  links.link("a", "b").bytes_per_second = 3'000'000'000;
  CHECK(links.travel_time(choices, World::start_time, &a, &b, 1) == 1ns);
  CHECK(links.travel_time(choices, World::start_time, &a, &b, 30) == 11ns);
  CHECK(links.travel_time(choices, World::start_time + 1h, &a, &b, 3'000'000'000'000) == 1000s);
  CHECK(links.travel_time(choices, World::start_time, &b, &a, 1'000'000) == 0ns);
}

}  // namespace shardlab::sim

#include "sim/transport.h"

#include "tests/sim/network_world.h"

namespace shardlab::sim {
namespace {

auto partition(HostNames a, HostNames b) {
  return [a, b](Network& n) { return std::make_unique<Partition>(n, a, b); };
}

/// The process is gone without a word; its host goes on.
void vanish(NetworkWorld& world, Process& process) {
  const std::uint32_t incarnation = process.incarnation();
  world.world.scheduler().kill(process.id());
  world.world.network().process_ended(process.id(), incarnation, Farewell::silent);
}

}  // namespace

TEST_CASE("Transport: what a partition swallowed is sent again until it arrives, in order") {
  NetworkWorld world;
  world.start("a", Calls{{{0ms, "w"}, {20ms, "x"}, {30ms, "y"}, {1100ms, "z"}}});
  world.during(10ms, 1s, partition({"a"}, {"server"}));
  world.run_until(10s);
  // Tries at 220, 620 and 1420 ms; z stands behind x on the connection.
  CHECK(world.writes == Lines{"1.000 w", "1421.000 x", "1421.000 y", "1421.000 z"});
  CHECK(world.log == Lines{"2.000 w: ok", "1422.000 x: ok", "1422.000 y: ok", "1422.000 z: ok"});
  CHECK(world.effects == 1);
}

TEST_CASE("Transport: a connection that is being opened is tried after 1, 2, 4 seconds") {
  NetworkWorld world;
  world.start("a", Calls{{{20ms, "x"}}});
  world.during(10ms, 1500ms, partition({"a"}, {"server"}));
  world.run_until(10s);
  CHECK(world.writes == Lines{"3021.000 x"});
  CHECK(world.log == Lines{"3022.000 x: ok"});
}

TEST_CASE("Transport: an established connection is given up after 15 more tries") {
  NetworkWorld world;
  world.world.network().transport().set_keepalive(false);
  world.start("a", Calls{{{0ms, "w"}, {20ms, "x", 2000s}, {924700ms, "y"}}});
  world.during(10ms, 924650ms, partition({"a"}, {"server"}));
  world.run_until(2000s);
  CHECK(world.log == Lines{"2.000 w: ok",
                           "924620.000 x: outcome_unknown: connection timed out: 10.0.0.1:7000",
                           "924702.000 y: ok"});
  CHECK(world.writes == Lines{"1.000 w", "924701.000 y"});
}

TEST_CASE("Transport: one that was never opened is given up after 6 more tries, without effect") {
  NetworkWorld world;
  world.start("a", Calls{{{20ms, "x", 2000s}}});
  world.during(10ms, 1000s, partition({"a"}, {"server"}));
  world.run_until(2000s);
  CHECK(world.log == Lines{"127020.000 x: unavailable: connection timed out: 10.0.0.1:7000"});
  CHECK(world.writes.empty());
}

TEST_CASE("Transport: who gave up on a stopped connection uses another one") {
  NetworkWorld world;
  world.start("a", Calls{{{0ms, "w"}, {20ms, "x", 100ms}, {1s, "y"}}});
  world.during(10ms, 900ms, partition({"a"}, {"server"}));
  world.run_until(10s);
  // x was in the kernel's hands: it arrives after y, and the cancellation behind it is too late.
  CHECK(world.writes == Lines{"1.000 w", "1001.000 y", "1421.000 x"});
  CHECK(world.log == Lines{"2.000 w: ok",
                           "120.000 x: timed_out: deadline exceeded: put at 10.0.0.1:7000",
                           "1002.000 y: ok"});
}

TEST_CASE("Transport: what was to open a connection is forgotten with its only call") {
  NetworkWorld world;
  world.start("a", Calls{{{20ms, "x", 100ms}}});
  world.during(10ms, 900ms, partition({"a"}, {"server"}));
  world.run_until(100s);
  CHECK(world.writes.empty());
}

TEST_CASE("Transport: a peer that vanished answers the next message with a reset") {
  NetworkWorld world;
  world.start("a", Calls{{{0ms, "s", 60s, "slow"}, {1s, "x"}}});
  world.at(500ms, [&] { vanish(world, *world.server); });
  world.run_until(10s);
  // Nobody tells the caller of s until x is sent on the same connection.
  CHECK(world.log == Lines{"1002.000 s: outcome_unknown: connection reset by peer: 10.0.0.1:7000",
                           "1002.000 x: outcome_unknown: connection reset by peer: 10.0.0.1:7000"});
  CHECK(world.writes.empty());
}

TEST_CASE("Transport: the calls of a client that vanished run until one of them is answered") {
  NetworkWorld world;
  Process& client = world.start("a", Calls{{{0ms, "s", 60s, "slow"}, {100ms, "t", 60s, "slow"}}});
  world.at(500ms, [&] { vanish(world, client); });
  world.run_until(20s);
  CHECK(world.log == Lines{"5003.000 server: cancelled"});
}

TEST_CASE("Transport: a host that lost its power is silent, and resets when it is there again") {
  NetworkWorld world;
  world.start("a", Calls{{{0ms, "s", 60s, "slow"}, {1s, "x"}, {3s, "y"}}});
  world.start("b", Calls{{{1s, "z", 500ms}, {3s, "u"}}});
  std::unique_ptr<Fault> outage;
  world.at(500ms, [&] { outage = world.world.find_host("server")->power_off(); });
  world.at(2s, [&] { outage.reset(); });
  world.run_until(20s);
  // x is sent at 1000, 1200, 1600 and 2400 ms; only the last one finds somebody who answers.
  const std::string reset = "outcome_unknown: connection reset by peer: 10.0.0.1:7000";
  CHECK(world.log == Lines{"1500.000 z: timed_out: deadline exceeded: put at 10.0.0.1:7000",
                           "2402.000 s: " + reset, "2402.000 x: " + reset, "3002.000 y: ok",
                           "3002.000 u: ok"});
  CHECK(world.writes == Lines{"3001.000 y", "3001.000 u"});
}

TEST_CASE("Transport: what a host sent again when it lost its power is never sent") {
  NetworkWorld world;
  world.start("a", Calls{{{0ms, "w"}, {20ms, "x"}}});
  world.during(10ms, 1s, partition({"a"}, {"server"}));
  std::unique_ptr<Fault> outage;
  world.at(500ms, [&] { outage = world.world.find_host("a")->power_off(); });
  world.run_until(20s);
  CHECK(world.writes == Lines{"1.000 w"});
}

TEST_CASE("Transport: a dark host is silent even if nothing ran on it") {
  NetworkWorld world;
  std::unique_ptr<Fault> outage = world.world.find_host("b")->power_off();
  world.start("a", [](Process& process, NetworkWorld& w) -> Task<> {
    for (int i = 0; i < 2; ++i) {
      auto answer =
          co_await capture(w.world.network().call(process, "10.0.0.3:7000", "put", "x", 500ms));
      w.tell(std::string(to_string(answer.error().code())));
    }
  });
  world.at(700ms, [&] { outage.reset(); });
  world.run_until(2s);
  CHECK(world.log == Lines{"500.000 timed_out", "1000.000 timed_out"});
}

TEST_CASE("Transport: the reset of a crashed process is lost with its host's power") {
  NetworkWorld world;
  world.start("a", Calls{{{0ms, "s", 10s, "slow"}}});
  world.during(10ms, 1s, partition({"a"}, {"server"}));
  std::unique_ptr<Fault> outage;
  world.at(100ms, [&] { world.server->crash(); });
  world.at(500ms, [&] { outage = world.world.find_host("server")->power_off(); });
  world.at(2s, [&] { outage.reset(); });
  world.run_until(20s);
  CHECK(world.log == Lines{"10000.000 s: timed_out: deadline exceeded: slow at 10.0.0.1:7000"});
}

TEST_CASE("Transport: a doomed process sends nothing, a held one after its release") {
  NetworkWorld world;
  world.start("a", [](Process& process, NetworkWorld& w) {
    process.doom();  // in the middle of a step, whose rest is the call
    return tell_call(process, w, "put", "x", 10s);
  });
  Process& held = world.start("b", [](Process& process, NetworkWorld& w) {
    process.hold();
    return tell_call(process, w, "put", "y", 10s);
  });
  world.run_until(50ms);
  CHECK(world.writes.empty());
  held.release();
  world.run_until(1s);
  CHECK(world.writes == Lines{"51.000 y"});
  CHECK(world.log == Lines{"52.000 y: ok"});
}

TEST_CASE("Transport: a reset does not pass a partition either") {
  NetworkWorld world;
  world.start("a", Calls{{{0ms, "s", 60s, "slow"}, {1s, "x"}}});
  world.at(500ms, [&] { vanish(world, *world.server); });
  world.during(900ms, 1500ms, [](Network& n) {
    return std::make_unique<Partition>(n, HostNames{"server"}, HostNames{"a"},
                                       Partition::Ways::only_a_to_b);
  });
  world.run_until(10s);
  // x is sent at 1000, 1200 and 1600 ms.
  CHECK(world.log == Lines{"1602.000 s: outcome_unknown: connection reset by peer: 10.0.0.1:7000",
                           "1602.000 x: outcome_unknown: connection reset by peer: 10.0.0.1:7000"});
}

}  // namespace shardlab::sim

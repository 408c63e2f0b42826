// SimGrid actors that sleep random durations: peer_simgrid N EVENTS.

#include <cstdio>
#include <cstdlib>
#include <simgrid/s4u.hpp>

#include "tools/bench/cpu_time.h"
#include "tools/bench/durations.h"

namespace {

std::uint64_t left;
std::uint64_t events;
std::int64_t began;
std::int64_t ended;
shardlab::bench::Durations durations;

void sleep_again_and_again() {
  while (left > 0) {
    if (--left == events) began = shardlab::bench::cpu_time_ns();
    if (left == 0) ended = shardlab::bench::cpu_time_ns();
    simgrid::s4u::this_actor::sleep_for(1e-9 * static_cast<double>(durations.next_ns()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  simgrid::s4u::Engine engine(&argc, argv);
  if (argc != 3) return 2;
  const std::uint64_t actors = std::strtoull(argv[1], nullptr, 10);
  events = std::strtoull(argv[2], nullptr, 10);
  left = events + 2 * actors;
  auto* zone = simgrid::s4u::create_full_zone("zone");
  auto* host = zone->create_host("host", 1e9);
  zone->seal();
  for (std::uint64_t i = 0; i < actors; ++i) {
    simgrid::s4u::Actor::create("sleeper", host, sleep_again_and_again);
  }
  engine.run();
  std::printf("%.3f\n", static_cast<double>(ended - began) / static_cast<double>(events));
}

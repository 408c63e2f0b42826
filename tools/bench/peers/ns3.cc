// ns-3 schedules a function after a random duration, again and again: peer_ns3 N EVENTS.
// C++17: the headers of ns-3 3.37 do not compile as C++20.

#include <cstdio>
#include <cstdlib>
#include <ns3/core-module.h>
#include <vector>

#include "tools/bench/cpu_time.h"
#include "tools/bench/durations.h"

namespace {

std::uint64_t left;
std::uint64_t events;
std::int64_t began;
std::int64_t ended;
shardlab::bench::Durations durations;

struct Sleeper {
  void fire() {
    if (left == 0) return;
    if (--left == events) began = shardlab::bench::cpu_time_ns();
    if (left == 0) ended = shardlab::bench::cpu_time_ns();
    ns3::Simulator::Schedule(ns3::NanoSeconds(durations.next_ns()), &Sleeper::fire, this);
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::vector<Sleeper> sleepers(std::strtoull(argv[1], nullptr, 10));
  events = std::strtoull(argv[2], nullptr, 10);
  left = events + 2 * sleepers.size();
  ns3::ObjectFactory scheduler;
  scheduler.SetTypeId("ns3::MapScheduler");  // the default
  ns3::Simulator::SetScheduler(scheduler);
  for (Sleeper& sleeper : sleepers) sleeper.fire();
  ns3::Simulator::Run();
  ns3::Simulator::Destroy();
  std::printf("%.3f\n", static_cast<double>(ended - began) / static_cast<double>(events));
}

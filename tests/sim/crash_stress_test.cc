#include <algorithm>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "tests/sim/busy_program.h"
#include "tests/sim/programs.h"

namespace shardlab::sim {
namespace {

constexpr int hosts = 4;
constexpr std::size_t most_calls = hosts * (hosts - 1) * 3;  // what the programs have open at once
constexpr int crashes = 300;  // of each schedule; four of them make more than a thousand

/// Four hosts whose programs wait in every way at once, and somebody who crashes and restarts them.
class Stress {
 public:
  explicit Stress(WorldOptions options) : world(std::move(options)) {
    for (int i = 1; i <= hosts; ++i) {
      std::vector<std::string> peers;
      for (int k = 1; k <= hosts; ++k) {
        if (k != i) peers.push_back(fmt::format("10.0.0.{}:{}", k, BusyProgram::port));
      }
      Host& host = world.add_host(fmt::format("host-{}", i), fmt::format("10.0.0.{}", i));
      Census& census = censuses[i - 1];
      processes.push_back(&host.add_process("busy", [&census, peers](Process& process) {
        return std::make_unique<BusyProgram>(process, census, peers);
      }));
      processes.back()->start();
    }
  }

  /// Crashes one of them, drawn, after a drawn time; every third one's host loses its power.
  void crash_one() {
    run_for(world, 1us * world.choices().draw("stress.pause", 30'000));
    const std::size_t index = world.choices().draw("stress.process", hosts);
    Process& process = *processes[index];
    Census& census = censuses[index];
    if (process.is_running()) {
      for (std::size_t i = 0; i < census.waiting.size(); ++i) {
        if (census.waiting[i] > 0) ++interrupted[i];
      }
    }
    if (world.choices().draw("stress.power", 3) == 0) {
      outage.reset();  // one host at a time is dark
      outage = process.host().power_off();
    } else {
      process.crash();
    }
    CHECK(census.frames() == 0);
    CHECK(census.programs == 0);
    run_for(world, 1us * world.choices().draw("stress.down", 20'000));
    if (process.host().has_power() && !process.is_running()) process.start();
  }

  int frames() const {
    int sum = 0;
    for (const Census& census : censuses) sum += census.frames();
    return sum;
  }

  std::array<Census, hosts> censuses;
  std::array<int, static_cast<std::size_t>(Wait::count)> interrupted{};
  World world;
  std::vector<Process*> processes;
  std::unique_ptr<Fault> outage;
};

std::string digest_of_stress(std::string_view schedule, std::uint64_t seed, int count) {
  WorldOptions options;
  options.seed = seed;
  options.schedule = Schedule::parse(schedule).value();
  Stress stress(std::move(options));
  for (int i = 0; i < count; ++i) stress.crash_one();
  return stress.world.trace().digest();
}

}  // namespace

TEST_CASE("Crash stress: crashes in the middle of every wait leave nothing behind") {
  const std::string schedule = GENERATE("fifo", "random", "pct:3", "delay:5");
  CAPTURE(schedule);
  WorldOptions options;
  options.seed = 7;
  options.schedule = Schedule::parse(schedule).value();
  Stress stress(std::move(options));
  run_for(stress.world, 1s);
  const int frames = stress.frames();
  for (int i = 0; i < crashes; ++i) stress.crash_one();
  for (std::size_t i = 0; i < stress.interrupted.size(); ++i) {
    CAPTURE(i);
    CHECK(stress.interrupted[i] > crashes / 4);
  }

  stress.outage.reset();
  for (Process* process : stress.processes) process->crash();
  CHECK(stress.frames() == 0);
  run_for(stress.world, 30min);  // whatever a kernel still sends again is given up
  CHECK(stress.world.network().open_calls() == 0);
  CHECK(stress.world.network().transport().connections() == 0);

  for (Process* process : stress.processes) process->start();
  run_for(stress.world, 1s);
  CHECK(std::abs(stress.frames() - frames) <= 10);
  CHECK(stress.world.network().open_calls() <= most_calls);
}

TEST_CASE("Crash stress: the same seed crashes in the same way, another one in another") {
  const std::string digest = digest_of_stress("random", 3, 40);
  CHECK(digest_of_stress("random", 3, 40) == digest);
  CHECK(digest_of_stress("random", 4, 40) != digest);
}

TEST_CASE("Crash stress: a client whose calls vanish for a thousand crashes of its server") {
  Census server_census;
  Census client_census;
  World world(5);
  Process& server =
      world.add_host("server", "10.0.0.1").add_process("busy", [&server_census](Process& process) {
        return std::make_unique<BusyProgram>(process, server_census, std::vector<std::string>());
      });
  server.start();
  Process& client =
      world.add_host("client", "10.0.0.2").add_process("busy", [&client_census](Process& process) {
        return std::make_unique<BusyProgram>(process, client_census,
                                             std::vector<std::string>{"10.0.0.1:7000"});
      });
  client.start();
  Match every_second;
  every_second.where = [](const MessageView& m) { return m.number % 2 == 0; };
  const auto hole = std::make_unique<Blackhole>(world.network(), every_second);
  std::size_t most_calls = 0;
  std::size_t most_connections = 0;
  for (int i = 0; i < 1000; ++i) {
    run_for(world, 10ms);
    server.crash();
    run_for(world, 10ms);
    server.start();
    most_calls = std::max(most_calls, world.network().open_calls());
    most_connections = std::max(most_connections, world.network().transport().connections());
  }
  CHECK(hole->effects() > 500);
  CHECK(most_calls <= 10);
  CHECK(most_connections <= 4);
}

}  // namespace shardlab::sim

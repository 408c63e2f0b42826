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

/// How a process comes to its end.
enum class Way : std::size_t {
  crash,
  power_off,
  crash_while_paused,
  crash_while_slow,
  crash_while_held,     ///< by a barrier: what it sent is kept back
  crash_while_clogged,  ///< its messages pile up at the others
  crash_at_an_event,    ///< in the middle of a step
  power_off_at_an_event,
  count
};

WorldOptions options_with(std::string_view schedule, std::uint64_t seed) {
  WorldOptions options;
  options.seed = seed;
  options.schedule = Schedule::parse(schedule).value();
  return options;
}

/// Four hosts whose programs wait in every way at once, and somebody who crashes and restarts them.
class Stress {
 public:
  explicit Stress(WorldOptions options)
      : world_(std::make_unique<World>(std::move(options))), surroundings_(*world_) {
    for (int i = 1; i <= hosts; ++i) {
      std::vector<std::string> peers;
      for (int k = 1; k <= hosts; ++k) {
        if (k != i) peers.push_back(fmt::format("10.0.0.{}:{}", k, BusyProgram::port));
      }
      Host& host = world().add_host(fmt::format("host-{}", i), fmt::format("10.0.0.{}", i));
      Census& census = censuses_[i - 1];
      processes.push_back(&host.add_process("busy", [this, &census, peers](Process& process) {
        return std::make_unique<BusyProgram>(process, census, surroundings_, peers);
      }));
      processes.back()->start();
    }
  }

  /// Ends one of them, drawn, in a drawn way after a drawn time, and starts it again.
  void crash_one() {
    run_for(world(), 1us * draw("stress.pause", 30'000));
    surroundings_.condition.notify_all();
    const std::size_t index = draw("stress.process", hosts);
    const auto way = static_cast<Way>(draw("stress.way", static_cast<std::size_t>(Way::count)));
    Process& process = *processes[index];
    hinder(process, way);
    count_waits(censuses_[index]);
    const std::uint32_t incarnation = process.incarnation();
    end(process, way);
    CHECK(process.incarnation() == incarnation + 1);
    CHECK(censuses_[index].frames() == 0);
    CHECK(censuses_[index].programs == 0);
    CHECK(world().scheduler().waiting(process.id()) == 0);
    ++ways[static_cast<std::size_t>(way)];
    hindrance_.reset();
    run_for(world(), 1us * draw("stress.down", 20'000));
    outage_.reset();
    process.restart();
  }

  void crash_all() {
    for (Process* process : processes) process->crash();
  }
  void start_all() {
    for (Process* process : processes) process->start();
  }
  void destroy_world() { world_.reset(); }

  World& world() { return *world_; }
  int frames() const {
    int sum = 0;
    for (const Census& census : censuses_) sum += census.frames();
    return sum;
  }
  int programs() const {
    int sum = 0;
    for (const Census& census : censuses_) sum += census.programs;
    return sum;
  }
  /// Timers and wake-ups of the programs, messages on their way.
  std::size_t waiting() {
    std::size_t sum = world().scheduler().waiting(0);
    for (Process* process : processes) sum += world().scheduler().waiting(process->id());
    return sum;
  }

  std::vector<Process*> processes;
  std::array<int, static_cast<std::size_t>(Wait::count)> interrupted{};
  std::array<int, static_cast<std::size_t>(Way::count)> ways{};

 private:
  std::uint64_t draw(std::string_view site, std::uint64_t bound) {
    return world().choices().draw(site, bound);
  }

  void count_waits(const Census& census) {
    for (std::size_t i = 0; i < census.waiting.size(); ++i) {
      if (census.waiting[i] > 0) ++interrupted[i];
    }
  }

  void hinder(Process& process, Way way) {
    if (way == Way::crash_while_paused) hindrance_ = process.pause();
    if (way == Way::crash_while_slow) hindrance_ = process.slow(1ms);
    if (way == Way::crash_while_held) process.hold();
    if (way == Way::crash_while_clogged) {
      Match match;
      match.from = {process.host().name()};
      hindrance_ = std::make_unique<Clog>(world().network(), match);
    }
    if (hindrance_ || process.is_held()) run_for(world(), 1us * draw("stress.hindered", 10'000));
  }

  void end(Process& process, Way way) {
    if (way == Way::power_off) {
      outage_ = process.host().power_off();
    } else if (way == Way::crash_at_an_event || way == Way::power_off_at_an_event) {
      Barrier& barrier = world().barriers().at("WaitEnded").on_host(process.host().name());
      barrier.nth(1 + draw("stress.event", 10));
      way == Way::crash_at_an_event ? barrier.crash() : barrier.lose_power();
      world().scheduler().run_until([&] { return !process.is_running(); }, world().now() + 1s);
    } else {
      process.crash();
    }
  }

  std::array<Census, hosts> censuses_;
  std::unique_ptr<World> world_;
  Surroundings surroundings_;
  std::unique_ptr<Fault> hindrance_;
  std::unique_ptr<Fault> outage_;
};

std::string digest_of_stress(std::string_view schedule, std::uint64_t seed) {
  Stress stress(options_with(schedule, seed));
  for (int i = 0; i < 40; ++i) stress.crash_one();
  return stress.world().trace().digest();
}

}  // namespace

TEST_CASE("Crash stress: crashes in the middle of every wait leave nothing behind") {
  const std::string schedule = GENERATE("fifo", "random", "pct:3", "delay:5");
  CAPTURE(schedule);
  Stress stress(options_with(schedule, 7));
  Network& network = stress.world().network();
  run_for(stress.world(), 1s);
  const int frames = stress.frames();
  const std::size_t waiting = stress.waiting();
  for (int i = 0; i < crashes; ++i) stress.crash_one();
  for (std::size_t i = 0; i < stress.interrupted.size(); ++i) {
    CAPTURE(i);
    CHECK(stress.interrupted[i] > crashes / 20);
  }
  for (const int times : stress.ways) CHECK(times > crashes / 20);

  stress.crash_all();
  CHECK(stress.frames() == 0);
  run_for(stress.world(), 30min);  // whatever a kernel still sends again is given up
  CHECK(stress.waiting() == 0);
  CHECK(network.open_calls() == 0);
  CHECK(network.transport().connections() == 0);

  stress.start_all();
  run_for(stress.world(), 1s);
  CHECK(std::abs(stress.frames() - frames) <= 10);
  CHECK(stress.waiting() <= waiting * 11 / 10);
  CHECK(stress.programs() == hosts);
  CHECK(network.open_calls() <= most_calls);
  CHECK(network.transport().connections() == hosts * (hosts - 1));

  stress.destroy_world();
  CHECK(stress.frames() == 0);
  CHECK(stress.programs() == 0);
}

TEST_CASE("Crash stress: the same seed crashes in the same way, another one in another") {
  const std::string schedule = GENERATE("fifo", "random", "pct:3", "delay:5");
  const std::string digest = digest_of_stress(schedule, 3);
  CHECK(digest_of_stress(schedule, 3) == digest);
  CHECK(digest_of_stress(schedule, 4) != digest);
}

TEST_CASE("Crash stress: a client whose calls vanish for a thousand ends of its server") {
  const bool loses_power = GENERATE(false, true);
  CAPTURE(loses_power);
  Census server_census;
  Census client_census;
  World world(5);
  Surroundings surroundings(world);
  const auto add = [&](std::string ip, Census& census, std::vector<std::string> peers) {
    Process& process = world.add_host(ip, ip).add_process("busy", [&, peers](Process& p) {
      return std::make_unique<BusyProgram>(p, census, surroundings, peers);
    });
    process.start();
    return &process;
  };
  Process* server = add("10.0.0.1", server_census, {});
  add("10.0.0.2", client_census, {"10.0.0.1:7000"});
  Match every_second;
  every_second.where = [](const MessageView& m) { return m.number % 2 == 0; };
  const auto hole = std::make_unique<Blackhole>(world.network(), every_second);
  std::size_t most_calls = 0;
  std::size_t most_connections = 0;
  std::size_t most_waiting = 0;
  for (int i = 0; i < 1000; ++i) {
    run_for(world, 10ms);
    auto down = loses_power ? server->host().power_off() : server->down();
    run_for(world, 10ms);
    down.reset();
    most_calls = std::max(most_calls, world.network().open_calls());
    most_connections = std::max(most_connections, world.network().transport().connections());
    most_waiting = std::max(most_waiting, world.scheduler().waiting(0));
  }
  CHECK(hole->effects() > 300);
  CHECK(most_calls <= 10);
  CHECK(most_connections <= 40);
  CHECK(most_waiting <= 500);  // keepalive looks once more at each connection of the last 10 s
}

}  // namespace shardlab::sim

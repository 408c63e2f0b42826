#include "scenarios/swarm/swarm.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "scenarios/cluster/host_names.h"
#include "scenarios/text/units.h"

namespace shardlab::scenarios {
namespace {

using Aim = FaultKindInfo::Aim;
using std::chrono::milliseconds;

/// One run's draws. Every fault takes the same draws whatever it turns out to be, so that leaving
/// one out moves no other.
class Swarm {
 public:
  Swarm(Scenario scenario, sim::Choices& choices) : choices_(choices) {
    drawn_.scenario = std::move(scenario);
  }

  Drawn draw() && {
    draw_load();
    draw_network();
    draw_schedule();
    draw_kinds();
    draw_faults();
    return std::move(drawn_);
  }

 private:
  std::uint64_t below(std::string_view site, std::uint64_t bound) {
    return choices_.draw(site, bound);
  }
  /// One of the list; the first is the calmest.
  template <class T, std::size_t n>
  const T& one_of(std::string_view site, const std::array<T, n>& list) {
    return list[below(site, n)];
  }
  void say(std::string line) { drawn_.said.push_back(std::move(line)); }

  void draw_load() {
    constexpr std::array<std::int64_t, 5> rates{5, 1, 3, 10, 20};
    constexpr std::array<std::int64_t, 5> writes{300'000, 50'000, 500'000, 800'000, 1'000'000};
    constexpr std::array<std::uint64_t, 4> pages{100, 1, 3, 20};
    constexpr std::array<std::int64_t, 4> rows{11, 0, 3, 60};
    const std::int64_t rate = one_of("swarm.rate", rates);
    const std::int64_t share = one_of("swarm.writes", writes);
    const std::uint64_t page_count = one_of("swarm.pages", pages);
    const bool reads_master = below("swarm.reads", 4) == 3;
    const std::int64_t row_count = one_of("swarm.rows", rows);
    for (Load& load : drawn_.scenario.loads) {
      load.rate = Rate{rate};
      load.write_millionths = share;
      load.reads = reads_master ? Load::Reads::master : Load::Reads::replica;
      load.pages.clear();
      for (std::uint64_t page = 0; page < page_count; ++page) load.pages.push_back(page);
    }
    if (drawn_.scenario.data) drawn_.scenario.data->count = row_count;
    say(fmt::format("load {}/s, {} % writes, {} pages, reads from {}; {} rows", rate,
                    share / 10'000, page_count, reads_master ? "the master" : "replicas",
                    row_count));
  }

  void draw_network() {
    struct Speed {
      milliseconds p50, p99;
    };
    constexpr std::array<Speed, 4> speeds{{{milliseconds(1), milliseconds(8)},
                                           {milliseconds(1), milliseconds(2)},
                                           {milliseconds(1), milliseconds(40)},
                                           {milliseconds(5), milliseconds(200)}}};
    constexpr std::array<milliseconds, 4> paces{milliseconds(1000), milliseconds(10),
                                                milliseconds(300), milliseconds(2000)};
    const Speed& speed = one_of("swarm.latency", speeds);
    drawn_.scenario.latency.p50 = speed.p50;
    drawn_.scenario.latency.p99 = speed.p99;
    drawn_.scenario.pace = one_of("swarm.pace", paces);
    say(fmt::format("network {} median, {} p99; a command every {}", format_duration(speed.p50),
                    format_duration(speed.p99), format_duration(drawn_.scenario.pace)));
  }

  void draw_schedule() {
    constexpr std::array<std::string_view, 4> schedules{"fifo", "random", "pct:2", "delay:20"};
    const std::string_view name = one_of("swarm.schedule", schedules);
    drawn_.schedule = *sim::Schedule::parse(name);
    say(fmt::format("schedule {}", name));
  }

  /// Each kind is in or out, so that one that hides the others is often missing.
  void draw_kinds() {
    for (const FaultKindInfo& kind : fault_kinds()) {
      const bool is_in = below("swarm.kind", 3) == 1;
      if (is_in && kind.cluster != ClusterFault::command) kinds_.push_back(&kind);
    }
    std::string names;
    for (const FaultKindInfo* kind : kinds_) names += fmt::format(" {}", kind->name);
    say("fault kinds" + (names.empty() ? std::string(" none") : names));
  }

  void draw_faults() {
    constexpr std::uint64_t most = 8;
    const std::uint64_t count = kinds_.empty() ? 0 : below("swarm.faults", most + 1);
    for (std::uint64_t i = 0; i < count; ++i) {
      FaultSpec fault = draw_fault();
      fault.id = fmt::format("fault-{}", i + 1);
      if (fault.peer && fault.peer->text() == fault.target.text()) continue;
      drawn_.scenario.faults.push_back(std::move(fault));
    }
  }

  FaultSpec draw_fault() {
    constexpr std::uint64_t many = 1 << 16;
    FaultSpec fault;
    const std::uint64_t kind = below("swarm.fault", many);
    const std::uint64_t target = below("swarm.target", many);
    const std::uint64_t peer = below("swarm.peer", many);
    const std::uint64_t process = below("swarm.process", 4);
    fault.trigger = draw_trigger();
    const std::uint64_t length = below("swarm.length", 64);
    const std::uint64_t amount = below("swarm.amount", 64);
    const std::uint64_t disk = below("swarm.disk", 3);
    fault.kind = kinds_[kind % kinds_.size()];
    if (fault.kind->aim != Aim::nobody) fault.target = target_for(*fault.kind, target, process);
    if (fault.kind->has_peer()) fault.peer = target_for(*fault.kind, peer, 0);
    if (!fault.kind->is_instant()) fault.length = length_of(length);
    fault.amount = amount_of(*fault.kind, amount);
    if (fault.kind->world == sim::FaultKind::power_loss) {
      fault.unsynced = static_cast<sim::CrashMode>(disk);
    }
    return fault;
  }

  FaultTrigger draw_trigger() {
    constexpr std::uint64_t span_ms = 75'000;  // a run without faults takes less
    FaultTrigger trigger;
    const bool is_timed = below("swarm.trigger", 3) == 0;
    const std::uint64_t at = below("swarm.at", span_ms);
    const std::uint64_t event = below("swarm.event", event_names().size());
    const std::uint64_t nth = below("swarm.nth", 6);
    const std::uint64_t delay = below("swarm.delay", 8);
    if (is_timed) {
      trigger.at = milliseconds(at);
      return trigger;
    }
    trigger.on = FaultTrigger::On::event;
    trigger.event = &event_names()[event];
    trigger.nth = 1 + nth % 3 * (nth % 2);
    if (delay >= 4) trigger.most_delay = milliseconds(1 << (2 * delay - 6));
    return trigger;
  }

  FaultTarget target_for(const FaultKindInfo& kind, std::uint64_t pick, std::uint64_t process) {
    std::vector<FaultTarget> targets;
    const bool only_etcd = kind.aim == Aim::etcd;
    const bool has_disk = kind.aim == Aim::disk || kind.aim == Aim::server;
    for (const std::string& shard : shard_paths(drawn_.scenario)) {
      if (only_etcd) break;
      targets.push_back({"master", shard, ""});
      targets.push_back({"replica", shard, ""});
      targets.push_back({"rdonly", shard, ""});
      targets.push_back({"drained", shard, ""});
    }
    for (const std::string& cell : drawn_.scenario.cluster.cells) {
      if (kind.aim != Aim::server) targets.push_back({"etcd", cell, ""});
      if (!only_etcd && !has_disk) targets.push_back({"vtgate", cell, ""});
    }
    if (kind.aim != Aim::server) targets.push_back({"etcd", "global", ""});
    if (!only_etcd && !has_disk) {
      targets.push_back({"", "vtctld", ""});
      targets.push_back({"", "vtworker", ""});
    }
    FaultTarget target = targets[pick % targets.size()];
    const bool is_tablet = target.argument.find('/') != std::string::npos;
    if (is_tablet && kind.aim == Aim::host_or_process && process >= 2) {
      target.process = process == 2 ? "vttablet" : "mysqld";
    }
    return target;
  }

  /// 30 ms to 30 s, as likely short as long.
  static Duration length_of(std::uint64_t drawn) {
    return milliseconds((std::uint64_t{30} << (drawn / 7)) * (10 + drawn % 7) / 10);
  }

  static std::int64_t amount_of(const FaultKindInfo& kind, std::uint64_t drawn) {
    if (kind.amount.empty()) return 0;
    const auto size = static_cast<std::int64_t>(drawn / 2 % 8);
    const bool is_negative = drawn % 2 == 1;
    switch (*kind.world) {
      case sim::FaultKind::slow_cpu: return 10'000 << size;
      case sim::FaultKind::slow_disk: return 1'000'000 << size;
      case sim::FaultKind::skew:
      case sim::FaultKind::jump: {
        const std::int64_t ns = std::int64_t{100'000'000} << size;
        return is_negative ? -ns : ns;
      }
      case sim::FaultKind::drift: return is_negative ? -(1 << size) * 100 : (1 << size) * 100;
      case sim::FaultKind::slow_tail: return 2 << size;
      case sim::FaultKind::full_disk: return 4096 * size;
      default: return 1 + size;
    }
  }

  sim::Choices& choices_;
  Drawn drawn_;
  std::vector<const FaultKindInfo*> kinds_;
};

}  // namespace

Drawn draw_swarm(Scenario scenario, sim::Choices& choices) {
  return Swarm(std::move(scenario), choices).draw();
}

}  // namespace shardlab::scenarios

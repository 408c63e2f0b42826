#pragma once

#include <map>
#include <memory>
#include <optional>

#include "sim/barrier.h"
#include "sim/choices.h"
#include "sim/host.h"
#include "sim/network.h"
#include "sim/scheduler.h"
#include "sim/trace.h"

namespace shardlab::sim {

/// What makes a world the one it is.
struct WorldOptions {
  std::uint64_t seed = 1;
  /// Goes on with these, of which some may have been made; the seed then counts for nothing.
  std::optional<Choices> choices;
  Schedule schedule;
  LatencyModel latency = LatencyModel();
};

/// One simulated world: time, choices, machines, network, trace. Nothing outside it is touched.
class World final : public EventSink {
 public:
  /// Virtual time starts here: 2026-01-01 00:00:00 UTC.
  static constexpr TimePoint start_time = from_ns(1'767'225'600'000'000'000);

  explicit World(WorldOptions options);
  explicit World(std::uint64_t seed, LatencyModel latency = LatencyModel());
  ~World();

  TimePoint now() const { return scheduler_.now(); }
  Scheduler& scheduler() { return scheduler_; }
  Choices& choices() { return choices_; }
  Network& network() { return network_; }
  Trace& trace() { return trace_; }
  Barriers& barriers() { return barriers_; }
  /// An event of the world itself: of no host and no process.
  void record(std::string_view kind, std::span<const EventField> fields) override {
    trace_.record(now(), "", "", kind, fields);
  }

  /// `ip` such as `"10.64.0.7"` must be unique.
  Host& add_host(std::string name, std::string ip);
  Host* find_host(std::string_view name);
  Host* find_host_by_ip(std::string_view ip);

 private:
  Choices choices_;
  Trace trace_;
  Scheduler scheduler_;
  Network network_;
  Barriers barriers_;
  std::map<std::string, std::unique_ptr<Host>, std::less<>> hosts_;
  std::map<std::string, Host*, std::less<>> hosts_by_ip_;
};

}  // namespace shardlab::sim

#pragma once

#include <chrono>
#include <map>
#include <string>

#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

/// `serving-graph-converges`: a vtgate never routes by another serving graph than its cell's etcd
/// has, once nothing has been wrong, and neither of them has changed, for `bound`.
///
/// What it routes by is what it last said that it uses (`ServingGraphSeen`), since its start.
class ServingGraphConverges final : public Check {
 public:
  static constexpr std::string_view check_name = "serving-graph-converges";
  /// 20 s until two keepalives have found a dead connection, 1 s before the watch is opened again,
  /// 10 s of a try to read that meets another dead one; the rest for slow networks and processors.
  static constexpr Duration bound = std::chrono::seconds(45);

  explicit ServingGraphConverges(const Observation& world) : Check(check_name, world) {}
  bool is_waiting() const override { return differing_ > 0; }
  void at_end() override { judge(); }

 private:
  struct View {
    std::string cell;
    std::string keyspace;
    std::string partitions;  ///< `"MASTER=0 REPLICA=0 RDONLY=0"`; empty: no graph
    TimePoint differs_since{};
    bool differs = false;
  };

  void on_event(const sim::TraceEvent& event) override;
  void process_started(const sim::TraceEvent& event);
  void seen(const std::string& host, const std::string& keyspace, std::string partitions);
  void compare(View& view);
  void judge();

  std::map<std::string, std::map<std::string, View>> views_;  ///< by host and keyspace
  std::size_t faults_ = 0;                                    ///< that are on
  std::size_t differing_ = 0;
  TimePoint quiet_since_{};
};

}  // namespace shardlab::scenarios

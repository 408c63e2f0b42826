#pragma once

#include "core/proto/topodata.pb.h"
#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

/// Why the shards of a partition do not hold every keyspace id exactly once; empty when they do:
/// `"nobody has 40 to 80"`, `"-80 and 40-c0 overlap"`.
std::string why_not_covering(const topodata::SrvKeyspace::KeyspacePartition& partition);

/// `serving-graph-covers`: whenever a cell's serving graph is written, it names for masters,
/// replicas and rdonly tablets the shards that hold every keyspace id exactly once.
class ServingGraphCovers final : public Check {
 public:
  static constexpr std::string_view check_name = "serving-graph-covers";
  explicit ServingGraphCovers(const Observation& world) : Check(check_name, world) {}

 private:
  void on_event(const sim::TraceEvent& event) override;
  void judge(const std::string& cell, const std::string& keyspace, std::int64_t revision);
};

}  // namespace shardlab::scenarios

#pragma once

#include <map>

#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

/// `acknowledged-writes-survive`: every message that a visitor was told is written, and every
/// message there was before, lies on the master of the shard that owns its page, unchanged and
/// once; none lies there that was refused or that nobody wrote. A write whose answer was lost may
/// be there or not. The owner is who the serving graph names for masters.
///
/// Judged at the end, and at the moment the masters of a keyspace have moved.
class AcknowledgedWritesSurvive final : public Check {
 public:
  static constexpr std::string_view check_name = "acknowledged-writes-survive";
  explicit AcknowledgedWritesSurvive(const Observation& world) : Check(check_name, world) {}
  void at_end() override;

 private:
  void on_event(const sim::TraceEvent& event) override;
  void judge(const std::string& keyspace, const std::vector<std::string>& shards);

  /// The shards that served masters when the graph was last written, by cell and keyspace.
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> masters_;
};

}  // namespace shardlab::scenarios

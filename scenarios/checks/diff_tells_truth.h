#pragma once

#include <map>
#include <set>

#include "core/proto/topodata.pb.h"
#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

/// `diff-tells-truth`: what SplitDiff says of a table is what a comparison of the two servers' rows
/// says, made while both still stand at the same source position; and when the command has ended,
/// however it ended, no tablet is left drained, no replica stopped, no stream stopped.
class DiffTellsTruth final : public Check {
 public:
  static constexpr std::string_view check_name = "diff-tells-truth";
  explicit DiffTellsTruth(const Observation& world) : Check(check_name, world) {}
  void command_ended(const CommandEnd& command) override;

 private:
  void on_event(const sim::TraceEvent& event) override;
  void judge_verdict(const sim::TraceEvent& event);
  void judge_tablet(const topodata::Tablet& tablet);
  void judge_streams(const std::string& master);

  std::set<std::string> stopped_replicas_;  ///< hosts whose replication was stopped
};

}  // namespace shardlab::scenarios

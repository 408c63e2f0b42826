#pragma once

#include <map>
#include <set>

#include "core/proto/topodata.pb.h"
#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

/// `diff-tells-truth`: what SplitDiff says of a table is what a comparison of the two servers' rows
/// says, made while both still stand at the same source position; and when the command has ended,
/// however it ended, no tablet is left drained, no replica stopped, no stream stopped. What a
/// vtworker left that died, or said that it could not clean up, is for the operator to mend; so
/// is replication that somebody else has stopped (the fault `stop-replication`).
class DiffTellsTruth final : public Check {
 public:
  static constexpr std::string_view check_name = "diff-tells-truth";
  explicit DiffTellsTruth(const Observation& world) : Check(check_name, world) {}
  void command_ended(const CommandEnd& command) override;

 private:
  void on_event(const sim::TraceEvent& event) override;
  void note_stop(const std::string& host, bool has_failed);
  void judge_verdict(const sim::TraceEvent& event);
  void judge_tablet(const topodata::Tablet& tablet);
  void judge_streams(const std::string& master);

  /// Once per thing that is not as it was: unless it is excused.
  void left_behind(const std::string& what, std::string sentence);

  std::set<std::string> stopped_replicas_;  ///< hosts whose replication was stopped
  std::set<std::string> failed_replicas_;   ///< hosts whose replication has met an error
  std::set<std::string> excused_;           ///< tablets and streams that somebody has to mend
  std::set<std::string> seen_;              ///< of those, what still is to be mended
  std::string touched_;  ///< a host where somebody is about to stop replication by hand
  bool is_working_ = false;
  bool was_cut_short_ = false;
};

}  // namespace shardlab::scenarios

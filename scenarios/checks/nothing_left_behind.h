#pragma once

#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

/// `nothing-left-behind`: at the end no topology lock is held, no tablet is drained, and no stream
/// is stored on the master of a shard whose record names no source shards.
class NothingLeftBehind final : public Check {
 public:
  static constexpr std::string_view check_name = "nothing-left-behind";
  explicit NothingLeftBehind(const Observation& world) : Check(check_name, world) {}
  void at_end() override;

 private:
  void judge_locks(const std::string& cell);
  void judge_streams(const std::string& keyspace, const std::string& shard);
};

}  // namespace shardlab::scenarios

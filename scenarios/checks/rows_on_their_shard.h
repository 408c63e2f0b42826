#pragma once

#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

/// `rows-on-their-shard`: every message on a master belongs, by its page, to the key range of that
/// master's shard, and no two shards that serve one type have the same message.
///
/// Judged after every SplitClone and MigrateServedTypes that succeeded, and at the end; then on all
/// servers, and replicas must have exactly the rows of their master.
class RowsOnTheirShard final : public Check {
 public:
  static constexpr std::string_view check_name = "rows-on-their-shard";
  explicit RowsOnTheirShard(const Observation& world) : Check(check_name, world) {}
  void command_ended(const CommandEnd& command) override;
  void at_end() override;

 private:
  void judge_masters();
  void judge_shared_rows(const std::string& keyspace);
  void judge_ranges(const std::string& keyspace, const std::string& shard, const std::string& alias,
                    const std::vector<MessageRow>& rows);
  void judge_replica(const std::string& keyspace, const std::string& shard,
                     const std::string& alias, const std::vector<MessageRow>& rows);
};

}  // namespace shardlab::scenarios

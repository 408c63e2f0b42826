#pragma once

#include "core/proto/topodata.pb.h"
#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

/// `everything-settles`: some time after the last step no request of a visitor waits for its
/// answer, every stream has applied all that its source has, and so has every replica that runs.
class EverythingSettles final : public Check {
 public:
  static constexpr std::string_view check_name = "everything-settles";
  explicit EverythingSettles(const Observation& world) : Check(check_name, world) {}
  void at_end() override;

 private:
  void judge_operations();
  void judge_streams(const std::string& keyspace, const std::string& shard);
  void judge_replica(const topodata::Tablet& tablet);
};

/// The number of the last transaction in a GTID position: 2031 of `"MariaDB/0-100-2031"`; 0
/// without.
std::uint64_t gtid_sequence(std::string_view position);
/// The same of a server's own `@@global.gtid_current_pos`; none when it cannot be read.
std::optional<std::uint64_t> position_of_server(const Observation& world, const std::string& alias);

}  // namespace shardlab::scenarios

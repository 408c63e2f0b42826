#pragma once

#include <map>
#include <set>

#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

/// `one-writer-per-range`: no keyspace id ever has two places to write to.
/// - Two tablets never serve as master at once for key ranges that intersect. Masters of shards to
///   which the serving graph never led writes do not count: nobody comes to them.
/// - Once an application has committed on a shard, none commits on another shard of that range on
///   which it had committed before.
/// - No application commits on a server that is read-only.
class OneWriterPerRange final : public Check {
 public:
  static constexpr std::string_view check_name = "one-writer-per-range";
  explicit OneWriterPerRange(const Observation& world) : Check(check_name, world) {}

 private:
  struct Place {
    std::string keyspace;
    std::string shard;
    auto operator<=>(const Place&) const = default;
  };

  void on_event(const sim::TraceEvent& event) override;
  void serving_changed(const sim::TraceEvent& event);
  void tablet_ended(const std::string& alias);
  void graph_written(const sim::TraceEvent& event);
  void application_committed(const sim::TraceEvent& event);
  void server_committed(const sim::TraceEvent& event);
  void judge_masters();
  static bool intersect(const Place& a, const Place& b);

  std::map<std::string, Place> masters_;  ///< serving now, by alias
  std::set<Place> routed_;                ///< where the graph led writes at some time
  std::set<std::pair<std::string, std::string>> reported_;
  std::set<Place> written_;            ///< an application committed there
  std::map<Place, Place> superseded_;  ///< by a later writer of the range
  std::set<std::string> read_only_;    ///< hosts of servers
};

}  // namespace shardlab::scenarios

#pragma once

#include <map>
#include <memory>
#include <set>

#include "scenarios/checks/check.h"
#include "scenarios/checks/placement.h"
#include "scenarios/checks/shard_history.h"

namespace shardlab::scenarios {

/// `position-means-content`: at every commit of a destination its messages are those of the source
/// at the position that the destination's stream has stored, as far as they belong to both shards.
///
/// Judged at each commit on the messages that it or the source's transactions up to the new
/// position changed; on all messages when a stream is created or starts, and on what the tables
/// really hold after each command and at the end. A stream that stands claims nothing of commits
/// that are not its own: the way back that a migration prepared may be left on a shard that takes
/// writes again. Of a stream the first difference is told.
class PositionMeansContent final : public Check {
 public:
  static constexpr std::string_view check_name = "position-means-content";
  explicit PositionMeansContent(const Observation& world);
  ~PositionMeansContent() override;
  void command_ended(const CommandEnd& command) override;
  void at_end() override;

 private:
  struct Place {
    std::string keyspace;
    std::string shard;
    auto operator<=>(const Place&) const = default;
  };
  struct Stream;
  struct Shard;

  void on_event(const sim::TraceEvent& event) override;
  void committed(const std::string& alias, std::string_view gtid);
  const Place* place_of(std::string_view alias);

  /// Something is claimed of its history: it has streams, or is the source of one.
  bool is_used(const Shard& shard) const;
  void judge_new_changes(Shard& shard);
  void apply(Shard& shard, const LoggedChange& change);
  void create_stream(Shard& shard, std::uint64_t id, const StoredStream& stored);
  /// Moves the stream to a position; the messages that changed on its way are added to `touched`.
  bool advance(Shard& shard, Stream& stream, std::uint64_t position, std::set<MessageKey>& touched);
  void judge(Shard& shard, Stream& stream, const std::set<MessageKey>& touched);
  void judge_all(Shard& shard, Stream& stream, const MessageMap& rows, std::string_view when);
  void judge_tables();
  static void give_up(Shard& shard, std::uint64_t stream);
  void report(Shard& shard, Stream& stream, const Findings& wrong, std::string_view when);

  std::map<std::string, Place, std::less<>> places_;  ///< by alias
  std::map<Place, std::unique_ptr<Shard>> shards_;
};

}  // namespace shardlab::scenarios

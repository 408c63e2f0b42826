#pragma once

#include <map>
#include <memory>

#include "core/base/children.h"
#include "core/vreplication/player.h"

namespace shardlab::vreplication {

/// The streams of one tablet. Open exactly while the tablet is a primary; everybody else gets the
/// rows of `_vt.vreplication` through MySQL replication and plays nothing.
/// Source: Vitess go/vt/vttablet/tabletmanager/vreplication/engine.go.
class Engine {
 public:
  Engine(Env env, topo::Server& topo, PlayerOptions options, Executor executor);

  /// Starts the streams that are in state Running.
  Task<> open();
  /// Stops all players after their current transaction was applied or rolled back.
  Task<> close();
  bool is_open() const { return open_; }

  /// Runs one INSERT, UPDATE, DELETE or SELECT on `_vt.vreplication` and lets the players follow
  /// the new contents. Creates the table at need. Throws Error: failed_precondition when closed.
  Task<QueryResult> exec(std::string sql);
  /// After a change whose answer was lost: follows the records as they are. To be called now and
  /// then.
  Task<> follow_when_unsure();

  /// Waits until the stream has applied `position`. Throws Error: timed_out, not_found,
  /// failed_precondition `replication has stopped at X before reaching position Y, message: M`.
  Task<> wait_for_position(std::int32_t id, std::string position, Duration timeout);

  std::size_t players() const { return players_.size(); }
  /// The largest delay of all streams, in seconds.
  std::int64_t seconds_behind() const;

 private:
  struct Playing {
    std::unique_ptr<Player> player;
    std::unique_ptr<TaskGroup> group;
  };

  Task<QueryResult> query(std::string sql);
  /// Stops players whose rows are gone or changed, starts those that shall run.
  Task<> follow_records(bool restart_all);
  Task<> stop_player(std::int32_t id);
  void start_player(const StreamRecord& record);

  Env env_;
  topo::Server& topo_;
  PlayerOptions options_;
  Executor executor_;
  bool open_ = false;
  bool is_unsure_ = false;  ///< the records may say something else than what is followed
  Mutex mutex_;
  std::map<std::int32_t, Playing> players_;
  std::map<std::int32_t, std::string> followed_;  ///< id -> state and stop position as started
  Condition applied_;
};

}  // namespace shardlab::vreplication

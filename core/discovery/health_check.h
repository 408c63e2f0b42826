#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/children.h"
#include "core/discovery/tablet_stats.h"
#include "core/ports/env.h"
#include "core/topo/server.h"

namespace shardlab::discovery {

struct HealthCheckOptions {
  HealthCheckOptions() = default;
  std::vector<std::string> cells;  ///< whose tablets are followed
  Duration tablet_refresh_interval = 10s;
  Duration retry_delay = 5s;       ///< before a broken health stream is opened again
  Duration message_timeout = 60s;  ///< a tablet that is silent for longer counts as broken
};

/// A tablet became known, changed what it is or whether it serves, or was lost.
struct TabletHealthChanged {
  static constexpr std::string_view kind = "TabletHealthChanged";
  std::string alias;
  std::string target;  ///< `"test_keyspace.-80.replica"`
  bool serving = false;
  std::string error;
  std::array<EventField, 4> fields() const {
    return {{{"alias", alias}, {"target", target}, {"serving", serving}, {"error", error}}};
  }
};

/// Knows the tablets of some cells: polls their records and follows each one's health stream.
/// A cell that cannot be read keeps the tablets it had.
///
/// `stop` must have ended before the object is destroyed, unless its process has crashed.
/// Source: Vitess go/vt/discovery/healthcheck.go, topology_watcher.go.
class HealthCheck {
 public:
  HealthCheck(Env env, topo::Server& topo, HealthCheckOptions options);

  /// Begins to follow the tablets in the background; returns at once.
  Task<> start();
  Task<> stop();

  const TabletStatsCache& cache() const { return cache_; }
  /// See the functions of `TabletStatsCache`.
  TabletList tablets(const std::string& keyspace, const std::string& shard,
                     topodata::TabletType type) const;
  TabletList healthy(const std::string& keyspace, const std::string& shard,
                     topodata::TabletType type) const;

  /// Notified after every health message, broken stream, new and lost tablet.
  Condition& changed() { return changed_; }

  /// Waits until `count` tablets of the target are healthy. Throws Error: timed_out
  /// `not enough healthy RDONLY tablets to choose from in (test,test_keyspace/0), have 0 healthy
  /// ones, need at least 2`.
  Task<> wait_for_tablets(std::string keyspace, std::string shard, topodata::TabletType type,
                          std::size_t count, Duration timeout);
  /// Waits until every target has a serving tablet that can be used; true when in time.
  Task<bool> wait_for_serving(std::vector<query::Target> targets, Duration timeout);

 private:
  Task<> poll_cell(std::string cell);
  void take_records(const std::string& cell, const std::vector<topodata::Tablet>& tablets);
  void follow_tablet(const topodata::Tablet& tablet);
  void drop(const topo::TabletAlias& alias);
  Task<> follow(topodata::Tablet tablet, std::uint64_t number);
  Task<> read_health(topodata::Tablet tablet, std::uint64_t number);
  /// Changes what is known of a tablet, on behalf of its follower of that number.
  template <class Change>
  void change(const topo::TabletAlias& alias, std::uint64_t number, Change apply);
  bool has_serving(const query::Target& target) const;

  Env env_;
  topo::Server& topo_;
  HealthCheckOptions options_;
  TabletStatsCache cache_;
  struct Follower {
    std::string address;
    std::uint64_t number;
    TaskGroup::ChildId child;
  };
  std::map<topo::TabletAlias, Follower> followers_;
  std::uint64_t next_follower_ = 1;
  Condition changed_;
  std::optional<TaskGroup> group_;
};

}  // namespace shardlab::discovery

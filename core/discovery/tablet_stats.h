#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/proto/query.pb.h"
#include "core/proto/topodata.pb.h"
#include "core/topo/tablet_alias.h"

namespace shardlab::discovery {

/// What is known about one tablet: its record and its last health message.
/// Source: Vitess go/vt/discovery/tablet_health.go.
struct TabletStats {
  TabletStats() = default;
  topo::TabletAlias alias() const {
    return topo::TabletAlias(tablet.alias().cell(), tablet.alias().uid());
  }
  /// Connected and without any error, whether it serves or not.
  bool is_connected() const { return has_message && !last_error; }

  topodata::Tablet tablet;
  query::Target target;  ///< what the tablet says it is; the record's before the first message
  bool has_message = false;
  bool serving = false;
  std::int64_t master_term_start_time_ns = 0;
  query::RealtimeStats stats;
  std::optional<std::string> last_error;  ///< why its health stream is broken
};

/// Some of a cache's tablets, to be used before the cache changes: before the next await.
using TabletList = std::vector<const TabletStats*>;

/// The tablets a process knows, filed by what they say they are.
/// Source: Vitess go/vt/discovery/tablet_stats_cache.go.
class TabletStatsCache {
 public:
  /// Files a tablet by its record, or replaces the record of a known one.
  void add(topodata::Tablet tablet);
  void remove(const topo::TabletAlias& alias);
  /// Takes a health message; false when the tablet is not known.
  bool update(const topo::TabletAlias& alias, const query::StreamHealthResponse& message);
  /// The health stream is broken: not serving until the next message.
  void set_broken(const topo::TabletAlias& alias, std::string error);

  /// Null when the tablet is not known.
  const TabletStats* find(const topo::TabletAlias& alias) const;
  const std::map<topo::TabletAlias, TabletStats>& all() const { return tablets_; }

  /// All tablets of the target, in alias order, whatever their state.
  TabletList tablets(const std::string& keyspace, const std::string& shard,
                     topodata::TabletType type) const;
  /// Those without an error and without high replication lag, whether they serve or not: what a
  /// vtworker chooses from. Source: Vitess `RemoveUnhealthyTablets`.
  TabletList healthy(const std::string& keyspace, const std::string& shard,
                     topodata::TabletType type) const;
  /// Those a query may be sent to: for MASTER the one of the highest term start, even if it does
  /// not serve; otherwise the serving ones that are not too lagged.
  TabletList usable(const std::string& keyspace, const std::string& shard,
                    topodata::TabletType type) const;

 private:
  std::map<topo::TabletAlias, TabletStats> tablets_;
};

}  // namespace shardlab::discovery

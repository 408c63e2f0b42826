#include "core/discovery/tablet_stats.h"

#include <algorithm>

#include "core/discovery/replication_lag.h"

namespace shardlab::discovery {
namespace {

query::Target target_of(const topodata::Tablet& tablet) {
  query::Target target;
  target.set_keyspace(tablet.keyspace());
  target.set_shard(tablet.shard());
  target.set_tablet_type(tablet.type());
  return target;
}

/// The primary of the highest term; a dethroned one may still believe that it is the primary.
TabletList newest_term(const TabletList& primaries) {
  const auto newest =
      std::ranges::max_element(primaries, {}, &TabletStats::master_term_start_time_ns);
  return newest == primaries.end() ? TabletList() : TabletList{*newest};
}

}  // namespace

void TabletStatsCache::add(topodata::Tablet tablet) {
  TabletStats& stats = tablets_[topo::TabletAlias(tablet.alias().cell(), tablet.alias().uid())];
  if (!stats.has_message) {
    stats.target = target_of(tablet);
    stats.master_term_start_time_ns = tablet.master_term_start_time_ns();
  }
  stats.tablet = std::move(tablet);
}

void TabletStatsCache::remove(const topo::TabletAlias& alias) { tablets_.erase(alias); }

bool TabletStatsCache::update(const topo::TabletAlias& alias,
                              const query::StreamHealthResponse& message) {
  const auto found = tablets_.find(alias);
  if (found == tablets_.end()) return false;
  TabletStats& stats = found->second;
  stats.target = message.target();
  stats.has_message = true;
  stats.serving = message.serving() && message.realtime_stats().health_error().empty();
  stats.master_term_start_time_ns = message.master_term_start_time_ns();
  stats.stats = message.realtime_stats();
  stats.last_error.reset();
  return true;
}

void TabletStatsCache::set_broken(const topo::TabletAlias& alias, std::string error) {
  const auto found = tablets_.find(alias);
  if (found == tablets_.end()) return;
  found->second.serving = false;
  found->second.last_error = std::move(error);
}

const TabletStats* TabletStatsCache::find(const topo::TabletAlias& alias) const {
  const auto found = tablets_.find(alias);
  return found == tablets_.end() ? nullptr : &found->second;
}

TabletList TabletStatsCache::tablets(const std::string& keyspace, const std::string& shard,
                                     topodata::TabletType type) const {
  TabletList matching;
  for (const auto& [alias, stats] : tablets_) {
    const query::Target& target = stats.target;
    if (target.keyspace() == keyspace && target.shard() == shard && target.tablet_type() == type) {
      matching.push_back(&stats);
    }
  }
  return matching;
}

TabletList TabletStatsCache::healthy(const std::string& keyspace, const std::string& shard,
                                     topodata::TabletType type) const {
  TabletList list = tablets(keyspace, shard, type);
  std::erase_if(list, [](const TabletStats* stats) {
    return !stats->is_connected() || !stats->stats.health_error().empty() || is_lag_high(*stats);
  });
  return list;
}

TabletList TabletStatsCache::usable(const std::string& keyspace, const std::string& shard,
                                    topodata::TabletType type) const {
  const TabletList list = tablets(keyspace, shard, type);
  if (type == topodata::MASTER) return newest_term(list);
  return filter_by_replication_lag(list);
}

}  // namespace shardlab::discovery

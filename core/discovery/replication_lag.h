#pragma once

#include "core/discovery/tablet_stats.h"

namespace shardlab::discovery {

/// Up to here, in seconds, a tablet is not lagged. Source: Vitess `-discovery_low_replication_lag`.
inline constexpr std::uint32_t low_replication_lag_s = 30;
/// Up to here a tablet may be taken when there are too few better ones.
/// Source: Vitess `-discovery_high_replication_lag_minimum_serving`.
inline constexpr std::uint32_t high_replication_lag_minimum_serving_s = 2 * 60 * 60;

bool is_lag_high(const TabletStats& stats);
bool is_lag_very_high(const TabletStats& stats);

/// The tablets to read from: serving, without error, and not lagging far behind the others.
/// At most one serving: it. None above 30 s: all. Otherwise those are dropped whose removal lowers
/// the mean lag to 70 % or less, but the two best are kept unless the second is over 2 h behind; if
/// exactly one was dropped, what is left is filtered once more. The order is the given one, or by
/// lag when the two best had to be picked.
/// Source: Vitess go/vt/discovery/replicationlag.go `FilterByReplicationLag`.
TabletList filter_by_replication_lag(const TabletList& tablets);

}  // namespace shardlab::discovery

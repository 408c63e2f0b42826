#include "core/discovery/replication_lag.h"

#include <algorithm>
#include <functional>
#include <iterator>

namespace shardlab::discovery {
namespace {

constexpr std::size_t min_tablets = 2;

std::uint64_t lag_of(const TabletStats* stats) { return stats->stats.seconds_behind_master(); }

std::uint64_t sum_of_lags(const TabletList& tablets) {
  std::uint64_t sum = 0;
  for (const TabletStats* stats : tablets) sum += lag_of(stats);
  return sum;
}

/// Leaves out the tablets without which the mean, in whole seconds, falls to 70 % or less.
TabletList without_outliers(const TabletList& tablets) {
  const std::uint64_t sum = sum_of_lags(tablets);
  const std::uint64_t mean = sum / tablets.size();
  TabletList kept;
  for (const TabletStats* stats : tablets) {
    const std::uint64_t mean_without = (sum - lag_of(stats)) / (tablets.size() - 1);
    if (mean_without * 10 > mean * 7) kept.push_back(stats);
  }
  return kept;
}

TabletList best_two(TabletList tablets) {
  std::ranges::stable_sort(tablets, std::less<>(), lag_of);
  tablets.resize(is_lag_very_high(*tablets[1]) ? 1 : min_tablets);
  return tablets;
}

TabletList filter_once(const TabletList& tablets) {
  TabletList serving;
  std::ranges::copy_if(tablets, std::back_inserter(serving), [](const TabletStats* stats) {
    return stats->serving && stats->is_connected();
  });
  const auto lags = [](const TabletStats* stats) { return is_lag_high(*stats); };
  if (serving.size() <= 1 || std::ranges::none_of(serving, lags)) return serving;
  TabletList kept = without_outliers(serving);
  return kept.size() >= min_tablets ? kept : best_two(std::move(serving));
}

}  // namespace

bool is_lag_high(const TabletStats& stats) { return lag_of(&stats) > low_replication_lag_s; }

bool is_lag_very_high(const TabletStats& stats) {
  return lag_of(&stats) > high_replication_lag_minimum_serving_s;
}

TabletList filter_by_replication_lag(const TabletList& tablets) {
  TabletList kept = filter_once(tablets);
  const bool one_dropped = kept.size() + 1 == tablets.size();
  return kept.size() > min_tablets && one_dropped ? filter_once(kept) : kept;
}

}  // namespace shardlab::discovery

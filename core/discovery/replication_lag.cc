#include "core/discovery/replication_lag.h"

#include <algorithm>
#include <functional>
#include <iterator>

namespace shardlab::discovery {
namespace {

constexpr std::size_t min_tablets = 2;

std::uint64_t lag_of(const TabletStats& stats) { return stats.stats.seconds_behind_master(); }

std::uint64_t sum_of_lags(const std::vector<TabletStats>& tablets) {
  std::uint64_t sum = 0;
  for (const TabletStats& stats : tablets) sum += lag_of(stats);
  return sum;
}

/// Leaves out the tablets without which the mean, in whole seconds, falls to 70 % or less.
std::vector<TabletStats> without_outliers(const std::vector<TabletStats>& tablets) {
  const std::uint64_t sum = sum_of_lags(tablets);
  const std::uint64_t mean = sum / tablets.size();
  std::vector<TabletStats> kept;
  for (const TabletStats& stats : tablets) {
    const std::uint64_t mean_without = (sum - lag_of(stats)) / (tablets.size() - 1);
    if (mean_without * 10 > mean * 7) kept.push_back(stats);
  }
  return kept;
}

std::vector<TabletStats> best_two(std::vector<TabletStats> tablets) {
  std::ranges::stable_sort(tablets, std::less<>(), lag_of);
  tablets.resize(is_lag_very_high(tablets[1]) ? 1 : min_tablets);
  return tablets;
}

std::vector<TabletStats> filter_once(const std::vector<TabletStats>& tablets) {
  std::vector<TabletStats> serving;
  std::ranges::copy_if(tablets, std::back_inserter(serving), [](const TabletStats& stats) {
    return stats.serving && stats.is_connected();
  });
  if (serving.size() <= 1 || std::ranges::none_of(serving, is_lag_high)) return serving;
  std::vector<TabletStats> kept = without_outliers(serving);
  return kept.size() >= min_tablets ? kept : best_two(std::move(serving));
}

}  // namespace

bool is_lag_high(const TabletStats& stats) { return lag_of(stats) > low_replication_lag_s; }

bool is_lag_very_high(const TabletStats& stats) {
  return lag_of(stats) > high_replication_lag_minimum_serving_s;
}

std::vector<TabletStats> filter_by_replication_lag(const std::vector<TabletStats>& tablets) {
  std::vector<TabletStats> kept = filter_once(tablets);
  const bool one_dropped = kept.size() + 1 == tablets.size();
  return kept.size() > min_tablets && one_dropped ? filter_once(kept) : kept;
}

}  // namespace shardlab::discovery

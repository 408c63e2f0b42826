#pragma once

#include <array>

#include "core/base/time.h"

namespace shardlab::sim {

/// How long a message takes between two machines: a lognormal distribution given by its median
/// and its 99th percentile, as a table of 128 quantiles computed in integers.
class LatencyModel {
 public:
  static constexpr std::uint32_t quantiles = 128;

  explicit LatencyModel(Duration p50 = 1ms, Duration p99 = 8ms, Duration loopback = 20us);

  Duration loopback() const { return loopback_; }
  /// The latency of quantile `index` of `quantiles`.
  Duration quantile(std::uint32_t index) const { return table_[index]; }

 private:
  Duration loopback_;
  std::array<Duration, quantiles> table_;
};

}  // namespace shardlab::sim

#pragma once

#include <array>
#include <cstdint>

#include "core/base/time.h"

namespace shardlab::sim {

class Choices;

/// How long a message is under way: a distribution, in integers. Drawn as `network.latency`; the
/// calmest choice is the shortest time.
class Latency {
 public:
  static constexpr std::uint32_t quantiles = 128;

  /// Always the same, without a draw.
  static Latency constant(Duration latency);
  /// Each nanosecond of [shortest, longest] alike.
  static Latency uniform(Duration shortest, Duration longest);
  /// Lognormal, by its median and its 99th percentile: 128 quantiles, each alike.
  static Latency lognormal(Duration p50, Duration p99);

  Duration draw(Choices& choices) const;
  /// The latency of quantile `index` of a lognormal one.
  Duration quantile(std::uint32_t index) const { return table_[index]; }

 private:
  enum class Shape : std::uint8_t { constant, uniform, lognormal };
  Latency(Shape shape, Duration shortest, Duration longest);

  Shape shape_;
  Duration shortest_;
  Duration longest_;
  std::array<Duration, quantiles> table_{};
};

/// How long messages take where a link says nothing of its own.
struct LatencyModel {
  explicit LatencyModel(Duration p50 = 1ms, Duration p99 = 8ms, Duration loopback = 20us)
      : LatencyModel(Latency::lognormal(p50, p99), loopback) {}
  LatencyModel(Latency between_hosts, Duration loopback)
      : between_hosts(between_hosts), loopback(loopback) {}

  Latency between_hosts;
  Duration loopback;
};

}  // namespace shardlab::sim

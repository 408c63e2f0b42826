#include "sim/latency.h"

#include "core/base/error.h"
#include "sim/choices.h"

namespace shardlab::sim {
namespace {

__extension__ using Wide = unsigned __int128;

/// z((i + 64.5) / 128) / z(0.99) of the standard normal distribution, in 1/65536; the lower half
/// mirrors it.
constexpr std::int32_t upper_quantiles[64] = {
    276,   828,   1380,  1932,  2486,  3040,  3596,  4153,  4711,  5272,  5834,  6399,  6966,
    7537,  8110,  8687,  9267,  9852,  10440, 11033, 11632, 12235, 12844, 13459, 14081, 14710,
    15346, 15990, 16642, 17304, 17975, 18656, 19349, 20053, 20771, 21502, 22248, 23009, 23788,
    24586, 25403, 26243, 27107, 27997, 28916, 29867, 30853, 31878, 32947, 34066, 35242, 36482,
    37798, 39201, 40709, 42344, 44135, 46125, 48376, 50987, 54127, 58132, 63842, 74937};

constexpr std::int64_t one = 65536;

/// log2(numerator / denominator) in 1/65536, by repeated squaring of the mantissa.
std::int64_t log2_ratio(std::int64_t numerator, std::int64_t denominator) {
  std::int64_t whole = 0;
  while (numerator >= 2 * denominator) {
    denominator *= 2;
    ++whole;
  }
  std::uint64_t mantissa = static_cast<std::uint64_t>((static_cast<Wide>(numerator) << 31) /
                                                      static_cast<std::uint64_t>(denominator));
  std::int64_t fraction = 0;
  for (int bit = 0; bit < 16; ++bit) {
    mantissa = (mantissa * mantissa) >> 31;
    fraction *= 2;
    if (mantissa >= (1ull << 32)) {
      mantissa >>= 1;
      fraction += 1;
    }
  }
  return whole * one + fraction;
}

/// value * 2^(exponent / 65536).
std::int64_t scale(std::int64_t value, std::int64_t exponent) {
  // 2^(1/2), 2^(1/4) ... in 1/2^31: one factor per bit of the fraction.
  constexpr std::uint64_t roots[16] = {3037000500, 2553802834, 2341847524, 2242560872,
                                       2194507417, 2170868212, 2159144272, 2153306067,
                                       2150392887, 2148937775, 2148210589, 2147847087,
                                       2147665360, 2147574502, 2147529075, 2147506361};
  std::int64_t whole = exponent / one;
  std::int64_t fraction = exponent % one;
  if (fraction < 0) {
    fraction += one;
    --whole;
  }
  Wide result = static_cast<Wide>(value);
  for (int bit = 0; bit < 16; ++bit) {
    if (fraction & (one >> (bit + 1))) result = (result * roots[bit]) >> 31;
  }
  result = whole >= 0 ? result << whole : result >> -whole;
  return static_cast<std::int64_t>(result);
}

}  // namespace

Latency::Latency(Shape shape, Duration shortest, Duration longest)
    : shape_(shape), shortest_(shortest), longest_(longest) {
  check(shortest.count() >= 0 && longest >= shortest,
        "latency: 0 <= shortest <= longest must hold");
}

Latency Latency::constant(Duration latency) { return Latency(Shape::constant, latency, latency); }

Latency Latency::uniform(Duration shortest, Duration longest) {
  return Latency(Shape::uniform, shortest, longest);
}

Latency Latency::lognormal(Duration p50, Duration p99) {
  check(p50.count() > 0 && p99 >= p50, "latency: p99 must be at least p50, and p50 above zero");
  Latency made(Shape::lognormal, p50, p99);
  const std::int64_t spread = log2_ratio(p99.count(), p50.count());
  for (std::uint32_t i = 0; i < quantiles; ++i) {
    const bool upper = i >= quantiles / 2;
    const std::int64_t z = upper ? upper_quantiles[i - 64] : -upper_quantiles[63 - i];
    made.table_[i] = Duration(scale(p50.count(), spread * z / one));
  }
  return made;
}

Duration Latency::draw(Choices& choices) const {
  switch (shape_) {
    case Shape::constant: break;
    case Shape::uniform: {
      const auto bound = static_cast<std::uint64_t>((longest_ - shortest_).count()) + 1;
      const auto extra = choices.draw("network.latency", bound);
      return shortest_ + Duration(static_cast<std::int64_t>(extra));
    }
    case Shape::lognormal:
      return table_[static_cast<std::uint32_t>(choices.draw("network.latency", quantiles))];
  }
  return shortest_;
}

}  // namespace shardlab::sim

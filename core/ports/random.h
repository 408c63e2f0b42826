#pragma once

#include <cstdint>
#include <string_view>

namespace shardlab {

/// Picks that do not matter for correctness: which of several tablets, which delay of a retry.
class Random {
 public:
  virtual ~Random() = default;
  /// Uniform in [0, bound). `site` names the decision: `"vtgate.tablet"`. Returns 0 for bound 0
  /// or 1.
  virtual std::uint64_t below(std::string_view site, std::uint64_t bound) = 0;
};

}  // namespace shardlab

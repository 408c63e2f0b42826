#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "scenarios/text/units.h"

namespace shardlab::tools {

/// A part of a sweep, for one machine of many: `"2/5"` is the second of five.
struct Partition {
  std::uint64_t number = 1;
  std::uint64_t parts = 1;
};

/// Nothing when it is no partition, as in `"0/3"` or `"4/3"`.
std::optional<Partition> parse_partition(std::string_view text);

/// Of the seeds `first..last` every `parts`-th, from the `number`-th on: the parts together are the
/// whole range, and none has a seed of another.
struct Seeds {
  scenarios::NumberRange range{1, 1};
  Partition partition;

  std::uint64_t count() const;
  /// From 0; ascending.
  std::uint64_t at(std::uint64_t index) const {
    return range.first + partition.number - 1 + index * partition.parts;
  }
};

}  // namespace shardlab::tools

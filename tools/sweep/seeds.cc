#include "tools/sweep/seeds.h"

#include <charconv>

namespace shardlab::tools {

std::optional<Partition> parse_partition(std::string_view text) {
  const char* end = text.data() + text.size();
  Partition partition;
  const auto number = std::from_chars(text.data(), end, partition.number);
  if (number.ec != std::errc() || number.ptr == end || *number.ptr != '/') return std::nullopt;
  const auto parts = std::from_chars(number.ptr + 1, end, partition.parts);
  if (parts.ec != std::errc() || parts.ptr != end) return std::nullopt;
  if (partition.number < 1 || partition.number > partition.parts) return std::nullopt;
  return partition;
}

std::uint64_t Seeds::count() const {
  const std::uint64_t span = range.last - range.first;
  const std::uint64_t skipped = partition.number - 1;
  return skipped > span ? 0 : (span - skipped) / partition.parts + 1;
}

}  // namespace shardlab::tools

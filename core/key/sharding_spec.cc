#include "core/key/sharding_spec.h"

#include <bit>
#include <fmt/format.h>

#include "core/key/error_of.h"
#include "core/key/hex.h"

namespace shardlab::key {
namespace {

std::vector<std::string_view> split_at_dashes(std::string_view text) {
  std::vector<std::string_view> parts;
  for (auto dash = text.find('-'); dash != std::string_view::npos; dash = text.find('-')) {
    parts.push_back(text.substr(0, dash));
    text.remove_prefix(dash + 1);
  }
  parts.push_back(text);
  return parts;
}

Error malformed(std::string_view reason, std::string_view spec) {
  return Error(Errc::invalid_argument, fmt::format("malformed spec: {}: {}", reason, quoted(spec)));
}

// A limit of equal shards: nothing for 0, which is also what 2^64 wraps to.
std::string limit_bytes(std::uint64_t limit, std::size_t length) {
  if (limit == 0) return "";
  return KeyspaceId::of_uint64(limit).bytes.substr(0, length);
}

}  // namespace

Result<std::vector<KeyRange>> parse_sharding_spec(std::string_view spec) {
  const auto parts = split_at_dashes(spec);
  if (parts.size() == 1) {
    if (spec == "0") return std::vector{KeyRange()};
    return malformed("doesn't define a range", spec);
  }
  std::vector<KeyRange> ranges;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    if (parts[i].empty() && !last) {
      return malformed("MinKey/MaxKey cannot be in the middle of the spec", spec);
    }
    if (!parts[i].empty() && parts[i] <= parts[i - 1]) {
      return malformed("shard limits should be in order", spec);
    }
    auto range = parse_key_range_parts(parts[i - 1], parts[i]);
    if (!range) return error_of(range);
    ranges.push_back(*std::move(range));
  }
  return ranges;
}

Result<KeyRange> even_shard(std::int64_t index, std::int64_t count) {
  if (count <= 0) {
    return Error(Errc::invalid_argument, fmt::format("the shard count must be > 0: {}", count));
  }
  if (index < 0) {
    return Error(Errc::invalid_argument,
                 fmt::format("the index of the shard must be >= 0: {}", index));
  }
  if (index >= count) {
    return Error(Errc::invalid_argument,
                 fmt::format("the index of the shard must be less than the total number of shards: "
                             "{} < {}",
                             index, count));
  }
  const auto shards = static_cast<std::uint64_t>(count);
  if (!std::has_single_bit(shards)) {
    return Error(Errc::invalid_argument,
                 fmt::format("the shard count must be a power of two: {}", count));
  }
  // 2^64 / count; for a count of one it wraps to 0, and both limits are open as they should be.
  const std::uint64_t width = UINT64_MAX / shards + 1;
  const std::size_t length = (std::bit_width(shards - 1) + 7) / 8;
  const auto position = static_cast<std::uint64_t>(index);
  return KeyRange(limit_bytes(position * width, length),
                  limit_bytes((position + 1) * width, length));
}

Result<std::vector<KeyRange>> even_shards(std::int64_t count) {
  std::vector<KeyRange> ranges;
  for (std::int64_t i = 0; i == 0 || i < count; ++i) {
    auto range = even_shard(i, count);
    if (!range) return error_of(range);
    ranges.push_back(*std::move(range));
  }
  return ranges;
}

}  // namespace shardlab::key

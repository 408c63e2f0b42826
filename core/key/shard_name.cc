#include "core/key/shard_name.h"

#include <fmt/format.h>

#include "core/key/error_of.h"
#include "core/key/hex.h"

namespace shardlab::key {

Result<ShardReference> validate_shard_name(std::string_view name) {
  const auto dash = name.find('-');
  if (dash == std::string_view::npos) return ShardReference(std::string(name), std::nullopt);
  if (name.find('-', dash + 1) != std::string_view::npos) {
    return Error(Errc::invalid_argument,
                 fmt::format("invalid shardId, can only contain one '-': {}", name));
  }
  auto range = parse_key_range_parts(name.substr(0, dash), name.substr(dash + 1));
  if (!range) return error_of(range);
  if (!range->end.empty() && range->start >= range->end) {
    return Error(Errc::invalid_argument,
                 fmt::format("out of order keys: {} is not strictly smaller than {}",
                             to_hex(range->start), to_hex(range->end)));
  }
  return ShardReference(to_string(*range), *range);
}

}  // namespace shardlab::key

#include "core/topo/keyspace_shard.h"

#include <fmt/format.h>

namespace shardlab::topo {

std::string to_string(const KeyspaceShard& shard) { return shard.keyspace + "/" + shard.shard; }

Result<KeyspaceShard> parse_keyspace_shard(std::string_view text) {
  const auto separator = text.find_first_of("/:");
  if (separator == std::string_view::npos || separator == 0 ||
      text.find_first_of("/:", separator + 1) != std::string_view::npos) {
    return Error(Errc::invalid_argument, fmt::format("invalid shard path: {}", text));
  }
  return KeyspaceShard(std::string(text.substr(0, separator)),
                       std::string(text.substr(separator + 1)));
}

}  // namespace shardlab::topo

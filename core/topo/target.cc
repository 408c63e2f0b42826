#include "core/topo/target.h"

#include <fmt/format.h>

#include "core/key/error_of.h"
#include "core/key/sharding_spec.h"

namespace shardlab::topo {
namespace {

Result<key::Destination> parse_brackets(std::string_view content) {
  if (content.find('-') == std::string_view::npos) {
    auto id = key::parse_keyspace_id(content);
    if (id) return key::Destination(key::DestinationKeyspaceIds{{*std::move(id)}});
    return Error(Errc::invalid_argument,
                 fmt::format("expected valid hex in keyspace id {}", content));
  }
  auto ranges = key::parse_sharding_spec(content);
  if (!ranges) return error_of(ranges);
  if (ranges->size() == 1) {
    return key::Destination(key::DestinationExactKeyRanges{{ranges->front()}});
  }
  return Error(Errc::invalid_argument, fmt::format("single keyrange expected in {}", content));
}

}  // namespace

Result<Target> parse_target(std::string_view text, TabletType default_type) {
  Target target;
  target.tablet_type = default_type;
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    const auto type = parse_tablet_type(text.substr(at + 1));
    target.tablet_type = type ? *type : TabletType::unknown;
    text = text.substr(0, at);
  }
  if (const auto separator = text.find_last_of("/:"); separator != std::string_view::npos) {
    target.destination = key::DestinationShards{{std::string(text.substr(separator + 1))}};
    text = text.substr(0, separator);
  }
  if (const auto open = text.rfind('['); open != std::string_view::npos) {
    const auto close = text.rfind(']');
    if (close == std::string_view::npos || close < open) {
      return Error(Errc::invalid_argument,
                   "invalid key range provided. Couldn't find range end ']'");
    }
    auto destination = parse_brackets(text.substr(open + 1, close - open - 1));
    if (!destination) return error_of(destination);
    target.destination = *std::move(destination);
    text = text.substr(0, open);
  }
  target.keyspace = std::string(text);
  return target;
}

}  // namespace shardlab::topo

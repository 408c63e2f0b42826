#include "core/vindexes/region.h"

#include <fmt/format.h>

#include "core/vindexes/hash.h"

namespace shardlab::vindexes {

std::shared_ptr<const Vindex> RegionExperimental::create(const VindexParams& params) {
  const auto bytes = params.find("region_bytes");
  if (bytes == params.end()) {
    throw Error(Errc::invalid_argument, "region_experimental missing region_bytes param");
  }
  if (bytes->second == "1") return std::make_shared<RegionExperimental>(1);
  if (bytes->second == "2") return std::make_shared<RegionExperimental>(2);
  throw Error(Errc::invalid_argument, fmt::format("region_bits must be 1 or 2: {}", bytes->second));
}

RegionExperimental::RegionExperimental(std::size_t region_bytes)
    : Vindex({.type = "region_experimental", .cost = 1, .multi_column = true}),
      region_bytes_(region_bytes) {}

std::optional<key::KeyspaceId> RegionExperimental::map(const Value&) const { return std::nullopt; }

std::optional<key::KeyspaceId> RegionExperimental::map_columns(
    std::span<const Value> values) const {
  if (values.size() != 2) return std::nullopt;
  const auto region = try_to_uint64(values[0]);
  const auto hash = Hash().map(values[1]);
  if (!region || !hash) return std::nullopt;
  const std::string number = key::KeyspaceId::of_uint64(*region).bytes;
  return key::KeyspaceId(number.substr(number.size() - region_bytes_) + hash->bytes);
}

}  // namespace shardlab::vindexes

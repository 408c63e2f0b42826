#include "scenarios/cluster/addresses.h"

#include <fmt/format.h>

#include "core/base/error.h"

namespace shardlab::scenarios {
namespace {

constexpr std::uint64_t nodes = 3;
constexpr std::uint64_t first_on_node = 3;  // the network itself, its gateway, its DNS
constexpr std::uint64_t last_on_node = 254;

}  // namespace

std::string Addresses::next() {
  const std::uint64_t size = 1ull << (32 - pool_.prefix_bits);
  const std::uint64_t used_nodes = size >= nodes * 256 ? nodes : 1;
  const std::uint64_t node = given_ % used_nodes;
  const std::uint64_t place = first_on_node + given_ / used_nodes;
  const std::uint64_t offset = node * 256 + place;
  if (place > last_on_node || offset + 1 >= size) {
    throw Error(Errc::invalid_argument,
                fmt::format("the address pool is used up after {} hosts", given_));
  }
  ++given_;
  const auto ip = static_cast<std::uint32_t>(pool_.first + offset);
  return fmt::format("{}.{}.{}.{}", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
}

}  // namespace shardlab::scenarios

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shardlab::canary {

/// A number that a deterministic program must not know, because something other than the seed
/// decides it.
using Leak = std::uint64_t (*)();

struct Canary {
  std::string_view name;  ///< `"address-order"`
  Leak leak;              ///< called afresh for every step of a world
};

/// The ten leaks, and `none`, which gives the same number always.
const std::vector<Canary>& canaries();

/// In the order in which the translation units of the program initialised their static objects.
std::vector<std::string>& initialised_units();

/// An object of this type puts its unit on the list.
struct InitialisedUnit {
  explicit InitialisedUnit(const char* name) { initialised_units().push_back(name); }
};

}  // namespace shardlab::canary

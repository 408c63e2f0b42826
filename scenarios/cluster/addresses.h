#pragma once

#include <string>

#include "scenarios/text/units.h"

namespace shardlab::scenarios {

/// Gives addresses of a pool one after another, as a container platform does: pods are spread over
/// nodes, each with a network of its own: `"10.64.0.3"`, `"10.64.1.3"`, `"10.64.2.3"`,
/// `"10.64.0.4"`. A small pool is one node.
class Addresses {
 public:
  explicit Addresses(AddressPool pool) : pool_(pool) {}
  /// Throws Error: invalid_argument when the pool is used up.
  std::string next();

 private:
  AddressPool pool_;
  std::uint64_t given_ = 0;
};

}  // namespace shardlab::scenarios

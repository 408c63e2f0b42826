#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "scenarios/case/case.h"

namespace shardlab::scenarios {

/// A list in a case of which parts can be left out.
struct Parts {
  std::string_view name;  ///< `"faults"`
  std::function<std::size_t(const Case&)> count;
  /// Without the parts [first, first + count), and without what cannot be without them.
  std::function<void(Case&, std::size_t first, std::size_t count)> leave_out;
};

/// In the order in which they are left out: draws by site, faults, visits, rows, tablets, vtgates.
const std::vector<Parts>& parts_of_cases();

/// The draws of one site that are not the calmest; leaving out makes them so.
Parts draws_at(std::string site);

/// Changes one thing of a case into something simpler; false when it is simple already.
using Simplification = std::function<bool(Case&)>;

/// Schedule, network, pace, members of etcds; of each fault trigger, delay, length and amount; of
/// each visit time and page.
std::vector<Simplification> simplifications_of(const Case& what);

}  // namespace shardlab::scenarios

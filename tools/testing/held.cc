#include "tools/testing/held.h"

#include <fmt/format.h>
#include <iostream>

namespace shardlab::testing {

bool Held::match(const Played& played) const {
  if (played.held()) return true;
  // Not as a part of Catch2's message, which breaks long lines in the middle.
  std::cout << '\n' << tell(played) << std::endl;
  return false;
}

std::string summary_of(const Played& played) {
  const std::string who = fmt::format("{} seed {}", played.scenario.name, played.seed);
  if (played.held()) return who;
  return fmt::format("{}: {}: {}", who, played.failure->property, played.failure->sentence);
}

}  // namespace shardlab::testing

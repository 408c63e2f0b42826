#pragma once

#include "scenarios/file/section.h"

namespace shardlab::scenarios {

/// Reads `[swarm]` of a scenario that is complete otherwise. Reads the steps for each split at
/// once, so that their mistakes come out here.
void read_swarm(const Node& node, Scenario& scenario);

}  // namespace shardlab::scenarios

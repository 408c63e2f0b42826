#pragma once

#include "scenarios/file/scenario.h"
#include "scenarios/file/section.h"

namespace shardlab::scenarios {

/// Reads `[[fault]]`s; steps and hosts must be known by then.
void read_faults(const Section& root, Scenario& scenario);

}  // namespace shardlab::scenarios

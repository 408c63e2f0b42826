#pragma once

#include <memory>

#include "sim/fault.h"
#include "sim/fault_plan.h"

namespace shardlab::sim {

class World;

/// Throws Error: failed_precondition when the world cannot have that fault: no such host or
/// process, no peer or one too many, an amount that means nothing.
void check_fault(World& world, const PlannedFault& fault);

/// Lets the fault begin; it ends with the object. The plan's times are not looked at.
std::unique_ptr<Fault> apply_fault(World& world, const PlannedFault& fault);

}  // namespace shardlab::sim

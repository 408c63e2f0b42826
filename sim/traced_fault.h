#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sim/fault.h"

namespace shardlab::sim {

class World;

/// The fault that `begin` makes, which also records its FaultStarted, before it begins, and its
/// FaultEnded, when it is over. `kind` such as `"pause"`, `target` such as `"server-1/daemon"`.
std::unique_ptr<Fault> traced_fault(World& world, std::string_view kind, std::string target,
                                    const std::function<std::unique_ptr<Fault>()>& begin);

}  // namespace shardlab::sim

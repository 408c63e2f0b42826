#pragma once

#include <memory>
#include <string_view>

#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

/// The check of that name of the scenario file; null for one that this version has not.
/// `max_write_gap` is the bound of `service-goes-on`.
std::unique_ptr<Check> make_check(std::string_view name, const Observation& world,
                                  Duration max_write_gap = std::chrono::seconds(5));

}  // namespace shardlab::scenarios

#pragma once

#include <functional>
#include <string>

#include "tools/testing/play.h"

namespace shardlab::testing {

/// A section of a Catch2 test: plays scenarios that `make` puts together from generators, each with
/// a seed of its own, until one does not hold.
///
///     always_held("whatever goes wrong", [&] {
///       Scenario scenario = guide;
///       scenario.faults = *arbitrary_faults(scenario);
///       return scenario;
///     });
///
/// Then rapidcheck makes the scenario smaller as long as it fails alike, for a
/// quarter of SHARDLAB_SHRINK; what is left is saved as a case and told, see `tell`. With
/// SHARDLAB_CASE that case alone is played, and nothing in other tests. RC_PARAMS="seed=7
/// max_success=1000" chooses others and more.
void always_held(const std::string& description, const std::function<scenarios::Scenario()>& make,
                 const Demand& demand = {});

}  // namespace shardlab::testing

#pragma once

#include <cstddef>
#include <rapidcheck.h>
#include <vector>

#include "scenarios/file/scenario.h"
#include "tools/testing/show.h"

namespace shardlab::testing {

// What rapidcheck may choose of a scenario. Smaller is calmer and less: fewer faults, shorter,
// earlier, of kinds further up in `shardlab help faults`; reads rather than writes; first pages.
// Everything generated is valid: as a scenario file it could be read.

/// The scenario with another cluster: up to two cells and two vtgates in each, from two to four
/// replica-type and two or three rdonly tablets in each shard. Tablets that it had keep their uids.
/// Conditions of steps that count tablets do not hold in all of them: see `Demand`.
rc::Gen<scenarios::Scenario> arbitrary_cluster(scenarios::Scenario scenario);

/// Visitors from before the first command to the last: 1 to 20 a second, on up to 100 pages, any
/// share of writes, reads of either kind.
rc::Gen<scenarios::Load> arbitrary_load();

/// One request at a time, in their order: not later than `last`, on the first `pages` pages.
rc::Gen<std::vector<scenarios::Visit>> arbitrary_visits(Duration last = std::chrono::seconds(60),
                                                        std::uint64_t pages = 10,
                                                        std::size_t at_most = 100);

/// Faults of all kinds but those that say what an operator types, on targets that the scenario has,
/// at times, after steps and on events of it.
rc::Gen<std::vector<scenarios::FaultSpec>> arbitrary_faults(const scenarios::Scenario& scenario,
                                                            std::size_t at_most = 4);

/// What an operator types who does not follow the guide: the scenario's steps up to where it takes
/// things down, of which some are left out, done again or done too early, with some that cancel the
/// resharding or migrate backwards. `at_most` such slips; without any the steps are as they were.
/// What loses rows by design is left as it is (InitShardMaster -force), and steps whose conditions
/// speak of others are not there.
rc::Gen<std::vector<scenarios::Step>> arbitrary_steps(const scenarios::Scenario& scenario,
                                                      std::size_t at_most = 3);

}  // namespace shardlab::testing

#pragma once

#include "scenarios/file/section.h"

namespace shardlab::scenarios {

/// Reads `[[step]]`: command lines (with `$(cat FILE)` from the files already in `scenario`),
/// conditions, posts.
void read_steps(const Section& root, Scenario& scenario);

/// Reads `{ times = 5, every = "20s" }`.
Retry read_retry(const Node& node);

/// Reads `[[property]]`; each name in `use` becomes one property.
void read_properties(const Section& root, Scenario& scenario);

}  // namespace shardlab::scenarios

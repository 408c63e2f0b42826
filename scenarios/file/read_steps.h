#pragma once

#include "scenarios/file/merge.h"
#include "scenarios/file/section.h"

namespace shardlab::scenarios {

/// Steps as they are written: `{source}` and the like are not filled in.
struct StepTexts {
  SourceFiles files;  ///< where they come from, for messages
  Node steps;         ///< `[[step]]`
  std::string end;    ///< id of the first step that is not played; empty: there is none
};

/// Reads `[[step]]`: command lines (with `$(cat FILE)` from the files already in `scenario`),
/// conditions, posts; filled in for the scenario's cluster.
void read_steps(const Section& root, Scenario& scenario);
/// The steps for that cluster. Throws ScenarioError.
std::vector<Step> read_steps(const StepTexts& texts, const Scenario& cluster);

/// Reads `{ times = 5, every = "20s" }`.
Retry read_retry(const Node& node);

/// Reads `[[property]]`; each name in `use` becomes one property.
void read_properties(const Section& root, Scenario& scenario);

}  // namespace shardlab::scenarios

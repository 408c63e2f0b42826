#pragma once

#include <memory>
#include <string>

#include "scenarios/file/document.h"
#include "scenarios/file/scenario.h"

namespace shardlab::scenarios {

/// Reads a scenario file and everything it extends, and checks all of it.
///
/// `extends = "guide.toml"` names a base, relative to the file that says it; bases may extend
/// further. Rules of joining:
/// - tables are merged key by key, at any depth, inline tables too; the extending file wins;
/// - lists are replaced as a whole: `[[keyspace]]`, `[[load]]`, `[[property]]`, `pages = [..]`;
/// - each `[[step]]` is appended behind the base's steps, unless the base has a step of that id:
/// then its keys are merged
///   into that step, which keeps its place;
/// - paths under `[files]` are relative to the file that names them.
///
/// `steps = ["clone", "diff", "clone-again"]` under `[scenario]` names the steps that are played,
/// in their order; without it all of them are, in the order in which they are written.
///
/// A `[[load]]` without `during` runs from before the first command to the start of the step that
/// stops the Guestbook
/// (`guestbook-down.sh`), or to the end when no step does. `during = { from, to }` takes step ids:
/// the load begins when `from` begins and ends when `to` begins; `"start"` and `"end"` stand for
/// the ends of the run.
///
/// Throws ScenarioError: unreadable file, bad syntax, unknown or missing key, wrong type, a value
/// or reference that cannot be. What the format has but this version cannot run is an error too,
/// never skipped.
Scenario load_scenario(const std::string& path);

/// The same from what `read_merged` gave, whose files `texts` holds. Of a case nothing is left to a
/// swarm.
Scenario scenario_of(const Node& tree, std::shared_ptr<StepTexts> texts);

/// Whether the file is a scenario by itself: it has a `[scenario]` of its own and is no case.
/// Others are there to be extended. Throws ScenarioError: unreadable file, bad syntax.
bool is_scenario(const std::string& path);

/// Whether it has a `[case]`: a run that once went wrong. Throws ScenarioError like `is_scenario`.
bool is_case(const std::string& path);

}  // namespace shardlab::scenarios

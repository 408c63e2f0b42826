#pragma once

#include <string>
#include <vector>

namespace shardlab::tools {

/// The scenario files that paths stand for, in the order of the paths: a file is itself, a folder
/// stands for the scenarios directly in it (`*.toml` with a `[scenario]` of their own), by name.
/// Throws WrongUsage for a path that is not there, ScenarioError for a file in a folder that is no
/// TOML.
std::vector<std::string> scenario_files(const std::vector<std::string>& paths);

}  // namespace shardlab::tools

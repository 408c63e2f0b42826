#pragma once

#include <optional>
#include <string>

#include "scenarios/case/case.h"

namespace shardlab::testing {

// What a test knows of the place where it runs.

/// SHARDLAB_DIR, else `".shardlab"`.
std::string found_folder();
/// SHARDLAB_SHRINK, else ten seconds. Throws WrongUsage.
Duration shrink_budget();

/// A case that SHARDLAB_CASE asks for.
struct WantedCase {
  std::string file;
  scenarios::Case what;
  bool is_of_this_test = false;  ///< that runs now
};
/// None when it asks for none. Throws ScenarioError.
std::optional<WantedCase> wanted_case();

/// As Catch2 knows it; empty when none runs.
std::string test_name();
/// `"SHARDLAB_CASE=/tmp/.shardlab/found/3f9c1e.toml /tmp/properties 'Test name'"`.
std::string line_that_replays(const std::string& case_file);

}  // namespace shardlab::testing

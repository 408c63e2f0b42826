#pragma once

#include <string>

#include "scenarios/case/case.h"

namespace shardlab::scenarios {

/// A case as it lies on a disk: a scenario file with a `[case]`, and beside it what is too long to
/// be read.
struct CaseText {
  std::string toml;
  std::string choices;  ///< what belongs into `choices_file`; empty when all draws are in `toml`
};

/// `folder`: where the file will lie; the scenario it extends is named from there.
/// `choices_file`: the name of the file beside it, used when there are many draws.
CaseText to_text(const Case& what, const std::string& folder, const std::string& choices_file);

/// Reads a case file, all it extends, and its draws. Throws ScenarioError.
Case load_case(const std::string& path);

}  // namespace shardlab::scenarios

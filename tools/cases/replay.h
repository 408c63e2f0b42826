#pragma once

#include <string>

#include "scenarios/case/case.h"

namespace shardlab::tools {

/// What a replay has to say, and its exit status: violated, changed or nondeterminism.
struct Replay {
  std::string text;
  int status = 1;
};

/// Compares what a case was saved for with a run of it. `file` as in `format_failure`.
Replay replay_of(const scenarios::Case& saved, const scenarios::RunReport& report,
                 const std::string& file);

}  // namespace shardlab::tools

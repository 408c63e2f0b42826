#pragma once

#include <functional>

namespace shardlab::tools {

/// Does a command's work and gives its exit status. What it throws is told on standard error with
/// the next step: a scenario with a mistake and wrong usage end with 2, anything else with 70.
int told(const char* command, const std::function<int()>& work);

}  // namespace shardlab::tools

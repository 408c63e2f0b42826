#pragma once

#include <string>
#include <string_view>

namespace shardlab::scenarios {

/// What to do next about an error of the guide's commands; empty when the error says it itself.
std::string next_step(std::string_view error);

}  // namespace shardlab::scenarios

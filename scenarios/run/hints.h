#pragma once

#include <string>
#include <string_view>

namespace shardlab::scenarios {

/// What to do next about an error of the guide's commands; empty when the error says it itself.
/// `help`: what tells how the command is used, for errors of usage that have no better advice:
/// `"./kvtctl.sh help InitShardMaster"`.
std::string next_step(std::string_view error, bool is_usage, std::string_view help);

}  // namespace shardlab::scenarios

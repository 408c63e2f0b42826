#pragma once

#include <string>

#include "scenarios/shell/command_line.h"

namespace shardlab::scenarios {

/// What a command is called in the story: `"SplitClone test_keyspace/0"`, `"vttablet-down.sh"`.
std::string story_name(const CommandLine& command);

/// What it printed in a few words: `"11 rows copied"`, `"messages ok (4 rows processed)"`.
std::string story_outcome(const CommandLine& command, const std::string& output);

/// The aliases of drained tablets in what ListAllTablets printed.
std::vector<std::string> drained_in(const std::string& listing);

/// `./kvtctl.sh ARGUMENTS...`.
CommandLine kvtctl(std::vector<std::string> arguments);

}  // namespace shardlab::scenarios

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/flags.h"
#include "core/wrangler/wrangler.h"

namespace shardlab::vtctl {

/// One vtctl command: what it is called, what it takes, what it does.
struct Command {
  std::string_view group;   ///< `"Shards"`
  std::string_view name;    ///< `"InitShardMaster"`
  std::string_view params;  ///< `"[-force] <keyspace/shard> <tablet alias>"`
  std::string_view help;    ///< one sentence
  std::function<Task<>(wrangler::Wrangler&, std::vector<std::string>)> run;
};

/// All commands that are built in, in the order of the help.
const std::vector<Command>& commands();

/// Runs a command line: `{"ListAllTablets", "test"}`. Names are case-insensitive; `help [NAME]`
/// tells. Throws Error: invalid_argument (unknown command, with the nearest name; wrong arguments),
/// or what the command failed with. Source: Vitess go/vt/vtctl/vtctl.go `RunCommand`.
Task<> run_command(wrangler::Wrangler& wrangler, std::vector<std::string> arguments);

// Building blocks of the commands, by topic.
std::vector<Command> tablet_commands();
std::vector<Command> shard_commands();
std::vector<Command> keyspace_commands();
std::vector<Command> schema_commands();

/// Checks the number of positional arguments. Throws Error: invalid_argument
/// `the <cell name> argument is required for the ListAllTablets command`.
void require_arguments(const std::vector<std::string>& arguments, std::size_t count,
                       std::string_view what, std::string_view command);

}  // namespace shardlab::vtctl

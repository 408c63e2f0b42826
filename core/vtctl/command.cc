#include "core/vtctl/command.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/ascii.h"

namespace shardlab::vtctl {
namespace {

/// Commands of Vitess 2.x that an operator may look for and that are not built in.
constexpr std::string_view not_built_in[] = {"AddCellInfo",
                                             "ApplySchema",
                                             "Backup",
                                             "BackupShard",
                                             "ChangeTabletAlias",
                                             "CreateKeyspace",
                                             "CreateShard",
                                             "DeleteCellInfo",
                                             "DeleteKeyspace",
                                             "EmergencyReparentShard",
                                             "ExecuteHook",
                                             "FindAllShardsInKeyspace",
                                             "GetCellInfo",
                                             "GetPermissions",
                                             "GetSchema",
                                             "GetShardReplication",
                                             "GetSrvKeyspaceNames",
                                             "IgnoreHealthError",
                                             "InitTablet",
                                             "ListBackups",
                                             "ListTablets",
                                             "MigrateServedFrom",
                                             "PlannedReparentShard",
                                             "PreflightSchema",
                                             "ReloadSchema",
                                             "ReloadSchemaKeyspace",
                                             "ReloadSchemaShard",
                                             "RemoveBackup",
                                             "RemoveKeyspaceCell",
                                             "RemoveShardCell",
                                             "ReparentTablet",
                                             "RestoreFromBackup",
                                             "SetKeyspaceServedFrom",
                                             "SetKeyspaceShardingInfo",
                                             "SetReadOnly",
                                             "SetReadWrite",
                                             "SetShardServedTypes",
                                             "SetShardTabletControl",
                                             "ShardReplicationAdd",
                                             "ShardReplicationFix",
                                             "ShardReplicationPositions",
                                             "ShardReplicationRemove",
                                             "Sleep",
                                             "SourceShardAdd",
                                             "TabletExternallyReparented",
                                             "UpdateCellInfo",
                                             "UpdateTabletAddrs",
                                             "Validate",
                                             "ValidateKeyspace",
                                             "ValidatePermissionsKeyspace",
                                             "ValidatePermissionsShard",
                                             "ValidateSchemaKeyspace",
                                             "ValidateSchemaShard",
                                             "ValidateShard",
                                             "ValidateVersionKeyspace",
                                             "ValidateVersionShard",
                                             "VtGateExecute",
                                             "VtTabletExecute",
                                             "VtTabletStreamHealth",
                                             "WaitForDrain",
                                             "WaitForFilteredReplication",
                                             "WorkflowCreate",
                                             "WorkflowStart",
                                             "WorkflowStop",
                                             "WorkflowWait"};

/// Insertions, deletions and replacements between two names.
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

const Command* find_command(const std::string& name) {
  for (const Command& command : commands()) {
    if (ascii_lower(command.name) == ascii_lower(name)) return &command;
  }
  return nullptr;
}

Error unknown_command(const std::string& name) {
  for (std::string_view known : not_built_in) {
    if (ascii_lower(known) == ascii_lower(name)) {
      return Error(
          Errc::unsupported,
          fmt::format("{} is a vtctl command of Vitess, but not built in here. 'help' lists "
                      "those that are.",
                      known));
    }
  }
  const Command* nearest = nullptr;
  std::size_t best = 4;
  for (const Command& command : commands()) {
    const std::size_t distance = edit_distance(ascii_lower(name), ascii_lower(command.name));
    if (distance < best) {
      best = distance;
      nearest = &command;
    }
  }
  return Error(Errc::invalid_argument,
               fmt::format("unknown command {}{}. 'help' lists all commands.", name,
                           nearest ? fmt::format(", did you mean {}?", nearest->name) : ""));
}

void print_help(wrangler::Wrangler& wrangler, const std::vector<std::string>& arguments) {
  if (arguments.size() > 1) {
    const Command* command = find_command(arguments[1]);
    if (!command) throw unknown_command(arguments[1]);
    wrangler.logger.console(
        fmt::format("Usage: {} {}\n\n{}\n", command->name, command->params, command->help));
    return;
  }
  std::string_view group;
  for (const Command& command : commands()) {
    if (command.group != group) {
      group = command.group;
      wrangler.logger.console(fmt::format("{}:\n", group));
    }
    wrangler.logger.console(fmt::format("  {} {}\n", command.name, command.params));
  }
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> all = [] {
    std::vector<Command> list;
    for (auto& part :
         {tablet_commands(), shard_commands(), keyspace_commands(), schema_commands()}) {
      list.insert(list.end(), part.begin(), part.end());
    }
    return list;
  }();
  return all;
}

Task<> run_command(wrangler::Wrangler& wrangler, std::vector<std::string> arguments) {
  if (arguments.empty()) {
    print_help(wrangler, arguments);
    throw Error(Errc::invalid_argument, "no command was specified");
  }
  const std::string name = arguments.front();
  if (ascii_lower(name) == "help") {
    print_help(wrangler, arguments);
    co_return;
  }
  const Command* command = find_command(name);
  if (!command) throw unknown_command(name);
  arguments.erase(arguments.begin());
  co_await command->run(wrangler, std::move(arguments));
}

void require_arguments(const std::vector<std::string>& arguments, std::size_t count,
                       std::string_view what, std::string_view command) {
  if (arguments.size() == count) return;
  throw Error(Errc::invalid_argument,
              fmt::format("the {} argument{} required for the {} command", what,
                          count == 1 ? " is" : "s are both", command));
}

}  // namespace shardlab::vtctl

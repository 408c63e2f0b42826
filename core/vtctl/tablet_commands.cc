#include <fmt/format.h>

#include "core/topo/keyspace_shard.h"
#include "core/topo/records.h"
#include "core/vtctl/command.h"
#include "core/vtctl/json.h"
#include "core/vtctl/result_table.h"
#include "core/vtctl/tablet_listing.h"

namespace shardlab::vtctl {
namespace {

using wrangler::Wrangler;
using Arguments = std::vector<std::string>;

void list(Wrangler& wrangler, const std::vector<topodata::Tablet>& tablets) {
  for (const auto& tablet : tablets) {
    TabletListing line;
    line.alias = topo::TabletAlias(tablet.alias().cell(), tablet.alias().uid());
    line.keyspace = tablet.keyspace();
    line.shard = tablet.shard();
    line.type = static_cast<topo::TabletType>(tablet.type());
    line.host = tablet.hostname();
    line.vt_port = static_cast<std::uint16_t>(tablet.vt_port());
    line.mysql_host = tablet.mysql_hostname();
    line.mysql_port = static_cast<std::uint16_t>(tablet.mysql_port());
    for (const auto& tag : tablet.tags()) line.tags[tag.key()] = tag.value();
    wrangler.logger.console(format_tablet(line) + "\n");
  }
}

Task<topodata::Tablet> tablet_named(Wrangler& wrangler, std::string alias) {
  auto info = co_await wrangler.topo.get_tablet(topo::parse_alias(alias));
  co_return info.record;
}

Task<> list_all_tablets(Wrangler& wrangler, Arguments arguments) {
  arguments = Flags("ListAllTablets").parse(std::move(arguments));
  require_arguments(arguments, 1, "<cell name>", "ListAllTablets");
  auto tablets = co_await wrangler.topo.get_tablets_by_cell(arguments[0]);
  list(wrangler, tablets);
}

Task<> list_shard_tablets(Wrangler& wrangler, Arguments arguments) {
  arguments = Flags("ListShardTablets").parse(std::move(arguments));
  require_arguments(arguments, 1, "<keyspace/shard>", "ListShardTablets");
  const auto path = topo::parse_keyspace_shard(arguments[0]).value();
  auto tablets = co_await wrangler.topo.get_tablets_of_shard(path.keyspace, path.shard);
  list(wrangler, tablets);
}

Task<> get_tablet(Wrangler& wrangler, Arguments arguments) {
  require_arguments(arguments, 1, "<tablet alias>", "GetTablet");
  auto tablet = co_await tablet_named(wrangler, arguments[0]);
  wrangler.logger.console(to_json(tablet) + "\n");
}

/// In the record of its shard.
Task<> forget_master(Wrangler& wrangler, topo::Lock& lock, topodata::Tablet tablet) {
  co_await wrangler.topo.update_shard_fields(
      lock, tablet.keyspace(), tablet.shard(), [&](topodata::Shard& shard) {
        if (!topo::same_alias(shard.master_alias(), tablet.alias())) {
          return topo::Update::no_update_needed;
        }
        shard.clear_master_alias();
        return topo::Update::write;
      });
}

Task<> delete_tablet(Wrangler& wrangler, Arguments arguments) {
  bool allow_master = false;
  Flags flags("DeleteTablet");
  flags.add("allow_master", &allow_master);
  arguments = flags.parse(std::move(arguments));
  require_arguments(arguments, 1, "<tablet alias>", "DeleteTablet");
  auto tablet = co_await tablet_named(wrangler, arguments[0]);
  const bool is_master = tablet.type() == topodata::MASTER;
  if (is_master && !allow_master) {
    throw Error(Errc::failed_precondition,
                fmt::format("cannot delete tablet {} as it is a master, use allow_master flag",
                            arguments[0]));
  }
  co_await wrangler.topo.delete_tablet(tablet.alias());
  if (!is_master) co_return;
  std::string action = fmt::format("DeleteTablet({})", arguments[0]);
  auto lock = co_await wrangler.topo.lock_shard(tablet.keyspace(), tablet.shard(), action);
  auto done = co_await capture_for_cleanup(forget_master(wrangler, lock, tablet));
  auto unlocked = co_await capture(lock.unlock());
  if (!done) throw done.error();
  if (!unlocked) throw unlocked.error();
}

Task<> change_type(Wrangler& wrangler, Arguments arguments) {
  arguments = Flags("ChangeSlaveType").parse(std::move(arguments));
  require_arguments(arguments, 2, "<tablet alias> and <tablet type>", "ChangeSlaveType");
  auto tablet = co_await tablet_named(wrangler, arguments[0]);
  const topo::TabletType type = topo::parse_tablet_type(arguments[1]).value();
  if (!topo::is_trivial_type_change(static_cast<topo::TabletType>(tablet.type()), type)) {
    throw Error(
        Errc::failed_precondition,
        fmt::format("tablet {} type change {} -> {} is not an allowed transition for "
                    "ChangeSlaveType",
                    arguments[0], topo::type_text(tablet.type()), topo::to_lower_text(type)));
  }
  co_await wrangler.tablets.change_type(tablet, static_cast<topodata::TabletType>(type));
}

using TabletAction = Task<> (tablet::TabletClient::*)(topodata::Tablet);

Task<> act_on_tablet(Wrangler& wrangler, Arguments arguments, std::string name,
                     TabletAction action) {
  arguments = Flags(name).parse(std::move(arguments));
  require_arguments(arguments, 1, "<tablet alias>", name);
  auto tablet = co_await tablet_named(wrangler, arguments[0]);
  co_await (wrangler.tablets.*action)(tablet);
}

std::function<Task<>(Wrangler&, Arguments)> tablet_action(std::string name, TabletAction action) {
  return [name, action](Wrangler& wrangler, Arguments arguments) {
    return act_on_tablet(wrangler, std::move(arguments), name, action);
  };
}

Task<> execute_fetch(Wrangler& wrangler, Arguments arguments, bool as_dba) {
  const std::string name = as_dba ? "ExecuteFetchAsDba" : "ExecuteFetchAsApp";
  std::uint64_t max_rows = 10000;
  bool disable_binlogs = false, json = false;
  Flags flags(name);
  flags.add("max_rows", &max_rows);
  flags.add("json", &json);
  if (as_dba) flags.add("disable_binlogs", &disable_binlogs);
  arguments = flags.parse(std::move(arguments));
  require_arguments(arguments, 2, "<tablet alias> and <sql command>", name);
  auto tablet = co_await tablet_named(wrangler, arguments[0]);
  QueryResult result;
  if (as_dba) {
    result = co_await wrangler.tablets.execute_fetch_as_dba(tablet, arguments[1], max_rows,
                                                            disable_binlogs);
  } else {
    result = co_await wrangler.tablets.execute_fetch_as_app(tablet, arguments[1], max_rows);
  }
  wrangler.logger.console(json ? result_json(result) + "\n" : format_result_table(result));
}

}  // namespace

std::vector<Command> tablet_commands() {
  using Client = tablet::TabletClient;
  return {
      {"Tablets", "GetTablet", "<tablet alias>", "Prints the tablet's record as JSON.", get_tablet},
      {"Tablets", "ListAllTablets", "<cell name>",
       "Lists all tablets of a cell in an awk-friendly way.", list_all_tablets},
      {"Tablets", "ListShardTablets", "<keyspace/shard>",
       "Lists all tablets of a shard in an awk-friendly way.", list_shard_tablets},
      {"Tablets", "DeleteTablet", "[-allow_master] <tablet alias>",
       "Deletes the tablet's record; the process is not stopped.", delete_tablet},
      {"Tablets", "ChangeSlaveType", "<tablet alias> <tablet type>",
       "Changes the type of a tablet that is no master.", change_type},
      {"Tablets", "ChangeTabletType", "<tablet alias> <tablet type>", "As ChangeSlaveType.",
       change_type},
      {"Tablets", "RefreshState", "<tablet alias>",
       "Makes the tablet read its record and its shard's again.",
       tablet_action("RefreshState", &Client::refresh_state)},
      {"Tablets", "RunHealthCheck", "<tablet alias>", "Runs a health check on the tablet now.",
       tablet_action("RunHealthCheck", &Client::run_health_check)},
      {"Tablets", "Ping", "<tablet alias>", "Checks that the tablet answers.",
       tablet_action("Ping", &Client::ping)},
      {"Tablets", "StopSlave", "<tablet alias>", "Stops replication on the tablet.",
       tablet_action("StopSlave", &Client::stop_replication)},
      {"Tablets", "StartSlave", "<tablet alias>", "Starts replication on the tablet.",
       tablet_action("StartSlave", &Client::start_replication)},
      {"Tablets", "ExecuteFetchAsDba",
       "[-max_rows=10000] [-disable_binlogs] [-json] <tablet alias> <sql command>",
       "Runs SQL on the tablet's MySQL as DBA, whether it serves or not.",
       [](Wrangler& w, Arguments a) { return execute_fetch(w, std::move(a), true); }},
      {"Tablets", "ExecuteFetchAsApp", "[-max_rows=10000] [-json] <tablet alias> <sql command>",
       "Runs SQL on the tablet's MySQL as the application.",
       [](Wrangler& w, Arguments a) { return execute_fetch(w, std::move(a), false); }},
  };
}

}  // namespace shardlab::vtctl

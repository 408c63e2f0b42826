#include <fmt/format.h>

#include "core/topo/keyspace_shard.h"
#include "core/topo/records.h"
#include "core/topo/tablet_type.h"
#include "core/vtctl/command.h"
#include "core/vtctl/json.h"
#include "core/wrangler/cancel_resharding.h"
#include "core/wrangler/delete_shard.h"
#include "core/wrangler/init_shard_master.h"
#include "core/wrangler/migrate_served_types.h"

namespace shardlab::vtctl {
namespace {

using wrangler::Wrangler;
using Arguments = std::vector<std::string>;

Task<> get_shard(Wrangler& wrangler, Arguments arguments) {
  require_arguments(arguments, 1, "<keyspace/shard>", "GetShard");
  const auto path = topo::parse_keyspace_shard(arguments[0]).value();
  auto shard = co_await wrangler.topo.get_shard(path.keyspace, path.shard);
  wrangler.logger.console(to_json(shard.record) + "\n");
}

Task<> init_shard_master(Wrangler& wrangler, Arguments arguments) {
  wrangler::InitShardMasterOptions options;
  Flags flags("InitShardMaster");
  flags.add("force", &options.force);
  flags.add("wait_slave_timeout", &options.wait_replicas_timeout);
  arguments = flags.parse(std::move(arguments));
  require_arguments(arguments, 2, "<keyspace/shard> and <tablet alias>", "InitShardMaster");
  const auto path = topo::parse_keyspace_shard(arguments[0]).value();
  options.keyspace = path.keyspace;
  options.shard = path.shard;
  options.elect = topo::parse_alias(arguments[1]);
  wrangler::InitShardMaster operation(wrangler, std::move(options));
  co_await operation.run();
}

Task<> migrate_served_types(Wrangler& wrangler, Arguments arguments) {
  wrangler::MigrateServedTypesOptions options;
  Flags flags("MigrateServedTypes");
  flags.add("cells", &options.cells);
  flags.add("reverse", &options.reverse);
  flags.add("skip-refresh-state", &options.skip_refresh_state);
  flags.add("filtered_replication_wait_time", &options.filtered_replication_wait_time);
  flags.add("reverse_replication", &options.reverse_replication);
  arguments = flags.parse(std::move(arguments));
  require_arguments(arguments, 2, "<source keyspace/shard> and <served tablet type>",
                    "MigrateServedTypes");
  const auto path = topo::parse_keyspace_shard(arguments[0]).value();
  const topo::TabletType type = topo::parse_tablet_type(arguments[1]).value();
  if (!topo::is_in_serving_graph(type)) {
    throw Error(Errc::invalid_argument,
                fmt::format("served_type has to be in the serving graph, not {}",
                            topo::to_upper_text(type)));
  }
  options.keyspace = path.keyspace;
  options.shard = path.shard;
  options.type = static_cast<topodata::TabletType>(type);
  wrangler::MigrateServedTypes operation(wrangler, std::move(options));
  co_await operation.run();
}

Task<> cancel_resharding(Wrangler& wrangler, Arguments arguments) {
  arguments = Flags("CancelResharding").parse(std::move(arguments));
  require_arguments(arguments, 1, "<keyspace/shard>", "CancelResharding");
  const auto path = topo::parse_keyspace_shard(arguments[0]).value();
  wrangler::CancelResharding operation(wrangler, path.keyspace, path.shard);
  co_await operation.run();
}

Task<> delete_shard(Wrangler& wrangler, Arguments arguments) {
  wrangler::DeleteShardOptions options;
  Flags flags("DeleteShard");
  flags.add("recursive", &options.recursive);
  flags.add("even_if_serving", &options.even_if_serving);
  arguments = flags.parse(std::move(arguments));
  if (arguments.empty()) require_arguments(arguments, 1, "<keyspace/shard>", "DeleteShard");
  for (const std::string& argument : arguments) {
    const auto path = topo::parse_keyspace_shard(argument).value();
    options.keyspace = path.keyspace;
    options.shard = path.shard;
    wrangler::DeleteShard operation(wrangler, options);
    auto deleted = co_await capture(operation.run());
    if (deleted) continue;
    if (deleted.error().code() != Errc::not_found) throw deleted.error();
    wrangler.logger.info("vtctl.go", 1560,
                         fmt::format("Shard {} doesn't exist, skipping it", argument));
  }
}

}  // namespace

std::vector<Command> shard_commands() {
  return {
      {"Shards", "GetShard", "<keyspace/shard>", "Prints the shard's record as JSON.", get_shard},
      {"Shards", "InitShardMaster",
       "[-force] [-wait_slave_timeout=30s] <keyspace/shard> <tablet alias>",
       "Makes a tablet the first master of a new shard. Resets replication everywhere in it.",
       init_shard_master},
      {"Shards", "MigrateServedTypes",
       "[-cells=c1,c2] [-reverse] [-skip-refresh-state] [-filtered_replication_wait_time=30s] "
       "[-reverse_replication] <keyspace/shard> <served tablet type>",
       "Moves the serving of rdonly, replica or master from the source to the target shards.",
       migrate_served_types},
      {"Shards", "CancelResharding", "<keyspace/shard>",
       "Ends a resharding before any type has been migrated.", cancel_resharding},
      {"Shards", "DeleteShard", "[-recursive] [-even_if_serving] <keyspace/shard> ...",
       "Deletes the records of shards; -recursive those of their tablets too.", delete_shard},
  };
}

}  // namespace shardlab::vtctl

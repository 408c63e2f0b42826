#include <fmt/format.h>

#include "core/topo/keyspace_shard.h"
#include "core/vindexes/vschema_json.h"
#include "core/vtctl/command.h"
#include "core/wrangler/copy_schema_shard.h"

namespace shardlab::vtctl {
namespace {

using wrangler::Wrangler;
using Arguments = std::vector<std::string>;

Task<> apply_vschema(Wrangler& wrangler, Arguments arguments) {
  std::string json;
  std::vector<std::string> cells;
  bool skip_rebuild = false;
  Flags flags("ApplyVSchema");
  flags.add("vschema", &json);
  flags.add("cells", &cells);
  flags.add("skip_rebuild", &skip_rebuild);
  arguments = flags.parse(std::move(arguments));
  require_arguments(arguments, 1, "<keyspace>", "ApplyVSchema");
  if (json.empty()) {
    throw Error(Errc::invalid_argument,
                "the vschema flag must be specified when calling the ApplyVSchema command: "
                "-vschema \"$(cat vschema.json)\"");
  }
  // Before anything is stored: vtgates must never see a VSchema they cannot use.
  const auto document = vindexes::parse_vschema(json);
  vindexes::build_keyspace_schema(arguments[0], document.vschema);
  co_await wrangler.topo.get_keyspace(arguments[0]);
  topodata::KeyspaceVSchema record;
  record.set_json(vindexes::to_json(document.vschema));
  co_await wrangler.topo.save_vschema(arguments[0], record);
  wrangler.logger.console(
      fmt::format("Uploaded VSchema object:\n{}\nIf this is not what you expected, check the input "
                  "data (as JSON parsing will skip unexpected fields).\n",
                  vindexes::to_json(document.vschema, document.spelling, 2)));
  if (skip_rebuild) {
    wrangler.logger.warning("vtctl.go", 2137,
                            "Skipping rebuild of SrvVSchema, will need to run RebuildVSchemaGraph "
                            "for changes to take effect");
    co_return;
  }
  if (cells.empty()) cells = co_await wrangler.topo.get_cell_names();
  co_await wrangler.topo.rebuild_srv_vschema(cells);
}

Task<> get_vschema(Wrangler& wrangler, Arguments arguments) {
  require_arguments(arguments, 1, "<keyspace>", "GetVSchema");
  auto record = co_await wrangler.topo.get_vschema(arguments[0]);
  const auto document = vindexes::parse_vschema(record.json());
  wrangler.logger.console(vindexes::to_json(document.vschema, vindexes::Spelling::snake_case, 2) +
                          "\n");
}

Task<> rebuild_vschema_graph(Wrangler& wrangler, Arguments arguments) {
  std::vector<std::string> cells;
  Flags flags("RebuildVSchemaGraph");
  flags.add("cells", &cells);
  flags.parse(std::move(arguments));
  if (cells.empty()) cells = co_await wrangler.topo.get_cell_names();
  co_await wrangler.topo.rebuild_srv_vschema(cells);
}

Task<> copy_schema_shard(Wrangler& wrangler, Arguments arguments) {
  wrangler::CopySchemaShardOptions options;
  Flags flags("CopySchemaShard");
  flags.add("tables", &options.tables);
  flags.add("exclude_tables", &options.exclude_tables);
  flags.add("wait_slave_timeout", &options.wait_replicas_timeout);
  arguments = flags.parse(std::move(arguments));
  require_arguments(arguments, 2, "<source keyspace/shard> and <destination keyspace/shard>",
                    "CopySchemaShard");
  const auto target = topo::parse_keyspace_shard(arguments[1]).value();
  options.source = arguments[0];
  options.target_keyspace = target.keyspace;
  options.target_shard = target.shard;
  wrangler::CopySchemaShard operation(wrangler, std::move(options));
  co_await operation.run();
}

}  // namespace

std::vector<Command> schema_commands() {
  return {
      {"Schema, VSchema", "ApplyVSchema",
       "-vschema=<json> [-cells=c1,c2] [-skip_rebuild] <keyspace>",
       "Validates and stores how rows map to shards, and gives it to the vtgates.", apply_vschema},
      {"Schema, VSchema", "GetVSchema", "<keyspace>", "Prints the keyspace's VSchema.",
       get_vschema},
      {"Schema, VSchema", "RebuildVSchemaGraph", "[-cells=c1,c2]",
       "Gives all keyspaces' VSchemas to the cells.", rebuild_vschema_graph},
      {"Schema, VSchema", "CopySchemaShard",
       "[-tables=t1,t2] [-exclude_tables=t1,t2] [-wait_slave_timeout=10s] "
       "<source keyspace/shard or tablet alias> <destination keyspace/shard>",
       "Creates the source's tables on the destination shard.", copy_schema_shard},
  };
}

}  // namespace shardlab::vtctl

#include "core/topo/serving_graph.h"
#include "core/vtctl/command.h"
#include "core/vtctl/json.h"

namespace shardlab::vtctl {
namespace {

using wrangler::Wrangler;
using Arguments = std::vector<std::string>;

Task<> get_keyspace(Wrangler& wrangler, Arguments arguments) {
  require_arguments(arguments, 1, "<keyspace>", "GetKeyspace");
  auto keyspace = co_await wrangler.topo.get_keyspace(arguments[0]);
  wrangler.logger.console(to_json(keyspace) + "\n");
}

Task<> get_srv_keyspace(Wrangler& wrangler, Arguments arguments) {
  require_arguments(arguments, 2, "<cell> and <keyspace>", "GetSrvKeyspace");
  auto graph = co_await wrangler.topo.get_srv_keyspace(arguments[0], arguments[1]);
  wrangler.logger.console(to_json(graph) + "\n");
}

Task<> rebuild_keyspace_graph(Wrangler& wrangler, Arguments arguments) {
  std::vector<std::string> cells;
  Flags flags("RebuildKeyspaceGraph");
  flags.add("cells", &cells);
  arguments = flags.parse(std::move(arguments));
  require_arguments(arguments, 1, "<keyspace>", "RebuildKeyspaceGraph");
  if (cells.empty()) cells = co_await wrangler.topo.get_cell_names();
  auto lock = co_await wrangler.topo.lock_keyspace(arguments[0], "RebuildKeyspace", cells);
  auto done = co_await capture_for_cleanup(
      topo::rebuild_keyspace_graph(wrangler.topo, lock, arguments[0], cells));
  auto unlocked = co_await capture(lock.unlock());
  if (!done) throw done.error();
  if (!unlocked) throw unlocked.error();
}

}  // namespace

std::vector<Command> keyspace_commands() {
  return {
      {"Keyspaces", "GetKeyspace", "<keyspace>", "Prints the keyspace's record as JSON.",
       get_keyspace},
      {"Keyspaces", "GetSrvKeyspace", "<cell> <keyspace>",
       "Prints the serving graph of a cell as JSON.", get_srv_keyspace},
      {"Keyspaces", "RebuildKeyspaceGraph", "[-cells=c1,c2] <keyspace>",
       "Computes the serving graph from the shards that serve.", rebuild_keyspace_graph},
  };
}

}  // namespace shardlab::vtctl

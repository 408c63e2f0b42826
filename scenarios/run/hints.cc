#include "scenarios/run/hints.h"

namespace shardlab::scenarios {
namespace {

struct Hint {
  std::string_view part_of_error;
  std::string_view next;
};

constexpr Hint hints[] = {
    {"is not in any overlapping shard",
     "start the tablets of the new shards first: ./sharded-vttablet-up.sh"},
    {"is not involved in any overlapping shards",
     "start the tablets of the new shards first: ./sharded-vttablet-up.sh"},
    {"neither Shard",
     "copy the data first: ./sharded-vtworker.sh SplitClone KEYSPACE/SOURCE_SHARD"},
    {"has filtered replication already enabled",
     "the rows are copied and follow already; go on with SplitDiff, or start over with ./kvtctl.sh "
     "CancelResharding KEYSPACE/SHARD"},
    {"migrated first",
     "./kvtctl.sh MigrateServedTypes KEYSPACE/SHARD rdonly, then replica, then master"},
    {"vindexType",
     "nothing was stored; use a known vindex type such as \"hash\" and apply the VSchema again"},
    {"syntax error", "nothing was changed; correct the text and run the command again"},
    {"unknown field", "nothing was stored; correct the VSchema and apply it again"},
    {"no vschema definition for table",
     "add the table to the VSchema with ApplyVSchema, or leave it out with -exclude_tables"},
    {"has a Vindex on unknown column",
     "name a column of the table in the VSchema and apply it again with ApplyVSchema"},
    {"missing primary col vindex", "nothing was stored; give the table a column vindex"},
    {"no VSchema for keyspace",
     "./kvtctl.sh ApplyVSchema -vschema \"$(cat vschema.json)\" KEYSPACE"},
    {"use -force to proceed anyway",
     "on a new shard run ./kvtctl.sh InitShardMaster -force KEYSPACE/SHARD ALIAS"},
    {"no master in shard record", "./kvtctl.sh InitShardMaster -force KEYSPACE/SHARD ALIAS"},
    {"is not in the shard", "./kvtctl.sh ListAllTablets CELL shows the tablets of each shard"},
    {"node doesn't exist", "check the name; ./kvtctl.sh ListAllTablets CELL shows what there is"},
    {"not enough healthy",
     "wait until the tablets replicate, or lower -min_healthy_rdonly_tablets"},
    {"is still serving", "migrate its traffic away first: ./kvtctl.sh MigrateServedTypes"},
    {"connection refused", "the server is down or still starting; start it and try again"},
    {"has no source shard", "copy the data first: ./sharded-vtworker.sh SplitClone"},
    {"timed out waiting for position",
     "the new shards lag; nothing has changed, run the command again when they have caught up"},
};

}  // namespace

std::string next_step(std::string_view error) {
  for (const Hint& hint : hints) {
    if (error.find(hint.part_of_error) != std::string_view::npos) return std::string(hint.next);
  }
  return "";
}

}  // namespace shardlab::scenarios

#include "scenarios/run/hints.h"

namespace shardlab::scenarios {
namespace {

struct Hint {
  std::string_view part_of_error;
  std::string_view next;  ///< empty: the error says it itself
};

// The first that fits counts.
constexpr Hint hints[] = {
    // What was typed.
    {"'help' lists", ""},
    {"vtworker knows", ""},
    {"no command was specified", "./kvtctl.sh help COMMAND tells more about one of these commands"},
    {"requires <keyspace/shard>",
     "./sharded-vtworker.sh SplitClone KEYSPACE/SOURCE_SHARD, later SplitDiff KEYSPACE/NEW_SHARD"},
    {"invalid shard path", "write KEYSPACE/SHARD, such as test_keyspace/0 or test_keyspace/-80"},
    {"invalid tablet alias",
     "write CELL-UID, such as test-0000000200; ./kvtctl.sh ListAllTablets "
     "CELL shows the tablets there are"},
    {"unknown TabletType", "write rdonly, replica or master"},
    {"has to be in the serving graph", "write rdonly, replica or master"},
    // The VSchema.
    {"vindexType",
     "nothing was stored; use a known vindex type such as \"hash\" and apply the VSchema again"},
    {"syntax error", "nothing was changed; correct the text and run the command again"},
    {"VSchema: ", "nothing was stored; correct the VSchema and apply it again"},
    {"not found for table",
     "nothing was stored; define that vindex under \"Vindexes\", or name one that is there"},
    {"missing primary col vindex", "nothing was stored; give the table a column vindex"},
    {"no vschema definition for table",
     "add the table to the VSchema with ApplyVSchema, or leave it out with -exclude_tables"},
    {"has a Vindex on unknown column",
     "name a column of the table in the VSchema and apply it again with ApplyVSchema"},
    {"no VSchema for keyspace",
     "./kvtctl.sh ApplyVSchema -vschema \"$(cat vschema.json)\" KEYSPACE"},
    // The order of the steps.
    {"is not in any overlapping shard",
     "start the tablets of the new shards first: ./sharded-vttablet-up.sh"},
    {"is not involved in any overlapping shards",
     "start the tablets of the new shards first: ./sharded-vttablet-up.sh"},
    {"neither Shard",
     "copy the data first: ./sharded-vtworker.sh SplitClone KEYSPACE/SOURCE_SHARD"},
    {"has no source shard",
     "copy the data first: ./sharded-vtworker.sh SplitClone KEYSPACE/SOURCE_SHARD"},
    {"has filtered replication already enabled",
     "the rows are copied and follow already; go on with SplitDiff, or start over with ./kvtctl.sh "
     "CancelResharding KEYSPACE/SHARD"},
    {"migrated first",
     "./kvtctl.sh MigrateServedTypes KEYSPACE/SHARD rdonly, then replica, then master"},
    {"cannot migrate master back",
     "only rdonly and replica go back; the old shard stays frozen once its master has moved"},
    {"the point of no return",
     "go on: ./kvtctl.sh MigrateServedTypes KEYSPACE/SHARD master completes the migration"},
    {"is still serving", "migrate its traffic away first: ./kvtctl.sh MigrateServedTypes"},
    {"use -force to proceed anyway",
     "on a new shard run ./kvtctl.sh InitShardMaster -force KEYSPACE/SHARD ALIAS"},
    {"no master in shard record", "./kvtctl.sh InitShardMaster -force KEYSPACE/SHARD ALIAS"},
    {"is not in the shard", "./kvtctl.sh ListAllTablets CELL shows the tablets of each shard"},
    // What is there.
    {"node doesn't exist", "check the name; ./kvtctl.sh ListAllTablets CELL shows what there is"},
    {"streaming query on the same tablet failed",
     "make sure that the new shards have the tables (./kvtctl.sh CopySchemaShard KEYSPACE/SOURCE "
     "KEYSPACE/TARGET) and that their tablets run; then run the command again"},
    {"' doesn't exist", "check the name; ./kvtctl.sh CopySchemaShard copies tables to a new shard"},
    {"is not supported",
     "nothing was run; use SELECT, SHOW, INSERT, UPDATE, DELETE, CREATE, ALTER "
     "or DROP in the form that MySQL and MariaDB share"},
    {"not enough healthy",
     "give back what a vtworker that died has left: ./kvtctl.sh ListAllTablets CELL shows drained "
     "tablets; for each ./kvtctl.sh StartSlave ALIAS and ./kvtctl.sh ChangeSlaveType ALIAS rdonly"},
    {"connection refused", "the server is down or still starting; start it and try again"},
    {"connection reset", "the server died meanwhile; start it and run the command again"},
    {"timed out waiting for position",
     "the new shards lag; nothing has changed, run the command again when they have caught up"},
};

}  // namespace

std::string next_step(std::string_view error, bool is_usage, std::string_view help) {
  for (const Hint& hint : hints) {
    if (error.find(hint.part_of_error) != std::string_view::npos) return std::string(hint.next);
  }
  return is_usage ? std::string(help) : "";
}

}  // namespace shardlab::scenarios

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "scenarios/file/load.h"
#include "scenarios/file/scenario_error.h"
#include "tests/runs/guide_run.h"

using namespace shardlab;
using namespace shardlab::scenarios;
using namespace shardlab::runs;

namespace {

constexpr int failed = 1, wrong_usage = 2, no_script = 127;

/// A mistake and what the terminal must show for it.
struct Mistake {
  std::string typed;
  int status;
  std::string error;  ///< part of the error
  std::string next;   ///< part of the output that says what to do next
};

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// Without what SplitClone does before it can know: it makes the tables of its streams on the new
/// shards.
Content without_stream_tables(Content content) {
  std::erase_if(content, [](const auto& entry) { return entry.first.ends_with(" position"); });
  for (auto& [name, value] : content) {
    if (name.ends_with(" streams") && value == no_such_table) value.clear();
  }
  return content;
}

/// One error, one next step, the right status, and nothing in the world has changed.
void make(GuideRun& run, const Mistake& mistake, bool may_make_stream_tables = false) {
  Content before = run.content();
  const CommandResult result = run.type(mistake.typed);
  Content after = run.content();
  if (may_make_stream_tables) {
    before = without_stream_tables(before);
    after = without_stream_tables(after);
  }
  INFO(mistake.typed << "\n" << result.output);
  CHECK(result.status == mistake.status);
  CHECK_FALSE(result.timed_out);
  CHECK(result.error.find(mistake.error) != std::string::npos);
  CHECK(count_of(result.output, result.error) == 1);
  CHECK(result.error.find('\n') == std::string::npos);
  CHECK(result.output.find(mistake.next) != std::string::npos);
  CHECK(differences(before, after) == std::vector<std::string>());
}

/// The rest of the guide works as if nothing had happened.
void finish(GuideRun& run) {
  run.play_to("look-again");
  CHECK(run.serving(topodata::MASTER) == std::vector<std::string>{"-80", "80-"});
  CHECK(run.texts_on(alias(200)).size() + run.texts_on(alias(300)).size() == 15);
  run.play_to_end();
  run.run_for(1min);
  CHECK(run.violations() == std::vector<std::string>());
}

/// The mistake is made right after the step.
void make_after(const std::string& step, const Mistake& mistake) {
  GuideRun run(11);
  if (step.empty()) {
    run.run_for(2s);
  } else {
    run.play_to(step);
  }
  make(run, mistake);
  finish(run);
}

std::string apply(const std::string& vschema) {
  return "./kvtctl.sh ApplyVSchema -vschema '" + vschema + "' test_keyspace";
}

constexpr const char* split_clone = "./sharded-vtworker.sh SplitClone test_keyspace/0";

/// A VSchema that is stored and does not fit the table; SplitClone finds out, and the right one
/// mends it.
void clone_with(const std::string& vschema, const Mistake& mistake) {
  GuideRun run(12);
  run.play_to("schema");
  run.cluster().stop_load();  // vtgates use it too, and would have to refuse
  REQUIRE(run.type(apply(vschema)).status == 0);
  run.run_for(2s);
  make(run, mistake, true);
  REQUIRE(run.type(run.scenario().steps.front().commands.front().typed).status == 0);
  run.run_for(2s);
  run.cluster().start_load(run.scenario().loads.front());
  finish(run);
}

}  // namespace

// The VSchema.

TEST_CASE("Bad VSchema: a syntax error is shown with line and column, nothing is stored") {
  make_after("vschema", {apply("{\n  \"Sharded\": true,\n  \"Vindexes\": {,}\n}"), wrong_usage,
                         "VSchema: line 3, column 16: syntax error",
                         "Next: nothing was changed; correct the text"});
}

TEST_CASE("Bad VSchema: an unknown vindex type is named, nothing is stored") {
  make_after("vschema",
             {apply(R"({"Sharded": true, "Vindexes": {"h": {"Type": "hsah"}}, "Tables": {}})"),
              wrong_usage, R"(vindexType "hsah" not found)", R"(use a known vindex type such as)"});
}

TEST_CASE("Bad VSchema: an unknown field is named with its path, nothing is stored") {
  make_after("vschema", {apply(R"({"Sharded": true, "Vindexs": {}})"), wrong_usage,
                         "unknown field \"Vindexs\"", "Next: nothing was stored"});
}

TEST_CASE("Bad VSchema: a table without a vindex is refused, nothing is stored") {
  make_after("vschema", {apply(R"({"Sharded": true, "Vindexes": {"hash": {"Type": "hash"}},)"
                               R"( "Tables": {"messages": {"ColVindexes": []}}})"),
                         wrong_usage, "missing primary col vindex for table: messages",
                         "Next: nothing was stored; give the table a column vindex"});
}

TEST_CASE("Bad VSchema: a table that names a vindex that is not there is refused") {
  make_after("vschema",
             {apply(R"({"Sharded": true, "Vindexes": {}, "Tables": {"messages":)"
                    R"( {"ColVindexes": [{"Col": "page", "Name": "hash"}]}}})"),
              wrong_usage, "vindex hash not found for table messages", "Next: nothing was stored"});
}

TEST_CASE("Bad VSchema: a column the table lacks is found by SplitClone, before it copies") {
  clone_with(R"({"Sharded": true, "Vindexes": {"hash": {"Type": "hash"}}, "Tables": {"messages":)"
             R"( {"ColVindexes": [{"Col": "pgae", "Name": "hash"}]}}})",
             {split_clone, failed, "table messages has a Vindex on unknown column pgae",
              "Next: name a column of the table in the VSchema"});
}

TEST_CASE("Bad VSchema: a table it does not know is found by SplitClone, before it copies") {
  clone_with(R"({"Sharded": true, "Vindexes": {"hash": {"Type": "hash"}}, "Tables": {}})",
             {split_clone, failed, "no vschema definition for table messages",
              "Next: add the table to the VSchema with ApplyVSchema"});
}

TEST_CASE("Bad VSchema: SplitClone without any says how to apply one") {
  GuideRun run(13);
  const CommandResult result = run.type(split_clone);
  CHECK(result.status == failed);
  CHECK(result.output.find("\nNext: ") != std::string::npos);
  run.play_to("up");
  run.play_to("schema");
  finish(run);
}

// The order of the steps.

TEST_CASE("Wrong order: SplitClone before the new shards are there says how to start them") {
  make_after("vschema", {split_clone, failed, "test_keyspace/0", "Next: start the tablets"});
}

TEST_CASE("Wrong order: SplitClone before the schema is copied names the missing table") {
  GuideRun run(11);
  run.play_to("list");
  make(run,
       {split_clone, failed, "'vt_test_keyspace.messages' doesn't exist",
        "Next: make sure that the new shards have the tables (./kvtctl.sh CopySchemaShard"},
       true);
  finish(run);
}

TEST_CASE("Wrong order: SplitClone before the new shards have masters says how to elect them") {
  make_after("up", {split_clone, failed, "no master in shard record",
                    "Next: ./kvtctl.sh InitShardMaster -force"});
}

TEST_CASE("Wrong order: a second SplitClone is refused and says how to go on") {
  make_after("look", {split_clone, failed, "has filtered replication already enabled",
                      "Next: the rows are copied and follow already"});
}

TEST_CASE("Wrong order: SplitClone of a shard that nothing overlaps is refused") {
  make_after("remove", {"./sharded-vtworker.sh SplitClone test_keyspace/-80", failed,
                        "test_keyspace/-80 ", "Next: "});
}

TEST_CASE("Wrong order: SplitDiff before SplitClone says to copy first") {
  make_after("schema", {"./sharded-vtworker.sh SplitDiff test_keyspace/-80", failed,
                        "test_keyspace/-80", "Next: copy the data first"});
}

TEST_CASE("Wrong order: MigrateServedTypes before SplitClone says to copy first") {
  make_after("schema", {"./kvtctl.sh MigrateServedTypes test_keyspace/0 rdonly", failed,
                        "neither Shard", "Next: copy the data first"});
}

TEST_CASE("Wrong order: master before replica names what must go first") {
  make_after("migrate-rdonly",
             {"./kvtctl.sh MigrateServedTypes test_keyspace/0 master", failed,
              "the following types are migrated first: REPLICA", "Next: ./kvtctl.sh Migrate"});
}

TEST_CASE("Wrong order: the master never goes back") {
  make_after("migrate-replica",
             {"./kvtctl.sh MigrateServedTypes -reverse test_keyspace/0 master", wrong_usage,
              "cannot migrate master back to test_keyspace/0", "Next: "});
}

TEST_CASE("Wrong order: a shard that still serves is not deleted") {
  make_after("diff", {"./kvtctl.sh DeleteShard -recursive test_keyspace/0", failed,
                      "shard test_keyspace/0 is still serving", "Next: migrate its traffic"});
}

TEST_CASE("Wrong order: InitShardMaster on a running shard without -force is refused") {
  make_after("look", {"./kvtctl.sh InitShardMaster test_keyspace/-80 test-0000000201", failed,
                      "-force", "InitShardMaster"});
}

// What is typed.

TEST_CASE("Bad usage: nothing changes, and the terminal says what is wrong and what to do") {
  const std::vector<Mistake> mistakes{
      {"./kvtctl.sh ListAlTablets test", wrong_usage,
       "unknown command ListAlTablets, did you mean ListAllTablets?", "'help' lists"},
      {"./kvtctl.sh Frobnicate", wrong_usage, "unknown command Frobnicate.", "'help' lists"},
      {"./kvtctl.sh PlannedReparentShard test_keyspace/0", wrong_usage,
       "PlannedReparentShard is a vtctl command of Vitess, but not built in here", "'help' lists"},
      {"./kvtctl.sh", wrong_usage, "no command was specified", "Next: "},
      {"./sharded-vtworker.sh SplitClon test_keyspace/0", wrong_usage, "unknown command SplitClon",
       "vtworker knows SplitClone and SplitDiff"},
      {"./kvtclt.sh ListAllTablets test", no_script, "no such script: kvtclt.sh",
       "There are kvtctl.sh, sharded-vtworker.sh"},
      {"./kvtctl.sh ListAllTablets", wrong_usage, "the <cell name> argument is required",
       "Next: ./kvtctl.sh help ListAllTablets"},
      {"./kvtctl.sh ListAllTablets test test", wrong_usage, "the <cell name> argument is required",
       "Next: ./kvtctl.sh help ListAllTablets"},
      {"./kvtctl.sh MigrateServedTypes test_keyspace/0", wrong_usage,
       "arguments are both required for the MigrateServedTypes command",
       "Next: ./kvtctl.sh help MigrateServedTypes"},
      {"./sharded-vtworker.sh SplitClone", wrong_usage,
       "command SplitClone requires <keyspace/shard>", "Next: ./sharded-vtworker.sh SplitClone"},
      {"./kvtctl.sh InitShardMaster -forse test_keyspace/-80 test-0000000200", wrong_usage,
       "flag provided but not defined: -forse; InitShardMaster takes ", "-force"},
      {"./kvtctl.sh InitShardMaster -wait_slave_timeout=soon test_keyspace/-80 test-0000000200",
       wrong_usage, R"(invalid value "soon" for flag -wait_slave_timeout)",
       "Next: ./kvtctl.sh help InitShardMaster"},
      {"./kvtctl.sh ApplyVSchema -vschema", wrong_usage, "flag needs an argument: -vschema",
       "Next: ./kvtctl.sh help ApplyVSchema"},
      {"./kvtctl.sh GetShard test_keyspace", wrong_usage, "invalid shard path: test_keyspace",
       "Next: write KEYSPACE/SHARD"},
      {"./kvtctl.sh GetShard test_keyspace/90-", failed, "shards/90-", "Next: "},
      {"./sharded-vtworker.sh SplitClone 0", wrong_usage, "invalid shard path: 0",
       "Next: write KEYSPACE/SHARD"},
      {"./kvtctl.sh InitShardMaster test_keyspace/-80 test0000000200", wrong_usage,
       "test0000000200", "Next: write CELL-UID"},
      {"./kvtctl.sh ExecuteFetchAsDba test-0000000999 \"SELECT 1\"", failed, "test-0000000999",
       "Next: "},
      {"./kvtctl.sh ExecuteFetchAsDba test-0000000100 \"SELEKT 1\"", wrong_usage, "SELEKT",
       "Next: "},
      {"./kvtctl.sh ExecuteFetchAsDba test-0000000100 \"SELECT * FROM mesages\"", failed, "mesages",
       "Next: check the name"},
      {"./kvtctl.sh MigrateServedTypes test_keyspace/0 slave", wrong_usage,
       "unknown TabletType slave", "Next: "},
      {"./kvtctl.sh MigrateServedTypes test_keyspace/0 spare", wrong_usage,
       "served_type has to be in the serving graph, not SPARE", "Next: "},
      {"./kvtctl.sh ListAllTablets tset", failed, "tset", "Next: "},
      {"./kvtctl.sh ApplyVSchema -vschema '{}' test_keyspce", failed, "test_keyspce", "Next: "},
  };
  GuideRun run(14);
  run.play_to("list");
  for (const Mistake& mistake : mistakes) make(run, mistake);
  finish(run);
}

TEST_CASE("Bad scenario file: an unknown key is shown with line and column") {
  const std::string file = SHARDLAB_SOURCE_DIR "/tests/scenarios/bad/key_misspelt.toml";
  try {
    load_scenario(file);
    FAIL("loaded without an error");
  } catch (const ScenarioError& error) {
    const std::string text = error.what();
    CHECK(text.starts_with(fmt::format("{}:{}:", file, error.place.line)));
    CHECK(error.place.line > 1);
    CHECK(text.find("did you mean") != std::string::npos);
  }
}

#include "core/worker/reconcile.h"

#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <rapidcheck/catch.h>

using namespace shardlab;
using namespace shardlab::worker;

namespace {

/// Key -> {routing column, text}: the row lives where the routing column says.
using Table = std::map<std::int64_t, std::pair<std::int64_t, std::string>>;

RowRouter router_of_two() {
  vindexes::KeyspaceVSchema vschema;
  vschema.sharded = true;
  vschema.vindexes["hash"].type = "hash";
  vschema.tables["t"].column_vindexes.push_back({.column = "page", .columns = {}, .name = "hash"});
  const std::vector shards{key::validate_shard_name("-80").value(),
                           key::validate_shard_name("80-").value()};
  return RowRouter(vindexes::build_keyspace_schema("ks", vschema), "t", {"id", "page", "text"},
                   shards);
}

std::vector<Row> rows_of(const Table& table) {
  std::vector<Row> rows;
  for (const auto& [id, content] : table) {
    rows.push_back({Value::of_int(id), Value::of_int(content.first),
                    Value::of_text(content.second)});
  }
  return rows;
}

Table drawn_table() {
  Table table;
  for (int i = *rc::gen::inRange(0, 8); i > 0; --i) {
    table[*rc::gen::inRange(0, 8)] = {*rc::gen::inRange(0, 7),
                                      *rc::gen::element<std::string>("a", "b")};
  }
  return table;
}

struct Outcome {
  std::vector<ReconcileAction> actions;
  ReconcileCounters counters;
};

Outcome reconcile(const Table& source, const Table& destination) {
  const RowRouter router = router_of_two();
  Reconciler reconciler({Type::int64}, router);
  reconciler.feed_source(rows_of(source));
  reconciler.feed_destination(rows_of(destination));
  reconciler.end_source();
  reconciler.end_destination();
  check(reconciler.done(), "both sides have ended");
  return {reconciler.take_actions(), reconciler.counters()};
}

using ShardRows = std::array<std::map<std::string, Row>, 2>;

ShardRows placed(const Table& table) {
  const RowRouter router = router_of_two();
  ShardRows shards;
  for (const Row& row : rows_of(table)) shards[router.route(row)][row[0].text()] = row;
  return shards;
}

}  // namespace

TEST_CASE("Reconcile: applying the actions turns the destination into the source", "[property]") {
  rc::prop("actions lead to the source", [] {
    const Table source = drawn_table();
    const Table destination = drawn_table();
    ShardRows shards = placed(destination);
    for (const auto& action : reconcile(source, destination).actions) {
      auto& rows = shards[action.shard];
      const std::string id = action.row[0].text();
      RC_ASSERT(rows.contains(id) == (action.kind != ActionKind::insert));
      if (action.kind == ActionKind::delete_) rows.erase(id);
      else rows[id] = action.row;
    }
    RC_ASSERT(shards == placed(source));
  });
}

TEST_CASE("Reconcile: a second run finds nothing to do", "[property]") {
  rc::prop("idempotent", [] {
    const Table table = drawn_table();
    const auto outcome = reconcile(table, table);
    RC_ASSERT(outcome.actions.empty());
    RC_ASSERT(outcome.counters.equal_rows == static_cast<std::int64_t>(table.size()));
    RC_ASSERT(outcome.counters.processed() == outcome.counters.equal_rows);
  });
}

TEST_CASE("Reconcile: a row that moves is deleted where it was and inserted where it goes",
          "[unit]") {
  // Page 1 lives in -80, page 4 in 80-.
  const auto outcome = reconcile({{9, {4, "a"}}}, {{9, {1, "a"}}});
  REQUIRE(outcome.actions.size() == 2);
  CHECK(outcome.actions[0].kind == ActionKind::delete_);
  CHECK(outcome.actions[0].shard == 0);
  CHECK(outcome.actions[0].row[1] == Value::of_int(1));
  CHECK(outcome.actions[1].kind == ActionKind::insert);
  CHECK(outcome.actions[1].shard == 1);
  CHECK(outcome.counters.inserts == 1);
  CHECK(outcome.counters.deletes == 1);
  CHECK(outcome.counters.updates == 0);
}

TEST_CASE("Reconcile: a NULL where the destination has an empty text is an update", "[unit]") {
  const RowRouter router = router_of_two();
  Reconciler reconciler({Type::int64}, router);
  reconciler.feed_source({{Value::of_int(1), Value::of_int(1), Value::null()}});
  reconciler.feed_destination({{Value::of_int(1), Value::of_int(1), Value::of_text("")}});
  CHECK(reconciler.counters().updates == 1);
  CHECK_FALSE(reconciler.done());
}

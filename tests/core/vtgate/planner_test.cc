#include "core/vtgate/planner.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <map>
#include <set>

#include "core/key/sharding_spec.h"
#include "core/sql/parser.h"
#include "core/vindexes/vschema_json.h"

namespace shardlab::vtgate {
namespace {

const vindexes::VSchema& a_vschema() {
  static const vindexes::VSchema vschema(std::map<std::string, vindexes::KeyspaceVSchema>{
      {"test_keyspace", vindexes::parse_vschema(R"({
        "sharded": true,
        "vindexes": {"hash": {"type": "hash"}, "id": {"type": "numeric"},
                     "names": {"type": "lookup_hash", "params": {"table": "t", "from": "a",
                               "to": "b"}, "owner": "people"}},
        "tables": {
          "messages": {"column_vindexes": [{"column": "page", "name": "hash"}]},
          "numbers": {"column_vindexes": [{"column": "n", "name": "id"},
                                          {"column": "m", "name": "id"}]},
          "people": {"column_vindexes": [{"column": "id", "name": "hash"},
                                         {"column": "name", "name": "names"}]},
          "pinned": {"pinned": "90"},
          "countries": {"type": "reference"}}})").vschema},
      {"plain", vindexes::parse_vschema(R"({})").vschema}});
  return vschema;
}

Shards shards_of(const std::string& spec) {
  Shards shards;
  for (const key::KeyRange& range : key::parse_sharding_spec(spec).value()) {
    shards.emplace_back(key::to_string(range), range);
  }
  return shards;
}

Shards shard_0() { return {key::ShardReference("0", std::nullopt)}; }

Plan plan_of(const std::string& sql, const Shards& shards = shards_of("-80-"),
             const std::string& keyspace = "test_keyspace") {
  const sql::Statement statement = sql::parse(sql);
  return make_plan(statement, table_of(statement, a_vschema(), keyspace), shards);
}

using Sent = std::vector<std::pair<std::string, std::string>>;

Sent sent_by(const Plan& plan) {
  Sent sent;
  for (const ShardQuery& query : plan.queries) sent.emplace_back(query.shard, query.sql);
  return sent;
}

Sent sent(const std::string& sql, const Shards& shards = shards_of("-80-")) {
  return sent_by(plan_of(sql, shards));
}

std::string error_text(const std::string& sql, Errc code) {
  try {
    plan_of(sql);
  } catch (const Error& error) {
    CHECK(error.code() == code);
    return error.message();
  }
  return "no error";
}

TEST_CASE("planner: a page is read from the one shard that owns it") {
  const std::string sql =
      "select message, time_created_ns from messages where page = 5 order by time_created_ns asc";
  CHECK(sent(sql) == Sent{{"-80", sql}});
  CHECK(sent("select * from messages where page = 6")[0].first == "80-");
  CHECK(sent("select * from messages where 6 = page")[0].first == "80-");
  CHECK(sent(sql, shard_0()) == Sent{{"0", sql}});
}

TEST_CASE("planner: a vindex column counts wherever it stands in a conjunction, not below OR") {
  CHECK(sent("select * from messages where message = 'x' and (time_created_ns > 1 and page = 5)")
            .size() == 1);
  CHECK(sent("select * from messages where messages.PAGE = 5").size() == 1);
  CHECK(sent("select * from messages as m where m.page = 5").size() == 1);
  CHECK(sent("select * from messages where page = 5 or page = 1").size() == 2);
  CHECK(sent("select * from messages where not page = 5").size() == 2);
  CHECK(sent("select * from messages where page <> 5").size() == 2);
  CHECK(sent("select * from messages where page = time_created_ns").size() == 2);
}

TEST_CASE("planner: IN goes to the shards of its values, each with its own") {
  CHECK(sent("select * from messages where page in (1, 4, 5, 6) and message = 'x'") ==
        Sent{{"-80", "select * from messages where page in (1, 5) and message = 'x'"},
             {"80-", "select * from messages where page in (4, 6) and message = 'x'"}});
  CHECK(sent("select * from messages where page in (1, 5)").size() == 1);
  CHECK(sent("select * from messages where page not in (1, 5)").size() == 2);
  CHECK(sent("select * from messages where page in (1, message)").size() == 2);
}

TEST_CASE("planner: = is preferred to IN") {
  CHECK(sent("select * from messages where page in (1, 4) and page = 4") ==
        Sent{{"80-", "select * from messages where page in (1, 4) and page = 4"}});
}

TEST_CASE("planner: a value without a keyspace id is on no shard, and the columns are asked for") {
  for (const char* where :
       {"page = null", "page = 'aa'", "page in (null)", "page in ('aa', null)"}) {
    const Plan plan = plan_of(std::string("select message from messages where ") + where);
    CHECK(plan.queries.empty());
    REQUIRE(plan.field_query);
    CHECK(*plan.field_query == ShardQuery("-80", "select message from messages where 1 != 1"));
  }
  CHECK(sent("select * from messages where page in (1, null)") ==
        Sent{{"-80", "select * from messages where page in (1)"}});
}

TEST_CASE("planner: without a vindex a SELECT goes to all shards") {
  CHECK(sent("select * from messages where message = 'x'", shards_of("-40-80-c0-")).size() == 4);
}

TEST_CASE("planner: an INSERT is split by shard, and annotated with its rows' keyspace ids") {
  CHECK(sent("insert into messages(page, message) values (1, 'a'), (4, 'b'), (5, 'c')") ==
        Sent{{"-80",
              "insert into messages(page, message) values (1, 'a'), (5, 'c') "
              "/* vtgate:: keyspace_id:166b40b44aba4bd6,70bb023c810ca87a */"},
             {"80-",
              "insert into messages(page, message) values (4, 'b') "
              "/* vtgate:: keyspace_id:d2fd8867d50d2dfe */"}});
}

TEST_CASE("planner: an INSERT is annotated while one shard holds everything") {
  CHECK(sent("insert into messages(page, message) values (1, 'a') /* who */", shard_0()) ==
        Sent{{"0",
              "insert into messages(page, message) values (1, 'a') "
              "/* vtgate:: keyspace_id:166b40b44aba4bd6 */ /* who */"}});
}

TEST_CASE("planner: an INSERT needs the value of the primary vindex") {
  CHECK(error_text("insert into messages(message) values ('a')", Errc::invalid_argument) ==
        "could not map [NULL] to a keyspace id");
  CHECK(error_text("insert into messages(page) values (null)", Errc::invalid_argument) ==
        "could not map [NULL] to a keyspace id");
  CHECK(error_text("insert into messages(page) values ('aa')", Errc::invalid_argument) ==
        "could not map [VARCHAR(\"aa\")] to a keyspace id");
  CHECK(error_text("insert into messages(page) values (1 + 1)", Errc::unsupported) ==
        "unsupported: expression for column page, which decides the shard: 1 + 1");
  CHECK(error_text("insert into messages values (1, 2)", Errc::unsupported) ==
        "unsupported: INSERT without a column list into sharded table messages");
  CHECK(error_text("insert into messages(page, message) values (1)", Errc::invalid_argument) ==
        "column list doesn't match values");
}

TEST_CASE("planner: an INSERT's other vindexes must lead to the same keyspace id") {
  CHECK(sent("insert into numbers(n, m) values (1, 1)").size() == 1);
  CHECK(error_text("insert into numbers(n, m) values (1, 2)", Errc::invalid_argument) ==
        "values [INT64(2)] for column [m] does not map to keyspace ids");
  CHECK(error_text("insert into people(id, name) values (1, 'x')", Errc::unsupported) ==
        "unsupported: INSERT into people, which has the lookup vindex names");
}

TEST_CASE("planner: REPLACE into a sharded table is refused") {
  CHECK(error_text("replace into messages(page) values (1)", Errc::unsupported) ==
        "unsupported: REPLACE INTO with sharded schema");
}

TEST_CASE("planner: UPDATE and DELETE go where their WHERE says, and are annotated") {
  CHECK(sent("update messages set message = 'x' where page = 5") ==
        Sent{{"-80",
              "update messages set message = 'x' where page = 5 "
              "/* vtgate:: keyspace_id:70bb023c810ca87a */"}});
  CHECK(sent("delete from messages where page in (1, 4)") ==
        Sent{{"-80",
              "delete from messages where page in (1) "
              "/* vtgate:: filtered_replication_unfriendly */"},
             {"80-",
              "delete from messages where page in (4) "
              "/* vtgate:: filtered_replication_unfriendly */"}});
  CHECK(sent("delete from messages").size() == 2);
  CHECK(plan_of("delete from messages where page = null").queries.empty());
  CHECK_FALSE(plan_of("delete from messages where page = null").field_query);
}

TEST_CASE("planner: a vindex column is not changed") {
  CHECK(error_text("update messages set PAGE = 6 where page = 5", Errc::unsupported) ==
        "unsupported: You can't update primary vindex columns. Invalid update on vindex: hash");
}

TEST_CASE("planner: a LIMIT on a write to several shards is refused") {
  CHECK(error_text("delete from messages limit 1", Errc::unsupported) ==
        "unsupported: multi shard delete with limit");
  CHECK(error_text("update messages set message = 'x' limit 1", Errc::unsupported) ==
        "unsupported: multi shard update with limit");
  CHECK(sent("delete from messages where page = 5 limit 1").size() == 1);
}

TEST_CASE("planner: a scatter is merged by its ORDER BY") {
  const Plan plan =
      plan_of("select message as m, page from messages order by page desc, m");
  REQUIRE(plan.merge.order_by.size() == 2);
  CHECK(plan.merge.order_by[0].position == 1u);
  CHECK(plan.merge.order_by[0].descending);
  CHECK(plan.merge.order_by[1].position == 0u);
  const Plan star = plan_of("select * from messages order by page");
  REQUIRE(star.merge.order_by.size() == 1);
  CHECK(star.merge.order_by[0].name == "page");
  CHECK_FALSE(star.merge.order_by[0].position);
  CHECK(plan_of("select message from messages where page = 5 order by page").merge == Merge());
}

TEST_CASE("planner: a scatter asks every shard for enough rows") {
  const Plan plan = plan_of("select page from messages limit 10, 5");
  CHECK(plan.queries[1].sql == "select page from messages limit 15");
  CHECK(plan.merge.offset == 10);
  CHECK(plan.merge.limit == 5u);
  CHECK(plan_of("select page from messages limit 5").queries[0].sql ==
        "select page from messages limit 5");
  CHECK(sent("select page from messages limit 10, 5", shard_0())[0].second ==
        "select page from messages limit 10, 5");
}

TEST_CASE("planner: aggregates of a scatter are combined") {
  const Plan plan = plan_of("select count(*), MIN(page), max(page), sum(page) from messages");
  CHECK(plan.merge.aggregates == std::vector{Aggregate::sum, Aggregate::min, Aggregate::max,
                                             Aggregate::sum});
}

TEST_CASE("planner: what a scatter cannot do is refused, also while there is one shard") {
  const std::string order = "select message from messages order by page";
  CHECK(error_text(order, Errc::unsupported) ==
        "unsupported: in scatter query: order by must reference a column in the select list: page");
  CHECK_THROWS_AS(plan_of(order, shard_0()), Error);
  CHECK(error_text("select avg(page) from messages", Errc::unsupported) ==
        "unsupported: in scatter query: complex aggregate expression: avg");
  CHECK(error_text("select page, count(*) from messages", Errc::unsupported) ==
        "unsupported: in scatter query: aggregates beside columns");
  CHECK(error_text("select count(*) + 1 from messages", Errc::unsupported) ==
        "unsupported: in scatter query: complex aggregate expression");
}

TEST_CASE("planner: pinned, reference and missing tables need one shard") {
  CHECK(sent("select * from pinned") == Sent{{"80-", "select * from pinned"}});
  CHECK(sent("insert into pinned(x) values (1)")[0].first == "80-");
  CHECK(sent("select * from countries") == Sent{{"-80", "select * from countries"}});
  CHECK(sent("select 1") == Sent{{"-80", "select 1"}});
  CHECK_THROWS_AS(plan_of("delete from countries"), Error);
}

TEST_CASE("planner: an unsharded keyspace has one shard, which gets everything as it is") {
  const Plan plan = plan_of("insert into t values (1)", shard_0(), "plain");
  CHECK(sent_by(plan) == Sent{{"0", "insert into t values (1)"}});
  CHECK_THROWS_WITH(plan_of("select * from t", shards_of("-80-"), "plain"),
                    "cannot send query to multiple shards for un-sharded database");
}

TEST_CASE("planner: a keyspace without a VSchema counts as unsharded") {
  CHECK(sent_by(plan_of("select * from messages", shard_0(), "new")) ==
        Sent{{"0", "select * from messages"}});
}

TEST_CASE("planner: the keyspace before a table's name is used and taken away") {
  const sql::Statement statement = sql::parse("select * from test_keyspace.messages where page=5");
  CHECK(table_of(statement, a_vschema(), "plain").keyspace == "test_keyspace");
  CHECK(plan_of("select * from test_keyspace.messages where page = 5").queries[0].sql ==
        "select * from messages where page = 5");
}

TEST_CASE("planner: an unknown table of a sharded keyspace is not found") {
  CHECK(error_text("select * from nothing", Errc::not_found) == "table nothing not found");
}

TEST_CASE("planner: a partition without shards cannot be asked") {
  CHECK_THROWS_WITH(plan_of("select * from messages", {}), "no shard in keyspace");
}

TEST_CASE("planner: every row of an INSERT reaches the shard that a read of its page asks") {
  rc::prop("split", [](std::vector<std::uint64_t> pages) {
    RC_PRE(!pages.empty());
    const Shards shards = shards_of("-40-80-c0-");
    std::string sql = "insert into messages(page, message) values ";
    for (std::size_t i = 0; i < pages.size(); ++i) {
      sql += (i ? ", (" : "(") + std::to_string(pages[i]) + ", '" + std::to_string(i) + "')";
    }
    std::multiset<std::uint64_t> written;
    for (const auto& [shard, part] : sent(sql, shards)) {
      const sql::Statement statement = sql::parse(part);
      for (const auto& row : std::get<sql::Insert>(statement.node).rows) {
        const std::uint64_t page = vindexes::to_uint64(row[0].value);
        written.insert(page);
        const std::string read = "select * from messages where page = " + std::to_string(page);
        RC_ASSERT(sent(read, shards)[0].first == shard);
      }
    }
    RC_ASSERT(written == std::multiset<std::uint64_t>(pages.begin(), pages.end()));
  });
}

}  // namespace
}  // namespace shardlab::vtgate

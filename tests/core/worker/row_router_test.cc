#include "core/worker/row_router.h"

#include <catch2/catch.hpp>

using namespace shardlab;
using namespace shardlab::worker;

namespace {

vindexes::KeyspaceSchema guide_keyspace() {
  vindexes::KeyspaceVSchema vschema;
  vschema.sharded = true;
  vschema.vindexes["hash"].type = "hash";
  vschema.tables["messages"].column_vindexes.push_back(
      {.column = "page", .columns = {}, .name = "hash"});
  return vindexes::build_keyspace_schema("test_keyspace", vschema);
}

std::vector<key::ShardReference> shards(const std::vector<std::string>& names) {
  std::vector<key::ShardReference> list;
  for (const auto& name : names) list.push_back(key::validate_shard_name(name).value());
  return list;
}

template <class Call>
std::string error_of_call(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

}  // namespace

TEST_CASE("RowRouter: the guide's pages go to the shards the reference names", "[unit]") {
  const RowRouter router(guide_keyspace(), "messages", {"id", "Page"}, shards({"-80", "80-"}));
  for (std::int64_t page : {1, 2, 3, 5}) {
    CHECK(router.route({Value::of_int(0), Value::of_int(page)}) == 0);
  }
  for (std::int64_t page : {0, 4, 6}) {
    CHECK(router.route({Value::of_int(0), Value::of_int(page)}) == 1);
  }
}

TEST_CASE("RowRouter: one shard takes everything", "[unit]") {
  CHECK(RowRouter(shards({"0"}).front()).route({Value::null()}) == 0);
}

TEST_CASE("RowRouter: tables and columns the VSchema does not fit are refused", "[unit]") {
  CHECK(error_of_call([] { RowRouter(guide_keyspace(), "other", {"page"}, shards({"0"})); }) ==
        "no vschema definition for table other");
  CHECK(error_of_call([] { RowRouter(guide_keyspace(), "messages", {"id"}, shards({"0"})); }) ==
        "table messages has a Vindex on unknown column page");
  CHECK(error_of_call([] { RowRouter(guide_keyspace(), "dual", {"id"}, shards({"0"})); }) ==
        "no vindex definition for table dual");
}

TEST_CASE("RowRouter: a row outside of all ranges is an error with its keyspace id", "[unit]") {
  const RowRouter router(guide_keyspace(), "messages", {"page"}, shards({"-40", "40-80"}));
  CHECK_THAT(error_of_call([&] { router.route({Value::of_int(4)}); }),
             Catch::StartsWith("no shard's key range includes the keyspace id: d2fd8867d50d2dfe"));
}

TEST_CASE("RowRouter: a value without keyspace id is an error", "[unit]") {
  const RowRouter router(guide_keyspace(), "messages", {"page"}, shards({"-80", "80-"}));
  CHECK_THAT(error_of_call([&] { router.route({Value::null()}); }),
             Catch::Contains("maps the row to no keyspace id"));
}

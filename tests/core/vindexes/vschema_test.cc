#include "core/vindexes/vschema.h"

#include <catch2/catch.hpp>

#include "core/base/error.h"
#include "core/vindexes/vschema_json.h"

using namespace shardlab;
using namespace shardlab::vindexes;

namespace {

KeyspaceVSchema vschema(const char* json) { return parse_vschema(json).vschema; }

template <class Call>
std::string error_of_call(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

std::string build_error(const char* json) {
  return error_of_call([&] { build_keyspace_schema("ks", vschema(json)); });
}

constexpr const char* guide_document = R"({"Sharded": true, "Vindexes": {"hash": {"Type": "hash"}},
  "Tables": {"messages": {"ColVindexes": [{"Col": "page", "Name": "hash"}]}}})";

}  // namespace

TEST_CASE("VSchema: the guide's document gives the messages table its hash vindex", "[unit]") {
  const auto keyspace = build_keyspace_schema("test_keyspace", vschema(guide_document));
  const Table& messages = keyspace.tables.at("messages");
  REQUIRE(messages.column_vindexes.size() == 1);
  CHECK(messages.column_vindexes[0].columns == std::vector<std::string>{"page"});
  CHECK(messages.column_vindexes[0].vindex->type() == "hash");
  CHECK(messages.sharded);
}

TEST_CASE("VSchema: every keyspace has a dual table", "[unit]") {
  CHECK(build_keyspace_schema("ks", {}).tables.at("dual").type == "reference");
  const VSchema both({{"a", vschema(guide_document)}, {"b", vschema(guide_document)}});
  CHECK(both.find_table("", "dual").keyspace == "a");
}

TEST_CASE("VSchema: a sharded table needs a vindex unless it is a reference or pinned", "[unit]") {
  CHECK(build_error(R"({"sharded": true, "tables": {"t": {}}})") ==
        "missing primary col vindex for table: t");
  CHECK(build_error(R"({"sharded": true, "tables": {"t": {"type": "reference"}}})").empty());
  CHECK(build_error(R"({"sharded": true, "tables": {"t": {"pinned": "80"}}})").empty());
}

TEST_CASE("VSchema: a sequence of a sharded keyspace must be pinned", "[unit]") {
  CHECK(build_error(R"({"sharded": true, "tables": {"t": {"type": "sequence"}}})") ==
        "sequence table has to be in an unsharded keyspace or must be pinned: t");
}

TEST_CASE("VSchema: a column vindex without a column is refused", "[unit]") {
  CHECK(build_error(R"({"vindexes": {"h": {"type": "hash"}},
                        "tables": {"t": {"column_vindexes": [{"name": "h"}]}}})") ==
        "must specify at least one column for vindex (h) and table (t)");
}

TEST_CASE("VSchema: a later column vindex may be owned and not unique", "[unit]") {
  const auto keyspace = build_keyspace_schema("ks", vschema(R"({"sharded": true,
    "vindexes": {"h": {"type": "hash"}, "l": {"type": "lookup_hash", "owner": "t"}},
    "tables": {"t": {"column_vindexes": [{"column": "a", "name": "h"},
                                         {"column": "b", "name": "l"}]}}})"));
  CHECK(keyspace.tables.at("t").column_vindexes[1].owned);
  CHECK_FALSE(keyspace.tables.at("t").column_vindexes[0].owned);
}

TEST_CASE("VSchema: errors of several keyspaces name the keyspace", "[unit]") {
  const auto broken = vschema(R"({"sharded": true, "tables": {"t": {}}})");
  CHECK(error_of_call([&] { VSchema({{"ks", broken}}); }) ==
        "keyspace ks: missing primary col vindex for table: t");
}

TEST_CASE("VSchema: a sequence is resolved in whichever keyspace has it", "[unit]") {
  const auto user = vschema(R"({"sharded": true, "vindexes": {"h": {"type": "hash"}},
    "tables": {"t": {"column_vindexes": [{"column": "id", "name": "h"}],
                     "auto_increment": {"column": "id", "sequence": "u.seq"}}}})");
  const auto unsharded = vschema(R"({"tables": {"seq": {"type": "sequence"}}})");
  CHECK_NOTHROW(VSchema({{"s", user}, {"u", unsharded}}));
  CHECK(error_of_call([&] { VSchema({{"s", user}}); }) ==
        "keyspace s: cannot resolve sequence u.seq: keyspace u not found in vschema");
}

TEST_CASE("VSchema: a table of two keyspaces is ambiguous without one", "[unit]") {
  const VSchema both({{"a", vschema(guide_document)}, {"b", vschema(guide_document)}});
  CHECK(error_of_call([&] { both.find_table("", "messages"); }) ==
        "ambiguous table reference: messages");
  CHECK(both.find_table("b", "messages").keyspace == "b");
}

TEST_CASE("VSchema: a single unsharded keyspace accepts every name", "[unit]") {
  const VSchema single({{"ks", KeyspaceVSchema()}});
  CHECK(single.find_table("", "anything").keyspace == "ks");
  const VSchema two({{"a", KeyspaceVSchema()}, {"b", KeyspaceVSchema()}});
  CHECK(error_of_call([&] { two.find_table("", "anything"); }) == "table anything not found");
  CHECK(two.find_table("b", "anything").keyspace == "b");
}

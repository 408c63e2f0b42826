#include <catch2/catch.hpp>

#include "core/key/sharding_spec.h"
#include "core/vindexes/hash.h"
#include "core/vindexes/vschema.h"
#include "core/vindexes/vschema_json.h"
#include "tests/vectors/vector_file.h"

using namespace shardlab;
using vectors::Case;
using vectors::VectorFile;

namespace {

std::string shard_of(const key::KeyspaceId& id, std::int64_t count) {
  for (const auto& range : key::even_shards(count).value()) {
    if (key::contains(range, id)) return to_string(range);
  }
  return "none";
}

vindexes::KeyspaceVSchema document_of(const Case& c) {
  return vindexes::parse_vschema(c.at("document").dump()).vschema;
}

vindexes::KeyspaceVSchema keyspace_with(const nlohmann::json& json) {
  vindexes::KeyspaceVSchema keyspace;
  keyspace.sharded = json.at("sharded").get<bool>();
  keyspace.vindexes["hash"].type = "hash";
  for (const auto& name : json.at("tables")) {
    auto& table = keyspace.tables[name.get<std::string>()];
    if (keyspace.sharded) {
      table.column_vindexes.push_back({.column = "id", .columns = {}, .name = "hash"});
    }
  }
  return keyspace;
}

vindexes::ColumnVindex column_vindex_of_type(const std::string& type) {
  vindexes::ColumnVindex column_vindex;
  column_vindex.columns = {"c"};
  column_vindex.name = type;
  column_vindex.vindex = vindexes::create_vindex(type, {});
  return column_vindex;
}

}  // namespace

TEST_CASE("Vectors: the hash vindex maps every value as in Vitess", "[vectors]") {
  const vindexes::Hash hash;
  VectorFile file("vindex_hash");
  file.run("map", [&](const Case& c) {
    const auto id = hash.map(vectors::typed_value(c.at("input")));
    const bool none = c.has("none") && c.flag("none");
    REQUIRE(id.has_value() != none);
    if (none) return;
    CHECK(id->hex() == c.text("keyspace_id"));
    CHECK(shard_of(*id, 2) == c.text("shard_of_two"));
  });
  file.run("guestbook_pages", [&](const Case& c) {
    const auto id = hash.map(Value::of_int(c.number("page")));
    REQUIRE(id.has_value());
    CHECK(id->hex() == c.text("keyspace_id"));
    CHECK(shard_of(*id, 2) == c.text("shard"));
    CHECK(shard_of(*id, 4) == c.text("shard_of_four"));
  });
  file.run("reverse", [&](const Case& c) {
    Value id;
    const auto error = vectors::error_thrown_by(
        [&] { id = hash.reverse_map(c.keyspace_id("keyspace_id")); });
    if (!expects_error(c, error)) CHECK(id.text() == c.text("id"));
  });
  file.run("verify", [&](const Case& c) {
    bool match = false;
    const auto value = vectors::typed_value(c.at("input"));
    const auto id = c.keyspace_id("keyspace_id");
    const auto error = vectors::error_thrown_by([&] { match = hash.verify(value, id); });
    if (!expects_error(c, error)) CHECK(match == c.flag("match"));
  });
  file.finish();
}

TEST_CASE("Vectors: VSchema documents are read and validated as in Vitess", "[vectors]") {
  VectorFile file("vschema");
  file.run("equivalent_spellings", [](const Case& c) {
    const auto vschema = document_of(c);
    CHECK(nlohmann::json::parse(to_json(vschema)) == c.at("normal_form"));
    CHECK(vschema == vindexes::parse_vschema(c.at("normal_form").dump()).vschema);
  });
  file.run("valid", [](const Case& c) {
    const auto vschema = document_of(c);
    CHECK_NOTHROW(vindexes::build_keyspace_schema("ks", vschema));
    CHECK(vindexes::parse_vschema(to_json(vschema)).vschema == vschema);
  });
  file.run("invalid", [](const Case& c) {
    const auto vschema = document_of(c);
    CHECK(expects_error(c, vectors::error_thrown_by([&] {
                          vindexes::build_keyspace_schema("ks", vschema);
                        })));
  });
  file.run("find_table", [](const Case& c) {
    std::map<std::string, vindexes::KeyspaceVSchema> keyspaces;
    for (const auto& item : c.at("keyspaces").items()) {
      keyspaces[item.key()] = keyspace_with(item.value());
    }
    const vindexes::VSchema vschema(keyspaces);
    vindexes::Table table;
    const auto error = vectors::error_thrown_by(
        [&] { table = vschema.find_table(c.text("keyspace"), c.text("table")); });
    CHECK(c.has("table"));
    if (expects_error(c, error)) return;
    CHECK(table.keyspace == c.text("found_in"));
    CHECK(table.name == c.text("table"));
  });
  file.run("vindex_for_sharding", [](const Case& c) {
    std::vector<vindexes::ColumnVindex> column_vindexes;
    for (const auto& type : c.texts("column_vindexes")) {
      column_vindexes.push_back(column_vindex_of_type(type));
    }
    std::size_t chosen = 0;
    const std::string table = c.text("table");
    const auto error = vectors::error_thrown_by(
        [&] { chosen = vindexes::find_vindex_for_sharding(table, column_vindexes); });
    if (expects_error(c, error)) return;
    CHECK(static_cast<std::int64_t>(chosen) == c.number("chosen_index"));
  });
  file.finish();
}

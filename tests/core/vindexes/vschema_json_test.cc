#include "core/vindexes/vschema_json.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "core/base/error.h"

using namespace shardlab;
using namespace shardlab::vindexes;

namespace {

std::string parse_error(const char* json) {
  try {
    parse_vschema(json);
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

std::string drawn_text() {
  return *rc::gen::container<std::string>(rc::gen::inRange<char>('!', '~'));
}

std::string drawn_name() {
  return *rc::gen::element<std::string>("a", "B", "tables", "col", "x y");
}

TableDefinition drawn_table() {
  TableDefinition table;
  table.type = *rc::gen::element<std::string>("", "sequence", "reference");
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
    ColumnVindexDefinition column_vindex;
    column_vindex.column = drawn_text();
    column_vindex.name = drawn_name();
    if (*rc::gen::arbitrary<bool>()) column_vindex.columns = {drawn_text(), drawn_text()};
    table.column_vindexes.push_back(column_vindex);
  }
  if (*rc::gen::arbitrary<bool>()) {
    table.auto_increment.emplace();
    table.auto_increment->column = drawn_text();
    table.auto_increment->sequence = drawn_text();
  }
  if (*rc::gen::arbitrary<bool>()) table.columns.push_back({drawn_text(), drawn_text()});
  table.pinned = drawn_text();
  table.column_list_authoritative = *rc::gen::arbitrary<bool>();
  return table;
}

KeyspaceVSchema drawn_vschema() {
  KeyspaceVSchema vschema;
  vschema.sharded = *rc::gen::arbitrary<bool>();
  vschema.require_explicit_routing = *rc::gen::arbitrary<bool>();
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
    auto& vindex = vschema.vindexes[drawn_name()];
    vindex.type = drawn_text();
    vindex.owner = drawn_text();
    if (*rc::gen::arbitrary<bool>()) vindex.params[drawn_name()] = drawn_text();
  }
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) vschema.tables[drawn_name()] = drawn_table();
  return vschema;
}

constexpr const char* guide = R"({
  "Sharded": true,
  "Vindexes": {
    "hash": {
      "Type": "hash"
    }
  },
  "Tables": {
    "messages": {
      "ColVindexes": [
        {
          "Col": "page",
          "Name": "hash"
        }
      ]
    }
  }
})";

}  // namespace

TEST_CASE("VSchema JSON: every spelling reads back as the same VSchema", "[property]") {
  rc::prop("round trip", [] {
    const KeyspaceVSchema vschema = drawn_vschema();
    for (Spelling spelling : {Spelling::snake_case, Spelling::short_snake, Spelling::camel_case,
                              Spelling::capitalised}) {
      for (int indent : {-1, 2}) {
        RC_ASSERT(parse_vschema(to_json(vschema, spelling, indent)).vschema == vschema);
      }
    }
  });
}

TEST_CASE("VSchema JSON: the served record reads back", "[property]") {
  rc::prop("round trip", [] {
    const std::map<std::string, KeyspaceVSchema> keyspaces{{"ks", drawn_vschema()},
                                                           {"other", drawn_vschema()}};
    RC_ASSERT(parse_srv_vschema(srv_vschema_to_json(keyspaces)) == keyspaces);
  });
}

TEST_CASE("VSchema JSON: the guide's document is printed as it was given", "[unit]") {
  const auto document = parse_vschema(guide);
  CHECK(document.spelling == Spelling::capitalised);
  CHECK(to_json(document.vschema, document.spelling, 2) == guide);
}

TEST_CASE("VSchema JSON: the normal form is one line in snake case", "[unit]") {
  CHECK(to_json(parse_vschema(guide).vschema) ==
        R"({"sharded":true,"vindexes":{"hash":{"type":"hash"}},)"
        R"("tables":{"messages":{"column_vindexes":[{"column":"page","name":"hash"}]}}})");
}

TEST_CASE("VSchema JSON: the spelling is told by the names only one has", "[unit]") {
  CHECK(parse_vschema(R"({"tables": {"t": {"columnVindexes": []}}})").spelling ==
        Spelling::camel_case);
  CHECK(parse_vschema(R"({"tables": {"t": {"col_vindexes": []}}})").spelling ==
        Spelling::short_snake);
  CHECK(parse_vschema(R"({"tables": {}})").spelling == Spelling::snake_case);
}

TEST_CASE("VSchema JSON: an unknown field is named with its place and the known ones", "[unit]") {
  CHECK(parse_error(R"({"Tables": {"t": {"ColVindexes": [{"Colum": "c"}]}}})") ==
        "VSchema: Tables.t.ColVindexes[0]: unknown field \"Colum\"; "
        "known here: column, columns, name");
}

TEST_CASE("VSchema JSON: a field given in two spellings is refused", "[unit]") {
  CHECK(parse_error(R"({"Sharded": true, "sharded": false})") ==
        "VSchema: the document: field \"sharded\" is given twice");
}

TEST_CASE("VSchema JSON: a value of the wrong kind is named with its place", "[unit]") {
  CHECK(parse_error(R"({"tables": {"t": {"pinned": 80}}})") ==
        "VSchema: tables.t.pinned: must be a text, not number");
  CHECK(parse_error("[]") == "VSchema: the document: must be an object, not array");
}

TEST_CASE("VSchema JSON: a syntax error is given by line and column", "[unit]") {
  CHECK_THAT(parse_error("{\n  \"sharded\": true,\n  \"tables\" {}\n}"),
             Catch::StartsWith("VSchema: line 3, column 12: syntax error"));
  CHECK_THAT(parse_error(""), Catch::StartsWith("VSchema: line 1, column 1: syntax error"));
}

TEST_CASE("VSchema JSON: a served record that is broken counts as corrupt", "[unit]") {
  try {
    parse_srv_vschema("{\"keyspaces\": ");
    FAIL("a broken record was read");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::corrupt);
  }
}

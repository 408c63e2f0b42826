#include "core/sql/query_proto.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "core/base/error.h"

namespace shardlab::sql {
namespace {

QueryResult a_result() {
  QueryResult result;
  result.fields = {Field("page", Type::uint64), Field("message", Type::varchar)};
  result.rows = {Row{Value::of_uint(5), Value::of_text("hello")},
                 Row{Value::of_uint(6), Value::null()}, Row{Value::of_uint(7), Value::of_text("")}};
  result.rows_affected = 3;
  return result;
}

TEST_CASE("query proto: a result survives the journey, NULL and empty text apart") {
  const QueryResult result = a_result();
  const QueryResult back = from_proto(to_proto(result));
  CHECK(back.fields == result.fields);
  CHECK(back.rows == result.rows);
  CHECK(back.rows_affected == 3);
}

TEST_CASE("query proto: any row of text and NULL survives") {
  rc::prop("round trip", [](const std::vector<std::pair<bool, std::string>>& texts) {
    std::vector<Field> fields;
    Row row;
    for (const auto& [is_null, text] : texts) {
      fields.emplace_back("c", Type::varbinary);
      row.push_back(is_null ? Value::null() : Value(Type::varbinary, text));
    }
    RC_ASSERT(from_proto(to_proto(row), fields) == row);
  });
}

TEST_CASE("query proto: a row that does not fit its fields is corrupt") {
  query::Row row = to_proto(Row{Value::of_uint(5), Value::of_text("hello")});
  const std::vector<Field> fields = a_result().fields;
  SECTION("too few fields") {
    CHECK_THROWS_AS(from_proto(row, {Field("page", Type::uint64)}), Error);
  }
  SECTION("bytes missing") {
    row.mutable_values()->pop_back();
    CHECK_THROWS_AS(from_proto(row, fields), Error);
  }
  SECTION("bytes left over") {
    row.mutable_values()->push_back('x');
    CHECK_THROWS_AS(from_proto(row, fields), Error);
  }
  SECTION("an impossible length") {
    row.set_lengths(0, -2);
    CHECK_THROWS_AS(from_proto(row, fields), Error);
  }
}

TEST_CASE("query proto: rows of later stream messages take the fields of the first") {
  query::QueryResult message;
  *message.add_rows() = to_proto(Row{Value::of_uint(9), Value::of_text("x")});
  const auto rows = rows_from_proto(message, a_result().fields);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0] == Row{Value::of_uint(9), Value::of_text("x")});
}

}  // namespace
}  // namespace shardlab::sql

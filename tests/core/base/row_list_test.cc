#include "core/base/row_list.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "core/base/error.h"

namespace shardlab {
namespace {

Row a_row(std::uint64_t page, const std::string& text) {
  return Row{Value::of_uint(page), Value::of_text(text)};
}

std::vector<Field> two_fields() {
  return {Field("page", Type::uint64), Field("message", Type::varchar)};
}

TEST_CASE("RowList: reads like a vector of rows") {
  const std::vector<Row> rows{a_row(5, "hello"), Row{Value::of_uint(6), Value::null()},
                              a_row(7, std::string(300, 'x'))};
  const RowList list = rows;
  CHECK(list.size() == 3);
  CHECK_FALSE(list.empty());
  CHECK(list.at(0) == rows[0]);
  CHECK(list[2] == rows[2]);
  CHECK(list == rows);
  std::vector<Row> walked;
  for (const Row& row : list) walked.push_back(row);
  CHECK(walked == rows);
  CHECK(RowList().begin() == RowList().end());
}

TEST_CASE("RowList: a column that begins with NULL gets its type later") {
  RowList list;
  list.push_back(Row{Value::null()});
  list.push_back(Row{Value::of_uint(1)});
  CHECK(list.at(1) == Row{Value::of_uint(1)});
}

TEST_CASE("RowList: rows of another shape are a bug") {
  RowList list{a_row(5, "hello")};
  CHECK_THROWS_AS(list.push_back(Row{Value::of_uint(5)}), BugError);
  CHECK_THROWS_AS(list.push_back(Row{Value::of_text("5"), Value::of_text("")}), BugError);
  CHECK_THROWS_AS(list.at(1), BugError);
}

TEST_CASE("RowList: values are written and walked one by one") {
  RowList list(two_fields());
  RowWriter writer(list);
  writer.add("5");
  writer.add("hello");
  writer.end_row();
  writer.add("6");
  writer.add_null();
  writer.end_row();
  CHECK(list == RowList{a_row(5, "hello"), Row{Value::of_uint(6), Value::null()}});
  RowWalk walk(list);
  REQUIRE(walk.next());
  CHECK(walk.value() == "5");
  CHECK(walk.value() == "hello");
  REQUIRE(walk.next());
  CHECK(walk.value() == "6");
  CHECK(walk.value() == std::nullopt);
  CHECK_FALSE(walk.next());
}

TEST_CASE("RowList: any rows of text and NULL come back") {
  rc::prop("round trip", [](const std::vector<std::pair<std::string, bool>>& texts) {
    std::vector<Row> rows;
    for (const auto& [text, is_null] : texts) {
      rows.push_back(Row{is_null ? Value::null() : Value::of_text(text), Value::of_text(text)});
    }
    RC_ASSERT(std::vector<Row>(RowList(rows)) == rows);
  });
}

TEST_CASE("RowList: a row of other lengths than its bytes is corrupt") {
  const std::string fitting("\x12\x0c\x0a\x02\x02\x0a\x12\x06\x35hello", 14);
  const auto take = [](std::string message, const std::vector<Field>& fields) {
    RowList list(fields);
    WireCursor cursor(message);
    list.take(cursor);
    return list;
  };
  CHECK(take(fitting + fitting, two_fields()) == RowList{a_row(5, "hello"), a_row(5, "hello")});
  CHECK(take("", two_fields()).empty());
  SECTION("bytes missing") { CHECK_THROWS_AS(take(fitting.substr(0, 13), two_fields()), Error); }
  SECTION("another number of values") {
    CHECK_THROWS_AS(take(fitting, {Field("page", Type::uint64)}), Error);
  }
  SECTION("an impossible length") {
    std::string row = fitting;
    row[4] = 3;  // -2
    CHECK_THROWS_AS(take(row, two_fields()), Error);
  }
}

}  // namespace
}  // namespace shardlab

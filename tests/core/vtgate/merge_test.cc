#include "core/vtgate/merge.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "core/base/error.h"

namespace shardlab::vtgate {
namespace {

QueryResult a_result(std::vector<Row> rows, std::uint64_t affected = 0) {
  QueryResult result;
  result.fields = {Field("page", Type::uint64), Field("message", Type::varchar)};
  result.rows = std::move(rows);
  result.rows_affected = affected;
  return result;
}

Row a_row(std::uint64_t page, std::string message) {
  return Row{Value::of_uint(page), Value::of_text(std::move(message))};
}

TEST_CASE("merge: results are put one after another, affected rows added up") {
  const QueryResult all =
      merge_results(Merge(), {a_result({a_row(2, "a")}, 1), a_result({a_row(1, "b")}, 2)});
  CHECK(all.rows == std::vector<Row>{a_row(2, "a"), a_row(1, "b")});
  CHECK(all.rows_affected == 3);
  CHECK(all.fields.size() == 2);
  CHECK(merge_results(Merge(), {}).rows.empty());
}

TEST_CASE("merge: rows are sorted by the keys, equal ones stay in the order of the shards") {
  Merge merge;
  merge.order_by.resize(1);
  merge.order_by[0].name = "PAGE";
  const QueryResult all = merge_results(
      merge, {a_result({a_row(9, "a"), a_row(10, "b")}), a_result({a_row(9, "c")})});
  CHECK(all.rows == std::vector<Row>{a_row(9, "a"), a_row(9, "c"), a_row(10, "b")});
  merge.order_by[0].descending = true;
  CHECK(merge_results(merge, {a_result({a_row(9, "a")}), a_result({a_row(10, "b")})}).rows[0] ==
        a_row(10, "b"));
}

TEST_CASE("merge: sorting by a column that is not there is refused") {
  Merge merge;
  merge.order_by.resize(1);
  merge.order_by[0].name = "other";
  CHECK_THROWS_AS(merge_results(merge, {a_result({}), a_result({})}), Error);
}

TEST_CASE("merge: LIMIT is applied to the whole") {
  Merge merge;
  merge.offset = 1;
  merge.limit = 2;
  const auto all = merge_results(merge, {a_result({a_row(1, "a"), a_row(2, "b")}),
                                         a_result({a_row(3, "c"), a_row(4, "d")})});
  CHECK(all.rows == std::vector<Row>{a_row(2, "b"), a_row(3, "c")});
  merge.offset = 9;
  CHECK(merge_results(merge, {a_result({a_row(1, "a")}), a_result({})}).rows.empty());
}

TEST_CASE("merge: aggregates of the shards make one row, NULL counting for nothing") {
  Merge merge;
  merge.aggregates = {Aggregate::sum, Aggregate::min, Aggregate::max};
  QueryResult a;
  a.rows = {Row{Value::of_int(3), Value::of_uint(9), Value::null()}};
  QueryResult b;
  b.rows = {Row{Value::of_int(4), Value::of_uint(10), Value::of_uint(7)}};
  const QueryResult all = merge_results(merge, {a, b});
  CHECK(all.rows == std::vector<Row>{Row{Value::of_int(7), Value::of_uint(9), Value::of_uint(7)}});
}

TEST_CASE("merge: numbers compare by value, text by bytes, NULL first") {
  CHECK(compare_values(Value::of_uint(9), Value::of_uint(10)) < 0);
  CHECK(compare_values(Value::of_int(-9), Value::of_int(-10)) > 0);
  CHECK(compare_values(Value::of_int(-1), Value::of_uint(18446744073709551615u)) < 0);
  CHECK(compare_values(Value(Type::decimal, "1.50"), Value(Type::decimal, "1.5")) == 0);
  CHECK(compare_values(Value(Type::decimal, "-0.00"), Value::of_int(0)) == 0);
  CHECK(compare_values(Value::of_text("9"), Value::of_text("10")) > 0);
  CHECK(compare_values(Value::null(), Value::of_text("")) < 0);
  CHECK(compare_values(Value::null(), Value::null()) == 0);
  CHECK_THROWS_AS(compare_values(Value(Type::float64, "1"), Value::of_int(1)), Error);
}

TEST_CASE("merge: sums are exact beyond 64 bits and for decimals") {
  CHECK(add_numbers("18446744073709551615", "1") == "18446744073709551616");
  CHECK(add_numbers("0.5", "12") == "12.5");
  CHECK(add_numbers("-0.5", "0.5") == "0.0");
  CHECK(add_numbers("1", "-10") == "-9");
  CHECK_THROWS_AS(add_numbers("1e3", "1"), Error);
}

TEST_CASE("merge: order and sum agree with machine arithmetic") {
  rc::prop("compare and add", [](std::int32_t a, std::int32_t b) {
    const int order = compare_values(Value::of_int(a), Value::of_int(b));
    RC_ASSERT((order < 0) == (a < b));
    RC_ASSERT((order == 0) == (a == b));
    const std::int64_t sum = static_cast<std::int64_t>(a) + b;
    RC_ASSERT(add_numbers(std::to_string(a), std::to_string(b)) == std::to_string(sum));
  });
}

}  // namespace
}  // namespace shardlab::vtgate

#include "core/worker/row_differ.h"

#include <catch2/catch.hpp>

using namespace shardlab;
using namespace shardlab::worker;

namespace {

const std::vector<Type> text_then_number{Type::varchar, Type::int64};

Row row(const char* text, std::int64_t number) {
  return {Value::of_text(text), Value::of_int(number)};
}

}  // namespace

TEST_CASE("Rows: NULL and the empty text differ, unless Vitess's rules are asked for", "[unit]") {
  const Row null{Value::null()};
  const Row empty{Value::of_text("")};
  CHECK_FALSE(rows_equal(null, empty));
  CHECK(rows_equal(null, empty, DiffRules::vitess()));
  CHECK((compare_keys(std::vector{Type::varchar}, null, empty) < 0));
}

TEST_CASE("Rows: key columns behind a text column count, unless by Vitess's rules", "[unit]") {
  CHECK((compare_keys(text_then_number, row("a", 1), row("a", 2)) < 0));
  CHECK((compare_keys(text_then_number, row("a", 1), row("a", 2), DiffRules::vitess()) == 0));
  CHECK((compare_keys(text_then_number, row("b", 1), row("a", 2), DiffRules::vitess()) > 0));
}

TEST_CASE("Rows: only the key columns order rows", "[unit]") {
  CHECK((compare_keys(std::vector{Type::varchar}, row("a", 1), row("a", 2)) == 0));
  CHECK((compare_keys({}, row("a", 1), row("b", 2)) == 0));
}

TEST_CASE("Rows: text keys compare by unsigned bytes", "[unit]") {
  CHECK((compare_keys(text_then_number, row("z", 1), row("\xc3\xa4", 1)) < 0));
}

TEST_CASE("Rows: a row is described with types, text in quotes", "[unit]") {
  CHECK(describe_row({Value::of_uint(1), Value::of_text("m\"1"), Value::null()}) ==
        R"([UINT64(1) VARCHAR("m\"1") NULL])");
}

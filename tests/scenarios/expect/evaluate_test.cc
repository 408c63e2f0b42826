#include "scenarios/expect/evaluate.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "core/base/error.h"

using namespace shardlab::scenarios;
using shardlab::Value;

namespace {

RowBag bag(std::vector<std::string> rows) { return RowBag(std::move(rows)); }

/// Shard 0 has {a, b, b}; -80 has {b}; 80- has {a, b}; the step "before" saw shard 0 without its
/// last row.
Facts some_facts() {
  Facts facts;
  facts.call = [](const std::string& name, const std::vector<ExprValue>& args) {
    if (name == "tablets") return ExprValue::of(std::vector<std::string>{"t1", "t2", "t3"});
    const auto first = std::get<std::string>(args[0].data);
    if (name == "exists") return ExprValue::of(first == "0");
    if (name == "rows" && first == "0") return ExprValue::of(bag({"b", "a", "b"}));
    if (name == "rows") return ExprValue::of(first == "-80" ? bag({"b"}) : bag({"a", "b"}));
    if (args.size() == 2) return ExprValue::of(std::get<std::string>(args[1].data) == "0");
    return ExprValue::of(std::vector<std::string>{"0"});
  };
  facts.past = [](const std::string& step, const std::string& source) {
    if (source == "rows('0')" && step == "before") return ExprValue::of(bag({"a", "b"}));
    if (source == "rows('0')") return ExprValue::of(bag({"a", "b", "b"}));
    return ExprValue::of(std::int64_t{3});
  };
  return facts;
}

bool holds(std::string_view text) {
  return std::get<bool>(evaluate(parse_expression(text), some_facts()).data);
}

std::string why(std::string_view text) {
  return explain_failure(parse_expression(text), some_facts());
}

}  // namespace

TEST_CASE("evaluate: rows compare as multisets") {
  CHECK(holds("rows('0') == rows('-80') + rows('80-')"));
  CHECK_FALSE(holds("rows('0') == rows('80-')"));
  CHECK(holds("rows('0') - rows('80-') == rows('-80')"));
  CHECK(holds("count(rows('0')) == 3"));
}

TEST_CASE("evaluate: lists compare in order") {
  CHECK(holds("tablets == ['t1', 't2'] + ['t3']"));
  CHECK_FALSE(holds("tablets == ['t2', 't1', 't3']"));
  CHECK(holds("serving('master') == ['0'] and serving('master', '0')"));
  CHECK(holds("[] != ['x']"));
  CHECK(holds("[[1], [2]] == [[1], [2]]"));
}

TEST_CASE("evaluate: numbers and times compare and add") {
  CHECK(holds("1 + 2 - 4 < 0"));
  CHECK(holds("2 <= 2 and 2 >= 2 and not 2 > 2 and not 2 < 2 and 2 != 3"));
  CHECK(holds("1m == 60s"));
}

TEST_CASE("evaluate: implies is false only when the first holds and the second does not") {
  CHECK(holds("implies(false, false)"));
  CHECK(holds("implies(false, true)"));
  CHECK(holds("implies(true, true)"));
  CHECK_FALSE(holds("implies(true, false)"));
}

TEST_CASE("evaluate: unchanged_since compares with what the step saw") {
  CHECK(holds("unchanged_since('after', rows('0'))"));
  CHECK_FALSE(holds("unchanged_since('before', rows('0'))"));
  CHECK(holds("unchanged_since('any', count(tablets))"));
}

TEST_CASE("evaluate: or, and, implies do not ask for what cannot matter") {
  Facts facts = some_facts();
  facts.call = [](const std::string& name, const std::vector<ExprValue>&) -> ExprValue {
    throw std::runtime_error(name);
  };
  for (auto text :
       {"true or exists('0')", "not (false and exists('0'))", "implies(false, exists('0'))"}) {
    INFO(text);
    CHECK(std::get<bool>(evaluate(parse_expression(text), facts).data));
  }
  CHECK_THROWS_WITH(evaluate(parse_expression("exists('0')"), facts), "exists");
}

TEST_CASE("evaluate: a sum that does not fit is an error, not a wrong number") {
  CHECK_THROWS_AS(holds("9223372036854775807 + 1 > 0"), shardlab::Error);
}

TEST_CASE("evaluate: a fact of the wrong type is a bug") {
  Facts facts = some_facts();
  facts.call = [](const auto&, const auto&) { return ExprValue::of(std::int64_t{1}); };
  CHECK_THROWS_AS(evaluate(parse_expression("exists('0')"), facts), shardlab::BugError);
}

TEST_CASE("RowBag: rows are told apart by type and text") {
  const RowBag rows = RowBag::of({{Value::of_int(5), Value::of_text("it's")}, {Value::null()}});
  CHECK(rows.sorted() == std::vector<std::string>{"(5, 'it\\'s')", "(NULL)"});
}

TEST_CASE("RowBag: adding and taking away again changes nothing") {
  rc::prop("a + b - b == a", [](std::vector<std::string> a, std::vector<std::string> b) {
    RC_ASSERT(bag(a) + bag(b) - bag(b) == bag(a));
    RC_ASSERT(bag(a) + bag(b) == bag(b) + bag(a));
  });
}

TEST_CASE("explain_failure: shows both sides and the rows only one of them has") {
  CHECK(why("true") == "");
  CHECK(why("rows('0') == rows('80-')") ==
        "rows('0') == rows('80-') does not hold: rows('0') is 3 rows, rows('80-') is 2 rows; only "
        "left: b");
  CHECK(why("rows('-80') == rows('80-')") ==
        "rows('-80') == rows('80-') does not hold: rows('-80') is 1 row, rows('80-') is 2 rows; "
        "only right: a");
  CHECK(why("count(tablets) == 15") ==
        "count(tablets) == 15 does not hold: count(tablets) is 3, 15 is 15");
}

TEST_CASE("explain_failure: names the part of a longer condition that fails") {
  CHECK(
      why("exists('0') and serving('master') == ['-80']") ==
      "serving('master') == ['-80'] does not hold: serving('master') is ['0'], ['-80'] is ['-80']");
  CHECK(why("exists('1') or exists('2')") == "exists('1') is false; exists('2') is false");
  CHECK(why("not exists('0')") == "not exists('0') is false");
  CHECK(why("unchanged_since('before', rows('0'))") ==
        "unchanged_since('before', rows('0')) does not hold: rows('0') is 3 rows, after before is "
        "2 rows; only left: b");
}

#include "scenarios/expect/expression.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "scenarios/text/text_error.h"

using namespace shardlab::scenarios;

namespace {

/// Brackets around everything, to see what binds what.
std::string shape(const Expr& expr) {
  if (expr.kind == Expr::Kind::unary) return "(not " + shape(expr.args[0]) + ")";
  if (expr.kind != Expr::Kind::binary) return expr.source;
  return "(" + shape(expr.args[0]) + " " + expr.text + " " + shape(expr.args[1]) + ")";
}

std::string shape_of(std::string_view text) { return shape(parse_expression(text)); }

TextError error_of(std::string_view text) {
  try {
    parse_expression(text);
  } catch (const TextError& error) {
    return error;
  }
  return TextError(0, 0, "no error");
}

}  // namespace

TEST_CASE("expression: not binds closer than and, and closer than or") {
  CHECK(shape_of("true or false and not true") == "(true or (false and (not true)))");
  CHECK(shape_of("not true == false") == "(not (true == false))");
}

TEST_CASE("expression: sums bind closer than comparisons and go from left to right") {
  CHECK(shape_of("1 - 2 - 3 == 4 + 5") == "(((1 - 2) - 3) == (4 + 5))");
  CHECK(shape_of("rows('0') == rows('-80') + rows('80-')") ==
        "(rows('0') == (rows('-80') + rows('80-')))");
}

TEST_CASE("expression: brackets change what binds what") {
  CHECK(parse_expression("(true or false) and true").text == "and");
  CHECK(parse_expression("10 - (2 - 1) == 9").args[0].args[1].kind == Expr::Kind::binary);
}

TEST_CASE("expression: a name without brackets is a call without arguments") {
  const Expr expr = parse_expression("count(tablets) == 15");
  const Expr& call = expr.args[0].args[0];
  CHECK(call.kind == Expr::Kind::call);
  CHECK(call.text == "tablets");
  CHECK(call.args.empty());
  CHECK(call.type == ExprType::list);
}

TEST_CASE("expression: times are numbers of nanoseconds") {
  CHECK(parse_expression("5s > 250ms").args[0].number == 5'000'000'000);
}

TEST_CASE("expression: a function has the type of the form that fits") {
  CHECK(parse_expression("serving('master') == ['-80', '80-']").args[0].type == ExprType::list);
  CHECK(parse_expression("serving('master', '0')").type == ExprType::boolean);
}

TEST_CASE("expression: every part knows how it was written") {
  const Expr expr = parse_expression("  count( tablets )==(1 + 2)");
  CHECK(expr.args[0].source == "count( tablets )");
  CHECK(expr.args[1].source == "(1 + 2)");
}

TEST_CASE("expression: a mistake is found where it stands") {
  struct {
    std::string_view text;
    std::size_t offset, length;
    std::string_view message;
  } const cases[] = {
      {"row('0') == rows('1')", 0, 3, "unknown function \"row\""},
      {"true and", 8, 1, "a value is missing at the end"},
      {"true and or", 9, 2, "a value is missing before \"or\""},
      {"(true", 5, 1, "\")\" is missing to close this bracket"},
      {"exists('0'", 10, 1, "\")\" is missing to close this call"},
      {"['a' == 'b'", 11, 1, "\"]\" is missing to close this list"},
      {"1 < 2 < 3", 6, 1, "\"<\" cannot follow here"},
      {"exists(0)", 0, 6, "\"exists\" does not take these arguments"},
      {"exists()", 0, 6, "\"exists\" does not take these arguments"},
      {"'a' < 'b'", 4, 1, "\"<\" compares numbers, but 'a' is a text"},
      {"1 == 'a'", 2, 2, "1 is a number, but 'a' is a text"},
      {"'a' + 'b' == 'ab'", 4, 1, "\"+\" does not work on a text"},
      {"['a'] - ['b'] == ['c']", 6, 1, "\"-\" does not work on a list"},
      {"1 and true", 2, 3, "\"and\" joins conditions, but 1 is a number"},
      {"not 1", 0, 3, "\"not\" turns a condition round, but 1 is a number"},
      {"count(tablets)", 0, 14, "this is a number, not a condition"},
      {"1 = 1", 2, 1, "\"=\" means nothing in a condition"},
      {"5x == 5", 0, 2, "\"5x\" is neither a number nor a time"},
      {"exists('0)", 7, 3, "this text is never closed"},
      {"exists(\"0\")", 7, 1, "\"\"\" means nothing in a condition"},
      {"", 0, 1, "a value is missing at the end"},
  };
  for (const auto& one : cases) {
    INFO(one.text);
    const TextError error = error_of(one.text);
    CHECK(error.text == one.message);
    CHECK(error.offset == one.offset);
    CHECK(error.length == one.length);
  }
}

TEST_CASE("expression: the step of unchanged_since must be written out") {
  CHECK(error_of("unchanged_since(tablets, 1)").text ==
        "\"unchanged_since\" does not take these arguments");
  CHECK_NOTHROW(parse_expression("unchanged_since('clone', 1)"));
}

TEST_CASE("expression: nesting has a bound instead of an overflowing stack") {
  CHECK(error_of(std::string(100'000, '(')).text == "this is nested too deeply");
  CHECK(error_of(std::string(20, '(') + "true" + std::string(20, ')')).text == "no error");
  std::string nots;
  for (int i = 0; i < 100'000; ++i) nots += "not ";
  CHECK(error_of(nots + "true").text == "this is nested too deeply");
}

TEST_CASE("expression: remembered_by lists what later conditions ask of the past") {
  const Expr expr = parse_expression(
      "not exists('0') or unchanged_since('a', rows('0')) and unchanged_since('b', "
      "count(tablets))");
  const auto past = remembered_by(expr);
  REQUIRE(past.size() == 2);
  CHECK(past[0].step == "a");
  CHECK(past[0].expr.source == "rows('0')");
  CHECK(past[1].step == "b");
  CHECK(past[1].expr.source == "count(tablets)");
}

TEST_CASE("expression: any text either parses or is refused with a place inside it") {
  rc::prop("no other exception", [] {
    const auto piece = rc::gen::element<std::string>("(", ")", "[", "]", ",", "not", "and", "or",
                                                     "==", "+", "1", "5s", "'x'", "rows", "tablets",
                                                     "count", "true", " ", "=", "片");
    const auto text = rc::gen::container<std::vector<std::string>>(piece);
    std::string joined;
    for (const std::string& one : *text) joined += one + " ";
    try {
      parse_expression(joined);
    } catch (const TextError& error) {
      RC_ASSERT(error.offset <= joined.size());
      RC_ASSERT(!error.text.empty());
    }
  });
}

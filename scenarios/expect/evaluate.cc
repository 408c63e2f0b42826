#include "scenarios/expect/evaluate.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <span>

#include "core/base/error.h"

namespace shardlab::scenarios {

RowBag::RowBag(std::vector<std::string> rows) {
  std::sort(rows.begin(), rows.end());
  sorted_ = std::make_shared<const Rows>(std::move(rows));
}

RowBag RowBag::of(const std::vector<Row>& rows) {
  std::vector<std::string> texts;
  texts.reserve(rows.size());
  for (const Row& row : rows) {
    std::string text = "(";
    for (const Value& value : row) {
      if (text.size() > 1) text += ", ";
      value.append_sql_literal(text);
    }
    texts.push_back(std::move(text) + ")");
  }
  return RowBag(std::move(texts));
}

RowBag operator+(const RowBag& left, const RowBag& right) {
  RowBag::Rows rows;
  rows.reserve(left.size() + right.size());
  std::merge(left.sorted().begin(), left.sorted().end(), right.sorted().begin(),
             right.sorted().end(), std::back_inserter(rows));
  RowBag sum;
  sum.sorted_ = std::make_shared<const RowBag::Rows>(std::move(rows));
  return sum;
}

RowBag operator-(const RowBag& left, const RowBag& right) {
  RowBag::Rows rows;
  std::set_difference(left.sorted().begin(), left.sorted().end(), right.sorted().begin(),
                      right.sorted().end(), std::back_inserter(rows));
  RowBag rest;
  rest.sorted_ = std::make_shared<const RowBag::Rows>(std::move(rows));
  return rest;
}

ExprValue ExprValue::of(const std::vector<std::string>& texts) {
  ExprList list;
  for (const std::string& text : texts) list.push_back(of(text));
  return ExprValue{std::move(list)};
}

bool ExprValue::operator==(const ExprValue& other) const { return data == other.data; }

namespace {

std::string rows_text(std::size_t count) {
  return fmt::format("{} {}", count, count == 1 ? "row" : "rows");
}

}  // namespace

std::string to_string(const ExprValue& value) {
  switch (value.type()) {
    case ExprType::boolean: return std::get<bool>(value.data) ? "true" : "false";
    case ExprType::integer: return fmt::format("{}", std::get<std::int64_t>(value.data));
    case ExprType::text: return fmt::format("'{}'", std::get<std::string>(value.data));
    case ExprType::rows: return rows_text(std::get<RowBag>(value.data).size());
    case ExprType::list: break;
  }
  std::vector<std::string> items;
  for (const ExprValue& item : std::get<ExprList>(value.data)) items.push_back(to_string(item));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

namespace {

bool holds(const Expr& expr, const Facts& facts) {
  return std::get<bool>(evaluate(expr, facts).data);
}

ExprValue evaluate_literal(const Expr& expr) {
  if (expr.type == ExprType::text) return ExprValue::of(expr.text);
  if (expr.type == ExprType::boolean) return ExprValue::of(expr.number != 0);
  return ExprValue::of(expr.number);
}

ExprValue evaluate_call(const Expr& expr, const Facts& facts) {
  if (expr.text == "implies") {
    return ExprValue::of(!holds(expr.args[0], facts) || holds(expr.args[1], facts));
  }
  if (expr.text == "unchanged_since") {
    const Expr& now = expr.args[1];
    return ExprValue::of(evaluate(now, facts) == facts.past(expr.args[0].text, now.source));
  }
  std::vector<ExprValue> args;
  for (const Expr& arg : expr.args) args.push_back(evaluate(arg, facts));
  if (expr.text == "count") {
    const auto* bag = std::get_if<RowBag>(&args[0].data);
    const std::size_t size = bag ? bag->size() : std::get<ExprList>(args[0].data).size();
    return ExprValue::of(static_cast<std::int64_t>(size));
  }
  ExprValue value = facts.call(expr.text, args);
  check(value.type() == expr.type, "a fact of an expression has the type of its function");
  return value;
}

std::int64_t add(std::int64_t left, std::int64_t right, bool minus) {
  std::int64_t result = 0;
  const bool overflow = minus ? __builtin_sub_overflow(left, right, &result)
                              : __builtin_add_overflow(left, right, &result);
  if (overflow) throw Error(Errc::invalid_argument, "a number in a condition is too large");
  return result;
}

ExprValue evaluate_sum(const Expr& expr, const ExprValue& left, const ExprValue& right) {
  const bool minus = expr.text == "-";
  if (const auto* bag = std::get_if<RowBag>(&left.data)) {
    const auto& other = std::get<RowBag>(right.data);
    return ExprValue::of(minus ? *bag - other : *bag + other);
  }
  if (const auto* list = std::get_if<ExprList>(&left.data)) {
    ExprList joined = *list;
    for (const ExprValue& item : std::get<ExprList>(right.data)) joined.push_back(item);
    return ExprValue{std::move(joined)};
  }
  return ExprValue::of(
      add(std::get<std::int64_t>(left.data), std::get<std::int64_t>(right.data), minus));
}

ExprValue evaluate_binary(const Expr& expr, const Facts& facts) {
  const std::string& op = expr.text;
  if (op == "or") return ExprValue::of(holds(expr.args[0], facts) || holds(expr.args[1], facts));
  if (op == "and") return ExprValue::of(holds(expr.args[0], facts) && holds(expr.args[1], facts));
  const ExprValue left = evaluate(expr.args[0], facts);
  const ExprValue right = evaluate(expr.args[1], facts);
  if (op == "+" || op == "-") return evaluate_sum(expr, left, right);
  if (op == "==") return ExprValue::of(left == right);
  if (op == "!=") return ExprValue::of(!(left == right));
  const auto a = std::get<std::int64_t>(left.data), b = std::get<std::int64_t>(right.data);
  return ExprValue::of(op == "<" ? a < b : op == "<=" ? a <= b : op == ">" ? a > b : a >= b);
}

std::string only_on_one_side(const RowBag& rows, std::string_view side) {
  constexpr std::size_t kShown = 3;
  if (rows.size() == 0) return "";
  const auto shown = std::span(rows.sorted()).first(std::min(kShown, rows.size()));
  return fmt::format("; only {}: {}{}", side, fmt::join(shown, " "),
                     rows.size() > kShown ? fmt::format(" and {} more", rows.size() - kShown) : "");
}

std::string compare_values(const Expr& expr, const ExprValue& left, std::string_view left_name,
                           const ExprValue& right, std::string_view right_name) {
  auto text = fmt::format("{} does not hold: {} is {}, {} is {}", expr.source, left_name,
                          to_string(left), right_name, to_string(right));
  if (left.type() != ExprType::rows) return text;
  const auto& a = std::get<RowBag>(left.data);
  const auto& b = std::get<RowBag>(right.data);
  return text + only_on_one_side(a - b, "left") + only_on_one_side(b - a, "right");
}

std::string explain_call(const Expr& expr, const Facts& facts) {
  if (expr.text != "unchanged_since") return fmt::format("{} is false", expr.source);
  const Expr& now = expr.args[1];
  const auto when = fmt::format("after {}", expr.args[0].text);
  return compare_values(expr, evaluate(now, facts), now.source,
                        facts.past(expr.args[0].text, now.source), when);
}

}  // namespace

ExprValue evaluate(const Expr& expr, const Facts& facts) {
  switch (expr.kind) {
    case Expr::Kind::literal: return evaluate_literal(expr);
    case Expr::Kind::call: return evaluate_call(expr, facts);
    case Expr::Kind::unary: return ExprValue::of(!holds(expr.args[0], facts));
    case Expr::Kind::binary: return evaluate_binary(expr, facts);
    case Expr::Kind::list: break;
  }
  ExprList list;
  for (const Expr& item : expr.args) list.push_back(evaluate(item, facts));
  return ExprValue{std::move(list)};
}

std::string explain_failure(const Expr& expr, const Facts& facts) {
  if (holds(expr, facts)) return "";
  if (expr.kind == Expr::Kind::call) return explain_call(expr, facts);
  if (expr.kind != Expr::Kind::binary) return fmt::format("{} is false", expr.source);
  if (expr.text == "or" || expr.text == "and") {
    const auto left = explain_failure(expr.args[0], facts);
    if (expr.text == "and" && !left.empty()) return left;
    const auto right = explain_failure(expr.args[1], facts);
    return left.empty() ? right : left + "; " + right;
  }
  return compare_values(expr, evaluate(expr.args[0], facts), expr.args[0].source,
                        evaluate(expr.args[1], facts), expr.args[1].source);
}

}  // namespace shardlab::scenarios

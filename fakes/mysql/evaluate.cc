#include "fakes/mysql/evaluate.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "core/sql/lexer.h"
#include "core/sql/printer.h"
#include "fakes/mysql/cell.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

using sql::Expr;

std::uint32_t digits_after_point(const std::string& text) {
  const auto point = text.find('.');
  return point == std::string::npos ? 0 : static_cast<std::uint32_t>(text.size() - point - 1);
}

double to_double(const std::string& text) {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Value whole_result(Int128 number, bool is_unsigned) {
  constexpr Int128 two_to_63 = static_cast<Int128>(1) << 63;
  constexpr Int128 two_to_64 = static_cast<Int128>(1) << 64;
  if (number >= two_to_64 || (is_unsigned && number < 0)) {
    throw sql_error(1690, "BIGINT UNSIGNED value is out of range");
  }
  if (number < -two_to_63 || (!is_unsigned && number >= two_to_63)) {
    throw sql_error(1690, "BIGINT value is out of range");
  }
  return Value(is_unsigned ? Type::uint64 : Type::int64, print_scaled(number, 0));
}

Value add(const Value& left, const Value& right, int sign) {
  if (left.is_null() || right.is_null()) return Value::null();
  const auto is_real = [](const Value& value) {
    return is_float(value.type()) || !cut_number(value.text(), 0).whole_text;
  };
  if (is_real(left) || is_real(right)) {
    const double sum = to_double(left.text()) + sign * to_double(right.text());
    return real_to_value(ColumnType{.type = Type::float64}, sum);
  }
  const std::uint32_t scale =
      std::max(digits_after_point(left.text()), digits_after_point(right.text()));
  const Int128 sum =
      cut_number(left.text(), scale).floor + sign * cut_number(right.text(), scale).floor;
  if (scale > 0) return Value(Type::decimal, print_scaled(sum, scale));
  return whole_result(sum, is_unsigned_integer(left.type()) || is_unsigned_integer(right.type()));
}

bool holds_column(const Expr& expr) {
  return expr.kind == Expr::Kind::column || is_aggregate(expr) ||
         std::any_of(expr.args.begin(), expr.args.end(), holds_column);
}

}  // namespace

bool is_aggregate(const Expr& expr) {
  if (expr.kind != Expr::Kind::function) return false;
  for (const std::string_view name : {"count", "min", "max", "sum"}) {
    if (sql::is_keyword(expr.name, name)) return true;
  }
  return false;
}

bool is_true(const Value& value) {
  if (value.is_null()) return false;
  const CutNumber number = cut_number(value.text(), 0);
  return number.floor != 0 || !number.exact;
}

Value evaluate(const Expr& expr, const Lookup& lookup) {
  switch (expr.kind) {
    case Expr::Kind::literal: return expr.value;
    case Expr::Kind::column:
    case Expr::Kind::variable:
    case Expr::Kind::function: return lookup(expr);
    case Expr::Kind::add:
      return add(evaluate(expr.args[0], lookup), evaluate(expr.args[1], lookup), 1);
    case Expr::Kind::subtract:
      return add(evaluate(expr.args[0], lookup), evaluate(expr.args[1], lookup), -1);
    case Expr::Kind::bind:
      throw sql_error(1210, fmt::format("bind variable :{} has no value", expr.name));
    default:
      throw sql_error(1235, fmt::format("the value of {} is not supported", to_string(expr)));
  }
}

void fold_constants(Expr& expr, const Lookup& lookup) {
  const bool foldable = expr.kind == Expr::Kind::variable || expr.kind == Expr::Kind::function ||
                        expr.kind == Expr::Kind::add || expr.kind == Expr::Kind::subtract;
  if (foldable && !holds_column(expr)) {
    expr = Expr::literal(evaluate(expr, lookup));
    return;
  }
  for (Expr& arg : expr.args) fold_constants(arg, lookup);
}

}  // namespace shardlab::fakes::mysql

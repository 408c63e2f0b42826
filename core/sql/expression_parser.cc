#include "core/sql/expression_parser.h"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "core/sql/parser.h"

namespace shardlab::sql {
namespace {

/// `5` is int64, `18446744073709551615` is uint64, beyond it and `1.5` is decimal, `1e3` is
/// float64.
Value number_value(std::string_view digits, bool negative) {
  const auto text = [&] { return (negative ? "-" : "") + std::string(digits); };
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (stop != end) {  // more than digits: a point, an exponent
    const bool is_float = digits.find_first_of("eE") != std::string_view::npos;
    return Value(is_float ? Type::float64 : Type::decimal, text());
  }
  if (error != std::errc()) return Value(Type::decimal, text());
  constexpr std::uint64_t two_to_63 = std::uint64_t{1} << 63;
  if (negative && number == 0) return Value::of_int(0);
  if (negative) {
    if (number > two_to_63) return Value(Type::decimal, text());
    return Value(Type::int64, "-" + std::to_string(number));
  }
  const Type type = number < two_to_63 ? Type::int64 : Type::uint64;
  return Value(type, digits.front() == '0' ? std::to_string(number) : std::string(digits));
}

/// `b'101'` is bits, which count as a number where one is wanted; `x'05'` is bytes.
Value hex_value(std::string_view raw) {
  const std::string_view mark = raw.substr(0, 2);
  const bool bits = mark.find_first_of("bB") != std::string_view::npos;
  return Value(bits ? Type::bit : Type::varbinary, decode_hex(raw));
}

Expr parse_parentheses(Tokens& tokens) {
  tokens.expect_symbol("(");
  if (tokens.at_word("select")) unsupported("subquery");
  Expr first = parse_expression(tokens);
  if (tokens.accept_symbol(")")) return first;
  Expr tuple(Expr::Kind::tuple);
  tuple.args.push_back(std::move(first));
  while (tokens.accept_symbol(",")) tuple.args.push_back(parse_expression(tokens));
  tokens.expect_symbol(")");
  return tuple;
}

Expr parse_function(Tokens& tokens, std::string name) {
  Expr function(Expr::Kind::function);
  function.name = std::move(name);
  tokens.expect_symbol("(");
  if (tokens.accept_symbol(")")) return function;
  if (tokens.accept_symbol("*")) {
    function.args.emplace_back(Expr::Kind::star);
  } else {
    if (tokens.at_word("distinct")) unsupported("DISTINCT");
    do {
      function.args.push_back(parse_expression(tokens));
    } while (tokens.accept_symbol(","));
  }
  tokens.expect_symbol(")");
  return function;
}

std::optional<Expr> parse_constant_word(Tokens& tokens) {
  if (tokens.accept_word("null")) return Expr::literal(Value::null());
  if (tokens.accept_word("true")) return Expr::literal(Value::of_int(1));
  if (tokens.accept_word("false")) return Expr::literal(Value::of_int(0));
  if (tokens.at_word("default") && tokens.peek_second().raw != "(") {
    tokens.take();
    return Expr(Expr::Kind::default_value);
  }
  if (tokens.accept_word("current_timestamp")) {
    Expr now(Expr::Kind::function);
    now.name = "current_timestamp";
    if (tokens.accept_symbol("(")) tokens.expect_symbol(")");
    return now;
  }
  if (tokens.at_word("case") || tokens.at_word("exists")) {
    unsupported(std::string(tokens.peek().raw));
  }
  return std::nullopt;
}

Expr parse_name(Tokens& tokens) {
  const bool plain = tokens.peek().kind == Token::Kind::word;
  if (plain && is_reserved_word(tokens.peek().raw) && tokens.peek_second().raw != "(") {
    tokens.fail();
  }
  Expr column = Expr::column(tokens.expect_name());
  if (plain && tokens.at_symbol("(")) return parse_function(tokens, std::move(column.name));
  while (tokens.accept_symbol(".")) {
    column.qualifier = std::exchange(column.name, std::string());
    column.name = tokens.expect_name();
  }
  return column;
}

Expr parse_primary(Tokens& tokens) {
  switch (tokens.peek().kind) {
    case Token::Kind::number: return Expr::literal(number_value(tokens.take().raw, false));
    case Token::Kind::string: return Expr::literal(Value::of_text(tokens.expect_string()));
    case Token::Kind::hex: return Expr::literal(hex_value(tokens.take().raw));
    case Token::Kind::bind: {
      Expr bind(Expr::Kind::bind);
      bind.name = std::string(tokens.take().raw.substr(1));
      return bind;
    }
    case Token::Kind::variable: {
      Expr variable(Expr::Kind::variable);
      variable.name = std::string(tokens.take().raw);
      return variable;
    }
    case Token::Kind::word:
      if (auto constant = parse_constant_word(tokens)) return std::move(*constant);
      return parse_name(tokens);
    case Token::Kind::quoted_word: return parse_name(tokens);
    default: break;
  }
  if (tokens.at_symbol("(")) return parse_parentheses(tokens);
  if (tokens.accept_symbol("+")) return parse_primary(tokens);
  if (tokens.accept_symbol("-")) {
    if (tokens.peek().kind != Token::Kind::number) unsupported("negation of an expression");
    return Expr::literal(number_value(tokens.take().raw, true));
  }
  tokens.fail();
}

std::optional<Comparison> accept_comparison(Tokens& tokens) {
  constexpr std::array<std::pair<std::string_view, Comparison>, 7> symbols{
      {{"=", Comparison::equal},
       {"<>", Comparison::not_equal},
       {"!=", Comparison::not_equal},
       {"<=", Comparison::less_equal},
       {"<", Comparison::less},
       {">=", Comparison::greater_equal},
       {">", Comparison::greater}}};
  if (tokens.peek().kind != Token::Kind::symbol) return std::nullopt;
  for (const auto& [symbol, comparison] : symbols) {
    if (tokens.accept_symbol(symbol)) return comparison;
  }
  return std::nullopt;
}

void refuse_other_operators(const Tokens& tokens) {
  constexpr std::array<std::string_view, 10> symbols{"*",   "/", "%", "||", "&&",
                                                     "<=>", "&", "|", "^",  "<<"};
  if (tokens.peek().kind == Token::Kind::symbol) {
    for (const std::string_view symbol : symbols) {
      if (tokens.at_symbol(symbol)) unsupported("operator " + std::string(symbol));
    }
  }
  if (tokens.peek().kind != Token::Kind::word) return;
  for (const std::string_view word : {"like", "regexp", "rlike", "xor", "div", "mod", "collate"}) {
    if (tokens.at_word(word)) unsupported("operator " + std::string(tokens.peek().raw));
  }
}

Expr parse_in(Tokens& tokens, Expr left, bool negated) {
  Expr in(Expr::Kind::in);
  in.negated = negated;
  in.args.push_back(std::move(left));
  tokens.expect_symbol("(");
  if (tokens.at_word("select")) unsupported("subquery");
  do {
    in.args.push_back(parse_expression(tokens));
  } while (tokens.accept_symbol(","));
  tokens.expect_symbol(")");
  return in;
}

Expr parse_between(Tokens& tokens, Expr operand, bool negated) {
  Expr between(Expr::Kind::between);
  between.negated = negated;
  between.args.push_back(std::move(operand));
  between.args.push_back(parse_operand(tokens));
  tokens.expect_word("and");
  between.args.push_back(parse_operand(tokens));
  return between;
}

Expr parse_is(Tokens& tokens, Expr operand) {
  Expr is_null(Expr::Kind::is_null);
  is_null.negated = tokens.accept_word("not");
  if (!tokens.at_word("null")) unsupported("IS other than NULL");
  tokens.take();
  is_null.args.push_back(std::move(operand));
  return is_null;
}

Expr parse_predicate(Tokens& tokens) {
  Expr left = parse_operand(tokens);
  if (auto comparison = accept_comparison(tokens)) {
    return Expr::compare(*comparison, std::move(left), parse_operand(tokens));
  }
  if (tokens.accept_word("is")) return parse_is(tokens, std::move(left));
  const bool negated = tokens.accept_word("not");
  if (tokens.accept_word("in")) return parse_in(tokens, std::move(left), negated);
  if (tokens.accept_word("between")) return parse_between(tokens, std::move(left), negated);
  refuse_other_operators(tokens);
  if (negated) tokens.fail();
  return left;
}

Expr parse_not(Tokens& tokens) {
  if (!tokens.accept_word("not")) return parse_predicate(tokens);
  Expr negation(Expr::Kind::logic_not);
  negation.args.push_back(parse_not(tokens));
  return negation;
}

Expr parse_and(Tokens& tokens) {
  Expr first = parse_not(tokens);
  if (!tokens.at_word("and")) return first;
  Expr conjunction(Expr::Kind::logic_and);
  conjunction.args.push_back(std::move(first));
  while (tokens.accept_word("and")) conjunction.args.push_back(parse_not(tokens));
  return conjunction;
}

}  // namespace

std::optional<Value> accept_lone_literal(Tokens& tokens) {
  const Token::Kind kind = tokens.peek().kind;
  if (kind != Token::Kind::number && kind != Token::Kind::string) return std::nullopt;
  const Token& next = tokens.peek_second();
  if (next.kind != Token::Kind::symbol || (next.raw != "," && next.raw != ")")) return std::nullopt;
  if (kind == Token::Kind::number) return number_value(tokens.take().raw, false);
  return Value::of_text(decode_quoted(tokens.take().raw));
}

Expr parse_operand(Tokens& tokens) {
  Expr left = parse_primary(tokens);
  while (tokens.at_symbol("+") || tokens.at_symbol("-")) {
    const bool plus = tokens.take().raw == "+";
    Expr sum(plus ? Expr::Kind::add : Expr::Kind::subtract);
    sum.args.push_back(std::move(left));
    sum.args.push_back(parse_primary(tokens));
    left = std::move(sum);
  }
  refuse_other_operators(tokens);
  return left;
}

Expr parse_expression(Tokens& tokens) {
  if (auto value = accept_lone_literal(tokens)) return Expr(*std::move(value));
  Expr first = parse_and(tokens);
  if (!tokens.at_word("or")) return first;
  Expr disjunction(Expr::Kind::logic_or);
  disjunction.args.push_back(std::move(first));
  while (tokens.accept_word("or")) disjunction.args.push_back(parse_and(tokens));
  return disjunction;
}

}  // namespace shardlab::sql

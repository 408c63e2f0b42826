#include "scenarios/expect/expression.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

#include "scenarios/expect/lexer.h"
#include "scenarios/expect/signatures.h"
#include "scenarios/text/text_error.h"

namespace shardlab::scenarios {

namespace {

constexpr int kMaxDepth = 64;

bool is_comparison(std::string_view op) {
  constexpr std::array<std::string_view, 6> all{"==", "!=", "<", "<=", ">", ">="};
  return std::find(all.begin(), all.end(), op) != all.end();
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), tokens_(tokenize(text)) {}

  Expr parse_all() {
    Expr expr = parse_or();
    if (here().kind != TokenKind::end) {
      const bool chained = here().kind == TokenKind::symbol && is_comparison(here().text);
      fail(here(), fmt::format("\"{}\" cannot follow here", here().text),
           chained ? "compare once; join comparisons with \"and\"" : "");
    }
    if (expr.type != ExprType::boolean) {
      throw TextError(0, text_.size(),
                      fmt::format("this is {}, not a condition", to_string(expr.type)),
                      "compare it: ==  !=  <  <=  >  >=");
    }
    return expr;
  }

 private:
  const Token& here() const { return tokens_[at_]; }
  bool at_symbol(std::string_view symbol) const {
    return here().kind == TokenKind::symbol && here().text == symbol;
  }
  bool at_word(std::string_view word) const {
    return here().kind == TokenKind::name && here().text == word;
  }
  const Token& take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  std::size_t last_end() const { return tokens_[at_ - 1].offset + tokens_[at_ - 1].length; }

  [[noreturn]] static void fail(const Token& token, std::string text, std::string hint = "") {
    throw TextError(token.offset, token.length, std::move(text), std::move(hint));
  }

  void expect(std::string_view symbol, std::string_view after) {
    if (!at_symbol(symbol)) fail(here(), fmt::format("\"{}\" is missing {}", symbol, after));
    take();
  }

  Expr finished(Expr expr, std::size_t start) const {
    expr.source = std::string(text_.substr(start, last_end() - start));
    return expr;
  }

  Expr binary(const Token& op, Expr left, Expr right, ExprType type, std::size_t start) const {
    Expr expr;
    expr.kind = Expr::Kind::binary;
    expr.type = type;
    expr.text = op.text;
    expr.args.push_back(std::move(left));
    expr.args.push_back(std::move(right));
    return finished(std::move(expr), start);
  }

  static void need_boolean(const Token& op, const Expr& side) {
    if (side.type == ExprType::boolean) return;
    fail(op, fmt::format("\"{}\" joins conditions, but {} is {}", op.text, side.source,
                         to_string(side.type)));
  }

  Expr parse_or() {
    const std::size_t start = here().offset;
    Expr left = parse_and();
    while (at_word("or")) left = parse_logical(std::move(left), start, &Parser::parse_and);
    return left;
  }

  Expr parse_and() {
    const std::size_t start = here().offset;
    Expr left = parse_not();
    while (at_word("and")) left = parse_logical(std::move(left), start, &Parser::parse_not);
    return left;
  }

  Expr parse_logical(Expr left, std::size_t start, Expr (Parser::*next)()) {
    const Token& op = take();
    need_boolean(op, left);
    Expr right = (this->*next)();
    need_boolean(op, right);
    return binary(op, std::move(left), std::move(right), ExprType::boolean, start);
  }

  Expr parse_not() {
    if (!at_word("not")) return parse_comparison();
    const Nested nested(*this);
    const Token& op = take();
    Expr expr;
    expr.kind = Expr::Kind::unary;
    expr.text = op.text;
    expr.args.push_back(parse_not());
    if (expr.args[0].type != ExprType::boolean) {
      fail(op, fmt::format("\"not\" turns a condition round, but {} is {}", expr.args[0].source,
                           to_string(expr.args[0].type)));
    }
    return finished(std::move(expr), op.offset);
  }

  Expr parse_comparison() {
    const std::size_t start = here().offset;
    Expr left = parse_sum();
    if (here().kind != TokenKind::symbol || !is_comparison(here().text)) return left;
    const Token& op = take();
    Expr right = parse_sum();
    need_same(op, left, right);
    const bool ordered = op.text != "==" && op.text != "!=";
    if (ordered && left.type != ExprType::integer) {
      fail(op, fmt::format("\"{}\" compares numbers, but {} is {}", op.text, left.source,
                           to_string(left.type)));
    }
    return binary(op, std::move(left), std::move(right), ExprType::boolean, start);
  }

  static void need_same(const Token& op, const Expr& left, const Expr& right) {
    if (left.type == right.type) return;
    fail(op,
         fmt::format("{} is {}, but {} is {}", left.source, to_string(left.type), right.source,
                     to_string(right.type)),
         fmt::format("both sides of \"{}\" must be of one kind", op.text));
  }

  Expr parse_sum() {
    const std::size_t start = here().offset;
    Expr left = parse_operand();
    while (at_symbol("+") || at_symbol("-")) {
      const Token& op = take();
      Expr right = parse_operand();
      need_same(op, left, right);
      const bool fits = left.type == ExprType::integer || left.type == ExprType::rows ||
                        (left.type == ExprType::list && op.text == "+");
      if (!fits) fail(op, fmt::format("\"{}\" does not work on {}", op.text, to_string(left.type)));
      const ExprType type = left.type;
      left = binary(op, std::move(left), std::move(right), type, start);
    }
    return left;
  }

  Expr parse_operand() {
    const Nested nested(*this);
    const Token& token = take();
    if (token.kind == TokenKind::number) return literal(token, ExprType::integer);
    if (token.kind == TokenKind::text) return literal(token, ExprType::text);
    if (token.kind == TokenKind::name) return parse_name(token);
    if (token.kind == TokenKind::symbol && token.text == "[") return parse_list(token);
    if (token.kind == TokenKind::symbol && token.text == "(") {
      Expr inner = parse_or();
      expect(")", "to close this bracket");
      return finished(std::move(inner), token.offset);
    }
    fail(token, token.kind == TokenKind::end
                    ? std::string("a value is missing at the end")
                    : fmt::format("a value is missing before \"{}\"", token.text));
  }

  Expr literal(const Token& token, ExprType type) const {
    Expr expr;
    expr.type = type;
    expr.number = token.number;
    if (type == ExprType::text) expr.text = token.text;
    return finished(std::move(expr), token.offset);
  }

  Expr parse_list(const Token& open) {
    Expr expr;
    expr.kind = Expr::Kind::list;
    expr.type = ExprType::list;
    if (!at_symbol("]")) expr.args = parse_items();
    expect("]", "to close this list");
    return finished(std::move(expr), open.offset);
  }

  std::vector<Expr> parse_items() {
    std::vector<Expr> items;
    items.push_back(parse_or());
    while (at_symbol(",")) {
      take();
      items.push_back(parse_or());
    }
    return items;
  }

  Expr parse_name(const Token& name) {
    if (name.text == "true" || name.text == "false") {
      Expr expr = literal(name, ExprType::boolean);
      expr.number = name.text == "true" ? 1 : 0;
      return expr;
    }
    if (name.text == "and" || name.text == "or" || name.text == "not") {
      fail(name, fmt::format("a value is missing before \"{}\"", name.text));
    }
    Expr expr;
    expr.kind = Expr::Kind::call;
    expr.text = name.text;
    if (at_symbol("(")) {
      take();
      if (!at_symbol(")")) expr.args = parse_items();
      expect(")", "to close this call");
    }
    expr = finished(std::move(expr), name.offset);
    expr.type = result_type(expr, name.offset, name.length);
    return expr;
  }

  /// Deep nesting would end the stack before it ends the file.
  struct Nested {
    explicit Nested(Parser& parser) : parser(parser) {
      if (++parser.depth_ > kMaxDepth) fail(parser.here(), "this is nested too deeply");
    }
    ~Nested() { --parser.depth_; }
    Parser& parser;
  };

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::string_view to_string(ExprType type) {
  switch (type) {
    case ExprType::boolean: return "true or false";
    case ExprType::integer: return "a number";
    case ExprType::text: return "a text";
    case ExprType::list: return "a list";
    case ExprType::rows: return "rows";
  }
  return "?";
}

Expr parse_expression(std::string_view text) { return Parser(text).parse_all(); }

std::vector<Remembered> remembered_by(const Expr& expr) {
  std::vector<Remembered> all;
  if (expr.kind == Expr::Kind::call && expr.text == "unchanged_since") {
    all.push_back(Remembered{expr.args[0].text, expr.args[1]});
  }
  for (const Expr& arg : expr.args) {
    for (Remembered& inner : remembered_by(arg)) all.push_back(std::move(inner));
  }
  return all;
}

}  // namespace shardlab::scenarios

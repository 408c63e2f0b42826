#include "core/sql/printer.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "core/sql/parser.h"

namespace shardlab::sql {
namespace {

using rc::gen::inRange;

Expr any_literal() {
  switch (*inRange(0, 5)) {
    case 0: return Expr::literal(Value::null());
    case 1: return Expr::literal(Value::of_int(*rc::gen::arbitrary<std::int64_t>()));
    case 2:
      return Expr::literal(Value(Type::uint64, std::to_string(~std::uint64_t{0} - *inRange(0, 9))));
    case 3: return Expr::literal(Value(Type::varbinary, *rc::gen::arbitrary<std::string>()));
    default: return Expr::literal(Value::of_text(*rc::gen::arbitrary<std::string>()));
  }
}

Expr any_operand(int depth) {
  switch (*inRange(0, depth > 0 ? 5 : 3)) {
    case 0: return Expr::column(*rc::gen::element<std::string>("a", "order", "odd`name", "B"));
    case 1: {
      Expr bind(Expr::Kind::bind);
      bind.name = "page";
      return bind;
    }
    case 2: return any_literal();
    case 3: {
      Expr tuple(Expr::Kind::tuple);
      tuple.args = {any_operand(depth - 1), any_operand(depth - 1)};
      return tuple;
    }
    default: {
      const bool add = *rc::gen::arbitrary<bool>();
      Expr sum(add ? Expr::Kind::add : Expr::Kind::subtract);
      sum.args = {any_operand(depth - 1), any_operand(depth - 1)};
      return sum;
    }
  }
}

Expr any_condition(int depth) {
  const int pick = *inRange(0, depth > 0 ? 7 : 4);
  if (pick == 0) {
    const auto comparison = static_cast<Comparison>(*inRange(0, 6));
    return Expr::compare(comparison, any_operand(1), any_operand(1));
  }
  const Expr::Kind kind =
      std::vector{Expr::Kind::in,        Expr::Kind::is_null,  Expr::Kind::between,
                  Expr::Kind::logic_and, Expr::Kind::logic_or, Expr::Kind::logic_not}[pick - 1];
  Expr expr(kind);
  if (pick <= 3) {
    expr.negated = *rc::gen::arbitrary<bool>();
    const int operands = pick == 1 ? *inRange(2, 4) : pick == 2 ? 1 : 3;
    for (int i = 0; i < operands; ++i) expr.args.push_back(any_operand(1));
  } else {
    const int operands = pick == 6 ? 1 : *inRange(2, 4);
    for (int i = 0; i < operands; ++i) expr.args.push_back(any_condition(depth - 1));
  }
  return expr;
}

TEST_CASE("printer: what is printed parses back to the same tree") {
  rc::prop("update", [] {
    Update update;
    update.table = TableName(*rc::gen::element<std::string>("", "vt_ks"), "t");
    update.assignments.push_back({"select", any_operand(2)});
    update.where = any_condition(3);
    const Statement statement{update, ""};
    RC_LOG() << to_string(statement);
    RC_ASSERT(parse(to_string(statement)) == statement);
  });
}

TEST_CASE("printer: any row of values survives being printed as an insert") {
  rc::prop("insert", [] {
    Insert insert;
    insert.table = TableName("", "t");
    const int rows = *inRange(1, 4);
    for (int i = 0; i < rows; ++i) insert.rows.push_back({any_literal(), any_literal()});
    const Statement statement{insert, ""};
    RC_ASSERT(parse(to_string(statement)) == statement);
  });
}

TEST_CASE("printer: names are quoted only when they must be") {
  CHECK(quote_name("messages") == "messages");
  CHECK(quote_name("order") == "`order`");
  CHECK(quote_name("1a") == "`1a`");
  CHECK(quote_name("a`b") == "`a``b`");
}

}  // namespace
}  // namespace shardlab::sql

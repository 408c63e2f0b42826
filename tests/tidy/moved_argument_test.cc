#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {

TEST_CASE("moved-argument: what one argument moves and another one uses is found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "f(x, std::move(x));", "f(x.size(), std::move(x));", "a.g(std::move(x), x.y());",
      "f(std::move(x), std::move(x));", "f(g(std::move(x)), x);", "f(g(x), h(std::move(x)));",
      "f(x->size(), std::move(x));", "f(*x, std::move(x));", "f(x[0], std::move(x));",
      "f(&x, std::move(x));", "f(std::move(x), y, 1 + x.count);", "f(std::move(*x), x->y);",
      "f(std::move(x.rows), x.rows.size());", "f(std::move(x.rows), x);",
      "f(std::move(rows_), this->rows_.size());", "f(this->rows_, std::move(rows_));",
      "f(\n  x.size(),\n  1,\n  std::move(\n    x));", "f(std::move(x).take(), x.size());",
      "f(std::exchange(x, nullptr), x->y);", "f(std::forward<T>(x), x.size());",
      "f(std::move(v[i]), v[i].size());", "f(x.size(), move(x));", "f(x.release(), x.get());",
      "f(static_cast<Row&&>(x), x.y);", "f(!x, std::move(x));", "f(Row{std::move(x)}, x.size());",
      "f(static_cast<int>(x.size()), std::move(x));");
  INFO(statement);
  CHECK(look_at_body("moved-argument", statement) != "");
}

TEST_CASE("moved-argument: constructors, captures and all kinds of calls are looked at") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "Row row(x.size(), std::move(x));", "auto row = Row(std::move(x), x.size());",
      "std::vector<Row> rows(x.size(), std::move(x));", "co_await f(x.id(), std::move(x));",
      "map.emplace(x.id(), std::move(x));", "std::make_unique<Row>(x.size(), std::move(x));",
      "f(x.size(), [x = std::move(x)] { return x; });", "f(std::move(x), [x] { return x; });",
      "f(std::move(x), [y = x.size()] { return y; });", "return f(x.size(), std::move(x));",
      "f(1)(x.size(), std::move(x));", "[](int, Row) {}(x.size(), std::move(x));",
      "if (f(x.size(), std::move(x))) g();", "g(f(x.size(), std::move(x)));",
      "auto f = [&] { g(x.size(), std::move(x)); };", "throw Error(x.size(), std::move(x));",
      "\n#define CALL(f, x) f(x.size(), std::move(x))\n");
  INFO(statement);
  CHECK(look_at_body("moved-argument", statement) != "");
}

TEST_CASE("moved-argument: a constructor's base is looked at") {
  const std::string code = "Row::Row(Rows x) : Base(x.size(), std::move(x)) {}";
  CHECK(look_at("moved-argument", "sim/row.cc", code) != "");
}

TEST_CASE("moved-argument: an argument that stands alone passes") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "f(y, std::move(x));", "f(std::move(x), std::move(y));", "f(std::move(x.a), std::move(x.b));",
      "f(x.id, std::move(x.rows));", "f(std::move(x).a, std::move(x).b);", "x->f(std::move(x));",
      "Row row{x.size(), std::move(x)};", "f({x.size(), std::move(x)});",
      "return Row{x.size(), std::move(x)};", "f(std::move(x)); g(x);", "f(y.x, std::move(x));",
      "f(y->x, std::move(x));", "f(ns::x, std::move(x));", "f(x::y, std::move(x));",
      "f(std::move(v[0]), std::move(v[1]));", "f(std::move(v[i]), v.size());",
      "f(sizeof(x), std::move(x));", "f(decltype(x)(), std::move(x));", "f(x(), std::move(x));",
      "f([&] { return x; }, std::move(y));", "f(std::move(x), [&y] { return 1; });",
      "f(std::move(x), [](int x) { return x; });", "f(\"x\", 'x', std::move(x));",
      "for (y = std::move(x); x; g()) h();", "if (g(x); h(std::move(x))) i();",
      "std::move(x.begin(), x.end(), out);", "f(Row{.x = 1}, std::move(x));",
      "const auto count = x.size(); f(count, std::move(x));", "f(std::move(*x), y->z);");
  INFO(statement);
  CHECK(look_at_body("moved-argument", statement) == "");
}

TEST_CASE("moved-argument: members are made in their own order") {
  const std::string code = "Row::Row(Rows x) : size_(x.size()), rows_(std::move(x)) {}";
  CHECK(look_at("moved-argument", "sim/row.cc", code) == "");
}

TEST_CASE("moved-argument: what a call moves and also uses is found") {
  const std::string statement =
      GENERATE(as<std::string>(),  //
               "f(x, std::move(x));", "f(std::move(x), x.size());",
               "arrive(pipe.at(message), std::move(message));", "g(1, h(std::move(x)), x);",
               "Foo foo(std::move(x), x->id());", "run(std::move(x), [x] { g(x); });",
               "run(std::move(x), [&] { g(x); });", "map.emplace(x.key(), std::move(x));",
               "co_await f(std::move(x), x.size());", "f(std::move(x), std::move(x));");
  INFO(statement);
  CHECK(look_at_body("moved-argument", statement) != "");
}

TEST_CASE("moved-argument: what is moved alone, or in braces, which are in order, passes") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "f(std::move(x), y);", "f(std::move(x), other.x);", "f(std::move(x), a->x, N::x);",
      "Foo foo{x.size(), std::move(x)};", "const auto size = x.size(); f(size, std::move(x));",
      "f(std::move(x).y(), 1);", "f(\"x\", std::move(x));", "f(g(std::move(x)));");
  INFO(statement);
  CHECK(look_at_body("moved-argument", statement) == "");
}

}  // namespace shardlab::tidy

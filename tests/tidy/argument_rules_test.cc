#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {

TEST_CASE("moved-argument: what one argument moves and another one uses is found") {
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

#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {

TEST_CASE("await-first: values made beside a co_await are found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      R"(co_await f(Options{"a", "b"});)", R"(co_await f({.a = name});)", R"(co_await f({});)",
      R"(auto o = Options{.a = co_await g()};)", R"(Options o{co_await g()};)",
      R"(use(Options{x}, co_await g());)", R"(rows.push_back(Row{co_await f()});)",
      R"(auto v = std::vector{co_await a, co_await b};)", R"(auto v = std::vector{co_await a()};)",
      R"(co_await f(Options("a", name));)", R"(co_await f(x, topo::Options(name));)",
      R"(auto r = co_await f() + Row(a).size();)", R"(co_await f(Result<int>(x));)",
      R"(co_await f(new Row{1});)", R"(co_await f(std::string{});)", R"(co_await Sleep{5ms};)",
      R"(auto a = co_await f(), b = Row{1};)", R"(auto a = Row{1}, b = co_await f();)",
      R"(while (more) { co_await f(Options{1}); })", R"(co_return {co_await f()};)",
      R"(for (auto& row : co_await list(Filter{1})) use(row);)",
      R"(co_await f([] { return 1; }, Options{1});)");
  INFO(statement);
  CHECK(look_at_body("await-first", statement) != "");
}

TEST_CASE("await-first: a choice beside a co_await is found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      R"(auto r = cond ? co_await g() : std::string("x");)", R"(auto r = cond ? y : co_await g();)",
      R"(auto r = co_await g(cond ? x : y);)", R"(auto t = co_await (cond ? a() : b());)",
      R"(auto r = (co_await f()) ? a() : b();)", "auto r = cond\n  ? x\n  : co_await\n  g();",
      R"(auto r = cond ? [&] { return g(); }() : co_await f();)",
      R"(auto r = cond ? [&](int a) -> int { return a; }(1) : co_await f();)");
  INFO(statement);
  CHECK(look_at_body("await-first", statement) != "");
}

TEST_CASE("await-first: a lambda that captures by value beside a co_await is found") {
  const std::string captures =
      GENERATE(as<std::string>(),  //
               "s = name", "=", "&, s", "*this", "name", "this, name", "x = std::move(y)", "=, &x",
               "&x, y", "&q = Row{1}", "...args = args");
  INFO(captures);
  CHECK(look_at_body("await-first", "co_await f([" + captures + "] { return s; });") != "");
}

TEST_CASE("await-first: a co_await that does not stand first is found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      R"(use(co_await g());)", R"(auto both = co_await f() + co_await g();)",
      R"(co_await f(co_await g());)", R"(auto sum = x + co_await f();)", R"(x = y = co_await f();)",
      R"(at(i) = co_await f();)", R"(table[co_await f()] = 1;)", R"(throw co_await f();)",
      R"(static_cast<int>(co_await f());)", R"(auto r = ready && co_await f();)",
      R"(co_return ready && co_await f();)", R"(co_return ready and co_await f();)",
      R"(auto r = -co_await f();)", R"(auto r = (int)co_await f();)", R"(int x(co_await f());)",
      R"(g(), co_await f();)", R"(auto r = (g(), co_await f());)", R"(v[i++] = co_await f();)",
      R"(*p++ = co_await f();)", R"(auto a = g(), b = co_await f();)", R"(a << co_await f();)",
      R"(delete co_await f();)", R"(std::tie(a, b) = co_await f();)", R"(f().x = co_await g();)",
      R"(co_yield co_await f();)", R"(auto x = [&] { return 1; }() + co_await f();)",
      R"(co_await f(), co_await g();)", R"(CHECK(co_await f());)", R"(assert(co_await f());)");
  INFO(statement);
  CHECK(look_at_body("await-first", statement) != "");
}

TEST_CASE("await-first: a bare co_await in a condition is found") {
  const std::string statement =
      GENERATE(as<std::string>(),  //
               R"(if (co_await f()) { use(1); })", R"(if (!co_await f()) return;)",
               R"(if (x) { co_await f(); } else if (co_await g()) { h(); })",
               R"(do { step(); } while (co_await more());)", R"(while (co_await more()) step();)",
               R"(switch (co_await f()) { case 1: g(); })", R"(for (; co_await more();) step();)",
               R"(if (auto x = g(); co_await f(x)) h();)", R"(if ((co_await f()).empty()) g();)",
               R"(if (x = co_await f()) g();)", R"(if (co_await f() == 3) g();)",
               R"(if (ready && co_await f()) g();)", R"(if (co_await f(Key{1})) g();)");
  INFO(statement);
  CHECK(look_at_body("await-first", statement) != "");
}

TEST_CASE("await-first: a reference into an awaited temporary is found") {
  const std::string statement =
      GENERATE(as<std::string>(),  //
               R"(for (auto& r : (co_await f()).rows()) use(r);)",
               R"(for (auto& r : *co_await f()) use(r);)", R"(const auto& r = *co_await f();)",
               R"(auto&& rows = (co_await f()).rows();)");
  INFO(statement);
  CHECK(look_at_body("await-first", statement) != "");
}

TEST_CASE("await-first: a macro that awaits is found") {
  CHECK(look_at("await-first", "core/a.cc", "#define WAIT(x) co_await x\n") != "");
  CHECK(look_at("await-first", "core/a.cc", "#define WAIT(x) \\\n  auto y = co_await x\n") != "");
}

TEST_CASE("await-first: what is compiled rightly passes") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      R"(co_await f(name);)", R"(co_await f(std::move(named));)", R"(co_await f(make_options());)",
      R"(co_await f("literal");)", R"(co_await f([&] { return Options{1}; });)",
      R"(co_await f([this] { return Options{1}; });)", R"(co_await f(Duration(5), x);)",
      R"(co_await f([&x, this](int a) -> int { return a ? x : y; });)", R"(auto x = co_await f();)",
      R"(co_await f(std::string(name), 5ms, a && b);)", R"(co_await stub->GetTablet(request, x);)",
      R"(const auto& [a, b] = co_await f();)", R"(const auto& rows = co_await f();)",
      R"(std::vector<std::pair<int, Row>> rows = co_await f();)", R"(rows[i] = co_await tasks[i];)",
      R"(*slot = co_await std::move(task);)", R"(total_ += co_await f();)",
      R"(state_->map[key].value = co_await f();)", R"(co_return co_await f();)",
      R"(auto ok = !co_await f();)", R"(auto ok = not co_await f();)",
      R"(auto n = (co_await f()).size();)", R"((void)co_await f();)",
      R"(auto row = *co_await f();)", R"(co_await f(Options());)", R"(co_return (co_await f());)",
      R"(auto f = [&] { return Row{1}; }; co_await g(f);)",
      R"([[maybe_unused]] auto x = co_await f();)");
  INFO(statement);
  CHECK(look_at_body("await-first", statement) == "");
}

TEST_CASE("await-first: a co_await that stands first in its block passes") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      R"(for (auto& r : co_await list()) use(Row{r});)",
      R"(for (auto x = g(); auto& r : co_await list(x)) use(Row{r});)",
      R"(for (const auto& [k, v] : co_await list()) { use(Row{r}); })",
      R"(if (auto r = co_await f(); r.ok()) { use(Row{1}); })", R"(for (;;) co_await f();)",
      R"(if (const bool ok = co_await f()) use(Row{1});)", R"(if (auto* p = co_await f()) g();)",
      R"(if (x) co_await f(); else co_await g();)", R"(again: co_await f();)",
      R"(if (x) { co_await f(); } else { co_await g(); } co_await h();)",
      R"(while (auto row = co_await cursor.next()) { use(A{1}); })",
      R"(do co_await f(); while (x);)",
      R"(switch (x) { case Kind::a: co_await f(); break; default: co_await g(); })",
      R"(auto o = Options{1}; co_await f(std::move(o));)", R"(if (a ? b : c) co_await f();)",
      R"(Options o{1}; co_await f(o); co_return Options{2};)",
      R"(try { co_await f(); } catch (const Error& e) { g(Row{e}); })",
      R"(group.spawn([&]() -> Task<> { co_await f(); }); auto v = Row{1};)",
      R"(struct A { auto operator co_await() const { return Row{1}; } };)",
      R"y(// co_await f(Options{1});
         auto text = "co_await f(Options{1})"; auto raw = R"x(co_await f({}))x";)y");
  INFO(statement);
  CHECK(look_at_body("await-first", statement) == "");
}

TEST_CASE("await-first: no detour hides what GCC 12 compiles wrongly") {
  const std::string statement = GENERATE(
      as<std::string>(), R"y(auto x = a && co_await f();)y", R"y(while (x || co_await f()) g();)y",
      R"y(auto r = c
 ? co_await g()
 : h();)y",
      R"y(co_await (c ? f() : g());)y", R"y(auto [a, b] = co_await f({1});)y",
      R"y(co_await f(std::string{"a"});)y", R"y(co_await f([=]() { return 1; });)y",
      R"y(co_await f([x = std::move(y)] { return x; });)y", R"y(f(), co_await g();)y",
      R"y(v[i] += g(co_await f());)y", R"y(std::move(co_await f());)y",
      R"y(auto t = std::make_tuple(co_await f(), 1);)y", R"y(co_return {co_await f(), 1};)y",
      R"y(int x{co_await f()};)y", R"y(int x(co_await f());)y", R"y(Foo foo(1, co_await f());)y",
      R"y(for (int i = co_await a(); i < co_await b(); ++i) g();)y",
      R"y(for (auto& x : f(co_await g())) h();)y", R"y(switch (co_await f({1})) { })y",
      R"y(co_await f({.x = 1}).g();)y", R"y((co_await f())(Options{1});)y",
      R"y(x = co_await f() ? Options{1} : Options{2};)y", R"y(auto s = "a" + co_await f();)y",
      R"y(auto s = co_await f() + std::string{"x"};)y", R"y(new Foo(co_await f());)y",
      R"y(*co_await f() = Options{1};)y", R"y(co_await this->f({1});)y");
  INFO(statement);
  CHECK(look_at_body("await-first", statement) != "");
}

}  // namespace shardlab::tidy

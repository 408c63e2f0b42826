#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {

TEST_CASE("await-first: what GCC 12 compiles wrongly is found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      R"(co_await f(Options{"a", "b"});)", R"(co_await f({.a = name});)", R"(co_await f({});)",
      R"(auto o = Options{.a = co_await g()};)", R"(Options o{co_await g()};)",
      R"(use(Options{x}, co_await g());)", R"(use(co_await g());)",
      R"(auto r = cond ? co_await g() : std::string("x");)", R"(auto r = cond ? y : co_await g();)",
      R"(auto r = co_await g(cond ? x : y);)", R"(co_await f([s = name] { return s; });)",
      R"(co_await f([=] { return s; });)", R"(co_await f([&, s] { return s; });)",
      R"(co_await f([*this] { return x; });)", R"(auto both = co_await f() + co_await g();)",
      R"(co_await f(co_await g());)", R"(auto sum = x + co_await f();)",
      R"(rows.push_back(Row{co_await f()});)", R"(auto v = std::vector{co_await a, co_await b};)",
      R"(if (ready && co_await f()) g();)", R"(if (co_await f(Key{1})) g();)",
      R"(for (auto& row : co_await list(Filter{1})) use(row);)", R"(x = y = co_await f();)",
      R"(at(i) = co_await f();)", R"(table[co_await f()] = 1;)", R"(throw co_await f();)",
      R"(static_cast<int>(co_await f());)", R"(while (more) { co_await f(Options{1}); })");
  INFO(statement);
  CHECK(look_at_body("await-first", statement) != "");
}

TEST_CASE("await-first: what is compiled rightly passes") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      R"(co_await f(name);)", R"(co_await f(std::move(named));)", R"(co_await f(make_options());)",
      R"(co_await f("literal");)", R"(co_await f([&] { return Options{1}; });)",
      R"(co_await f([this] { return Options{1}; });)",
      R"(co_await f([&x, this](int a) -> int { return a ? x : y; });)", R"(auto x = co_await f();)",
      R"(const auto& [a, b] = co_await f();)",
      R"(std::vector<std::pair<int, Row>> rows = co_await f();)", R"(rows[i] = co_await tasks[i];)",
      R"(*slot = co_await std::move(task);)", R"(total_ += co_await f();)",
      R"(state_->map[key].value = co_await f();)", R"(co_return co_await f();)",
      R"(auto ok = !co_await f();)", R"(auto n = (co_await f()).size();)", R"((void)co_await f();)",
      R"(for (auto& r : co_await list()) use(Row{r});)",
      R"(for (const auto& [k, v] : co_await list()) { use(Row{r}); })",
      R"(if (co_await f()) { use(Row{1}); })", R"(if (!co_await f()) return;)",
      R"(if (auto r = co_await f(); r.ok()) { use(Row{1}); })",
      R"(if (x) co_await f(); else co_await g();)",
      R"(if (x) { co_await f(); } else if (co_await g()) { h(); })",
      R"(while (auto row = co_await cursor.next()) { use(A{1}); })",
      R"(do { step(A{1}); } while (co_await more());)",
      R"(switch (x) { case Kind::a: co_await f(); break; default: co_await g(); })",
      R"(auto o = Options{1}; co_await f(std::move(o));)",
      R"(Options o{1}; co_await f(o); co_return Options{2};)",
      R"(try { co_await f(); } catch (const Error& e) { g(Row{e}); })",
      R"(group.spawn([&]() -> Task<> { co_await f(); }); auto v = Row{1};)",
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

TEST_CASE("await-by-value: views, and Tasks by another name, are found") {
  const std::string declaration = GENERATE(
      as<std::string>(), R"y(Task<> f(std::initializer_list<int> l);)y",
      R"y(using Reply = Task<int>; Reply f(const Row& r);)y",
      R"y(Task<> f(fmt::format_string<int> s);)y", R"y(asio::awaitable<void> f(const Row& r);)y",
      R"y(Task<> f(const char* text);)y", R"y(Task<> f(std::reference_wrapper<const Row> r);)y",
      R"y(auto f(const Row& r) -> Task<>;)y", R"y(template <class T> Task<T> f(const T& t);)y",
      R"y(struct A { Task<> operator()(const Row& r); };)y",
      R"y(Task<> f(std::vector<Row> const& rows);)y", R"y(Task<> f(auto&& x);)y",
      R"y(Task<> f(std::optional<std::string_view> s);)y");
  INFO(declaration);
  CHECK(look_at_body("await-by-value", declaration) != "");
}

TEST_CASE("await-by-value: references to data are found") {
  const std::string declaration = GENERATE(
      as<std::string>(),  //
      "Task<> write(const Record& record);",
      "Task<Result<int>> Server::write(int a, const std::map<int, Row>& rows) {",
      "Task<> write(Record&& record);", "Task<> write(std::string_view name, int version);",
      "Task<> write(std::vector<int> a, std::span<const int> b);",
      "virtual Task<std::vector<Row>> rows(const Query& query) = 0;",
      "std::function<Task<>(const Query&)> handler;", "Task<> operator()(const Query& query);",
      "auto f = [](const Query& query) mutable -> Task<> { co_return; };");
  INFO(declaration);
  CHECK(look_at("await-by-value", "core/topo/server.h", declaration) != "");
}

TEST_CASE("await-by-value: values and references to services pass") {
  const std::string declaration = GENERATE(
      as<std::string>(),  //
      "Task<> write(Record record);", "Task<> write(Server& server, std::vector<const Row*> rows);",
      "Task<Result<int>> Server::write(std::function<void(const Row&)> visit, int a = b && c) {",
      "template <class T> Task<Result<T>> capture(Task<T> task);",
      "void write(const Record& record, Task<> task);",
      "Task<> child = write(std::string_view(name));", "const Row& row(std::string_view name);");
  INFO(declaration);
  CHECK(look_at("await-by-value", "core/topo/server.h", declaration) == "");
}

TEST_CASE("lambda-coroutine: captures that can die are found") {
  const std::string statement =
      GENERATE(as<std::string>(),  //
               "auto f = [&]() -> Task<> { co_return; };",
               "group.spawn([this]() -> Task<> { co_return; }());",
               "tasks.push_back([&, x](int a) -> Task<int> { co_return a; }(1));",
               "run(x, [this]() -> Task<> { co_return; });");
  INFO(statement);
  CHECK(look_at_body("lambda-coroutine", statement) != "");
}

TEST_CASE("lambda-coroutine: no captures, or handed straight to spawn, passes") {
  const std::string statement = GENERATE(as<std::string>(),  //
                                         "auto f = [](Server& server) -> Task<> { co_return; };",
                                         "host.spawn([this]() -> Task<> { co_return; });",
                                         "auto f = [&](int a) { return Task<>(a); };",
                                         "int a[3]; a[i] = b; Task<> task = f(a[1]);");
  INFO(statement);
  CHECK(look_at_body("lambda-coroutine", statement) == "");
}

TEST_CASE("detached: the word is found in code and not in comments") {
  CHECK(look_at_body("detached", "co_spawn(executor, f(), asio::detached);") != "");
  CHECK(look_at_body("detached", "// no detached here\nauto text = \"detached\";") == "");
}

TEST_CASE("catch-all: catch (...) is found in core and fakes only") {
  const std::string code = "void f() { try { g(); } catch (...) { h(); } }";
  CHECK(look_at("catch-all", "core/topo/server.cc", code) != "");
  CHECK(look_at("catch-all", "fakes/etcd/server.cc", code) != "");
  CHECK(look_at("catch-all", "scenarios/run.cc", code) == "");
  CHECK(look_at_body("catch-all", "try { g(); } catch (const Error& error) { h(f(...)); }") == "");
}

TEST_CASE("await-in-catch: an await in a handler is found, one after it is not") {
  const std::string after = "try { co_await f(); } catch (const Error& e) { x = e; } co_await g();";
  CHECK(look_at_body("await-in-catch", after) == "");
  const std::string inside = "try { f(); } catch (const Error& e) { if (x) { co_await g(); } }";
  CHECK(look_at_body("await-in-catch", inside) != "");
}

}  // namespace shardlab::tidy

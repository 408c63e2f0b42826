#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {

TEST_CASE("lambda-coroutine: captures that can die are found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "auto f = [&]() -> Task<> { co_return; };", "run([=]() -> Task<> { co_return; });",
      "group.spawn([this]() -> Task<> { co_return; }());", "run([x]() mutable -> Task<> {});",
      "tasks.push_back([&, x](int a) -> Task<int> { co_return a; }(1));",
      "run(x, [this]() -> Task<> { co_return; });", "group.spawn(x, [&]() -> Task<> {});",
      "auto f = [self = shared_from_this()]() -> shardlab::Task<int> { co_return 1; };",
      "using Reply = Task<int>; auto f = [&]() -> Reply { return g(); };",
      "auto f = [&](auto x) { co_await x; };", "return [this]() -> asio::awaitable<void> {};",
      "auto f = [&] { return g([&]() -> Task<> { co_return; }); };",
      "auto f = [](auto& group) { return [&]() -> Task<> { co_return; }; };");
  INFO(statement);
  CHECK(look_at_body("lambda-coroutine", statement) != "");
}

TEST_CASE("lambda-coroutine: no captures, or handed straight to spawn, passes") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "auto f = [](Server& server) -> Task<> { co_return; };", "tasks[i] = f(tasks[i]);",
      "host.spawn([this]() -> Task<> { co_return; });", "group_.spawn([&]() -> Task<> { f(); });",
      "auto f = [&](int a) { return Task<>(a); };", "auto f = [&] { group.spawn(g()); };",
      "int a[3]; a[i] = b; Task<> task = f(a[1]);", "[[nodiscard]] Task<> f();",
      "auto f = [&] { host.spawn([this]() -> Task<> { co_return; }); };");
  INFO(statement);
  CHECK(look_at_body("lambda-coroutine", statement) == "");
}

TEST_CASE("detached: children nobody waits for are found") {
  const std::string statement =
      GENERATE(as<std::string>(),  //
               "co_spawn(executor, f(), asio::detached);", "asio::detached_t token;",
               "using D = boost::asio::detached_t;", "using boost::asio::detached;",
               "asio::co_spawn(executor, f(), [](std::exception_ptr) {});",
               "boost::asio::co_spawn(executor, f(), token);", "auto& spawn = asio::co_spawn;",
               "\n#define SPAWN(x) asio::co_spawn(executor, x, ignore)\n");
  INFO(statement);
  CHECK(look_at_body("detached", statement) != "");
}

TEST_CASE("detached: groups, comments and lists pass") {
  CHECK(look_at_body("detached", "// no detached here\nauto text = \"detached\";") == "");
  CHECK(look_at_body("detached", "group.spawn(f()); co_await group.join();") == "");
  CHECK(look_at_body("detached", "auto is_detached = list.detach(node); node.detached_at = 1;") ==
        "");
  CHECK(look_at("detached", "tools/bench/peer.cc", "asio::co_spawn(loop, f(), ignore);") == "");
}

TEST_CASE("catch-all: what swallows every error is found") {
  const std::string handler = GENERATE(
      as<std::string>(),  //
      "catch (...) { h(); }", "catch(...){}", "catch /* a */ (\n...\n) { h(); }",
      "catch (const Error& e) { g(e); } catch (...) {}", "catch (...) { throw; }",
      "catch (const std::exception&) { h(); }", "catch (std::exception& e) { log(e.what()); }",
      "catch (const std::exception& e) { result = false; }", "catch (std::exception const&) {}",
      "catch (exception) { return; }");
  INFO(handler);
  CHECK(look_at_body("catch-all", "try { co_await g(); } " + handler) != "");
}

TEST_CASE("catch-all: a handler that looks or throws on passes") {
  const std::string handler = GENERATE(
      as<std::string>(),  //
      "catch (const Error& error) { h(f(...)); }", "catch (const LockWait& wait) { g(wait.by); }",
      "catch (const std::exception&) { error = current_error(); }",
      "catch (const std::exception&) { undo(); throw; }",
      "catch (const json::parse_error& error) { throw Error(error.what()); }",
      "catch (const boost::system::system_error& error) { g(); }");
  INFO(handler);
  CHECK(look_at_body("catch-all", "try { g(); } " + handler) == "");
}

TEST_CASE("catch-all: it holds in core and fakes only, also for functions that are one try") {
  const std::string code = "void f() try { g(); } catch (...) { h(); }";
  CHECK(look_at("catch-all", "core/topo/server.cc", code) != "");
  CHECK(look_at("catch-all", "fakes/etcd/server.cc", code) != "");
  CHECK(look_at("catch-all", "scenarios/run.cc", code) == "");
}

TEST_CASE("await-in-catch: an await in a handler is found") {
  const std::string handler = GENERATE(
      as<std::string>(),  //
      "catch (const Error& e) { if (x) { co_await g(); } }", "catch (...) { co_await g(); }",
      "catch (int) { try { co_await g(); } catch (char) {} }", "catch (int) { co_yield 1; }",
      "catch (const Error& e) { f([&] { return 1; }); co_await g(); }",
      "catch (int) {} catch (const Error&) { co_return co_await g(); }");
  INFO(handler);
  CHECK(look_at_body("await-in-catch", "try { f(); } " + handler) != "");
  CHECK(look_at("await-in-catch", "core/a.cc", "Task<> f() try { g(); } " + handler) != "");
}

TEST_CASE("await-in-catch: an await beside a handler, or in a lambda it makes, passes") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "try { co_await f(); } catch (const Error& e) { x = e; } co_await g();",
      "try { f(); } catch (const Error& e) { x = e; } if (x) co_await undo();",
      "try { f(); } catch (const Error& e) { group.spawn([&]() -> Task<> { co_await g(); }); }",
      "try { try { f(); } catch (int) { g(); } co_await h(); } catch (char) { g(); }",
      "try { f(); } catch (const Error& e) { log(\"co_await\"); /* co_await g(); */ }");
  INFO(statement);
  CHECK(look_at_body("await-in-catch", statement) == "");
}

}  // namespace shardlab::tidy

#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {

TEST_CASE("banned-name: clocks, generators, threads and the environment are found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "std::shuffle(a.begin(), a.end(), engine);", "std::ranges::shuffle(a, engine);",
      "std::uniform_int_distribution<int> d(0, 9);", "std::normal_distribution<> d;",
      "std::random_device device;", "std::mt19937_64 engine;", "auto x = rand();",
      "auto x = std::rand();", "srand(1);", "auto t = time(nullptr);", "auto t = std::time(0);",
      "auto t = std::chrono::system_clock::now();", "using Clock = std::chrono::steady_clock;",
      "std::thread thread(f);", "std::jthread worker(f);", "auto f = std::async(g);",
      "std::this_thread::yield();", "static thread_local int x;", "auto home = getenv(\"HOME\");",
      "setlocale(LC_ALL, \"\");", "std::locale l;", "asio::steady_timer timer(executor);",
      "asio::io_context context;", "auto h = std::hash<std::string>();");
  INFO(statement);
  CHECK(look_at_body("banned-name", statement) != "");
}

TEST_CASE("banned-name: names that only look like them pass") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "auto x = env.random.time();", "row.time = 5;", "TimePoint time(3);", "auto hash = 5;",
      "auto h = vindexes::hash(x);", "int latency_distribution = 3;", "draw(\"shuffle\", 3);",
      "fault.thread = 1;", "auto t = clock->time();", "// std::thread would be wrong here");
  INFO(statement);
  CHECK(look_at_body("banned-name", statement) == "");
}

TEST_CASE("banned-name: floating point is found in sim alone") {
  CHECK(look_at("banned-name", "sim/latency.cc", "double x = 0;") != "");
  CHECK(look_at("banned-name", "core/base/value.cc", "double x = 0;") == "");
}

TEST_CASE("banned-name: tools may look at the clock") {
  const std::string code = "auto t = std::chrono::steady_clock::now();";
  CHECK(look_at("banned-name", "tools/main.cc", code) == "");
}

TEST_CASE("banned-header: real time, real I/O and threads are found") {
  const std::string header =
      GENERATE(as<std::string>(),  //
               "random", "thread", "mutex", "future", "ctime", "locale", "boost/asio.hpp",
               "boost/asio/steady_timer.hpp", "boost/asio/ip/tcp.hpp", "boost/asio/signal_set.hpp",
               "boost/asio/io_context.hpp", "boost/asio/detached.hpp", "fstream", "iostream");
  INFO(header);
  CHECK(look_at("banned-header", "sim/world.cc", "#include <" + header + ">\n") != "");
}

TEST_CASE("banned-header: the coroutine headers pass, and files in scenarios") {
  CHECK(look_at("banned-header", "sim/a.cc", "#include <boost/asio/awaitable.hpp>\n") == "");
  CHECK(look_at("banned-header", "sim/a.cc", "// #include <random>\n#include <vector>\n") == "");
  CHECK(look_at("banned-header", "scenarios/file/load.cc", "#include <fstream>\n") == "");
}

TEST_CASE("hash-order: walking a hash container is found") {
  const std::string statement =
      GENERATE(as<std::string>(),  //
               "std::unordered_map<int, std::vector<int>> rows; for (auto& r : rows) use(r);",
               "std::unordered_set<int> ids_; for (auto id : this->ids_) use(id);",
               "const std::unordered_map<int, int>& rows = f(); use(rows.begin(), 1);");
  INFO(statement);
  CHECK(look_at_body("hash-order", statement) != "");
}

TEST_CASE("hash-order: looking up in one, and walking a sorted one, passes") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "std::unordered_map<int, int> rows; auto found = rows.find(1); if (found == rows.end()) g();",
      "std::map<int, int> rows; for (auto& r : rows) use(r);",
      "std::unordered_set<int> seen; for (auto& r : rows) if (seen.contains(r)) use(r);");
  INFO(statement);
  CHECK(look_at_body("hash-order", statement) == "");
}

TEST_CASE("hash-order: a member declared in the header is known in the source") {
  Tree tree;
  const auto add = [&](const std::string& path, const std::string& code) {
    tree.sources.emplace(std::piecewise_construct, std::forward_as_tuple(path),
                         std::forward_as_tuple(path, code));
  };
  add("core/topo/server.h", "#pragma once\nclass A { std::unordered_map<int, int> rows_; };\n");
  add("core/topo/server.cc", "void A::f() { for (auto& r : rows_) use(r); }\n");
  CHECK(findings_of("hash-order", tree).size() == 1);
}

TEST_CASE("pointer-order: ordering by address and printing one is found") {
  const std::string statement =
      GENERATE(as<std::string>(),  //
               "std::set<Host*> hosts;", "std::map<const sim::Host*, int> hosts;",
               "std::printf(\"%p\", host);", "fmt::print(\"{}\", fmt::ptr(host));",
               "auto key = reinterpret_cast<std::uintptr_t>(host);", "std::less<Host*> less;");
  INFO(statement);
  CHECK(look_at_body("pointer-order", statement) != "");
}

TEST_CASE("pointer-order: pointers as mapped values pass") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "std::map<std::string, Host*> hosts;", "std::vector<Host*> hosts;",
      "std::set<std::pair<int, int>> set;", "host->ptr = nullptr; fmt::print(\"{}%\", 5);");
  INFO(statement);
  CHECK(look_at_body("pointer-order", statement) == "");
}

}  // namespace shardlab::tidy

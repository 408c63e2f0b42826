#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {

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

TEST_CASE("hash-order: neither another name nor a detour hides a walk") {
  const std::string statement = GENERATE(
      as<std::string>(), R"y(std::unordered_map<int,int> m; for (auto it = std::begin(m);;) f();)y",
      R"y(std::unordered_set<int> m; std::ranges::for_each(m, f);)y",
      R"y(std::unordered_set<int> m; std::vector<int> v(m.cbegin(), m.cend());)y",
      R"y(using Index = std::unordered_map<int,int>; Index m; for (auto& e : m) f();)y",
      R"y(std::unordered_map<int,int> f(); for (auto& e : f()) g();)y",
      R"y(auto m = std::unordered_map<int,int>(); for (auto& e : m) g();)y",
      R"y(std::unordered_map<int,int> m{}; auto& n = m; for (auto& e : n) g();)y",
      R"y(for (auto& e : std::unordered_set<int>{1,2}) g();)y",
      R"y(std::unordered_map<int,int> a, b; for (auto& e : b) g();)y",
      R"y(boost::unordered_flat_map<int,int> m; for (auto& e : m) g();)y",
      R"y(std::unordered_map<int,int> m; for (auto& e : m | std::views::keys) g();)y",
      R"y(std::unordered_map<int,int> m; for (const auto& e : std::as_const(m)) g();)y",
      R"y(struct S { std::unordered_map<int,int> m; }; S s; for (auto& e : s.m) g();)y",
      R"y(std::unordered_map<int,int>* m = f(); for (auto& e : *m) g();)y",
      R"y(std::unordered_set<int> ids; text = fmt::format("{}", fmt::join(ids, ","));)y");
  INFO(statement);
  CHECK(look_at_body("hash-order", statement) != "");
}

TEST_CASE("hash-order: what does not show the order passes") {
  const std::string statement = GENERATE(
      as<std::string>(),
      R"y(std::unordered_map<int, int> m; m[3] = 4; m.emplace(1, 2); m.erase(1);)y",
      R"y(std::unordered_set<int> ids; if (ids.insert(3).second) f(ids.size());)y",
      R"y(using Index = std::unordered_map<int, int>; Index m; return m.contains(3);)y",
      R"y(std::map<int, int> m; for (auto& e : m) f(); std::unordered_set<int> n; n.clear();)y");
  INFO(statement);
  CHECK(look_at_body("hash-order", statement) == "");
}

TEST_CASE("pointer-order: every key with a pointer in it, and every address as a number") {
  const std::string statement = GENERATE(
      as<std::string>(), R"y(std::set<std::shared_ptr<X>> s;)y",
      R"y(std::map<std::unique_ptr<X>, int> s;)y", R"y(std::greater<Foo*> l;)y",
      R"y(auto x = reinterpret_cast<std::size_t>(p);)y",
      R"y(auto x = reinterpret_cast<std::uint64_t>(&y);)y",
      R"y(auto y = reinterpret_cast<long>(p);)y",
      R"y(fmt::format("{}", static_cast<const void*>(p));)y", R"y(fmt::format("{:p}", p);)y",
      R"y(if (&a < &b) f();)y", R"y(return this < &other;)y",
      R"y(std::owner_less<std::shared_ptr<X>> o;)y", R"y(std::unordered_set<Foo*> s;)y",
      R"y(boost::container::flat_map<Foo*, int> m;)y", R"y(std::priority_queue<Foo*> q;)y",
      R"y(std::multimap<std::pair<Foo*, int>, int> m;)y", R"y(std::set<std::pair<int, Foo*>> s;)y",
      R"y(std::hash<Foo*>{}(p);)y", R"y(using Key = Host*; std::map<Key, int> m;)y",
      R"y(using Ptr = std::shared_ptr<Host>; std::set<Ptr> s;)y",
      R"y(std::map<std::weak_ptr<X>, int, std::owner_less<>> m;)y");
  INFO(statement);
  CHECK(look_at_body("pointer-order", statement) != "");
}

TEST_CASE("pointer-order: pointers that are values, and casts between pointers, pass") {
  const std::string statement =
      GENERATE(as<std::string>(), R"y(std::map<int, std::shared_ptr<X>> m;)y",
               R"y(auto* p = reinterpret_cast<const char*>(q);)y",
               R"y(auto& r = reinterpret_cast<Handle&>(q);)y",
               R"y(using Ptr = std::shared_ptr<X>; std::map<int, Ptr> m;)y",
               R"y(std::ranges::find(list, 3, &Row::id);)y",
               R"y(auto* handle = static_cast<Handle*>(context);)y", R"y(std::less<> less;)y",
               R"y(if (a < b) f();)y");
  INFO(statement);
  CHECK(look_at_body("pointer-order", statement) == "");
}

}  // namespace shardlab::tidy

#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {
namespace {

std::string in_two_files(const std::string& header, const std::string& body) {
  return to_text(findings_of(
      "hash-order", tree_of({{"core/topo/records.h", "#pragma once\n" + header + "\n"},
                             {"fakes/etcd/server.cc", "void A::f() { " + body + " }\n"}})));
}

}  // namespace

TEST_CASE("hash-order: walking a hash container is found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "for (auto& r : rows) use(r);", "for (auto& [k, v] : rows) use(k);",
      "for (auto r : std::as_const(rows)) use(r);", "for (auto& r : (rows)) use(r);",
      "for (int i = 0; auto& r : rows) use(r);", "for (auto it = rows.begin(); f(it);) use(it);",
      "auto it = rows.cbegin();", "auto it = std::begin(rows);", "auto it = begin(rows);",
      "auto it = std::ranges::begin(rows);", "std::ranges::for_each(rows, use);",
      "std::vector<int> v(rows.begin(), rows.end());", "std::ranges::copy(rows, out);",
      "auto n = std::accumulate(rows.begin(), rows.end(), 0);",
      "auto keys = std::views::keys(rows);", "auto keys = rows | std::views::keys;",
      "for (auto& k : rows | std::views::keys) use(k);", "auto text = fmt::format(\"{}\", rows);",
      "auto text = fmt::join(rows, \",\");", "auto& all = rows; for (auto& r : all) use(r);",
      "auto all = std::move(rows); all.begin();", "auto first = *rows.begin();",
      "v.append_range(rows);", "std::vector<int> v(std::from_range, rows);",
      "auto found = std::ranges::max_element(rows);");
  INFO(statement);
  CHECK(look_at_body("hash-order",
                     "std::unordered_map<int, std::vector<int>> rows; " + statement) != "");
}

TEST_CASE("hash-order: every way to get a hash container is known") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "std::unordered_set<int> ids_; for (auto id : this->ids_) use(id);",
      "const std::unordered_map<int, int>& rows = f(); use(rows.begin(), 1);",
      "std::unordered_multimap<int, int> rows{{1, 2}}; for (auto& r : rows) use(r);",
      "boost::unordered_flat_map<int, int> rows; for (auto& r : rows) use(r);",
      "absl::flat_hash_map<int, int> rows; for (auto& r : rows) use(r);",
      "std::pmr::unordered_set<int> rows; for (auto& r : rows) use(r);",
      "using Index = std::unordered_map<int, int>; Index rows; for (auto& r : rows) use(r);",
      "typedef std::unordered_set<int> Ids; Ids ids; ids.begin();",
      "for (int x : std::unordered_set<int>{1, 2}) use(x);",
      "std::map<int, std::unordered_set<int>> groups; for (int x : groups[1]) use(x);",
      "std::map<int, std::unordered_set<int>> groups; for (int x : groups.at(1)) use(x);",
      "std::vector<std::unordered_set<int>> all; for (auto& s : all) for (int x : s) use(x);",
      "std::map<int, std::unordered_set<int>> g; for (auto& [k, s] : g) for (int x : s) use(x);",
      "std::optional<std::unordered_set<int>> ids; for (int x : *ids) use(x);",
      "auto m = std::make_shared<std::unordered_set<int>>(); for (int x : *m) use(x);",
      "std::map<int, std::unordered_set<int>> g; for (int x : g.find(1)->second) use(x);",
      "auto f = [](const std::unordered_set<int>& ids) { for (int x : ids) use(x); };");
  INFO(statement);
  CHECK(look_at_body("hash-order", statement) != "");
}

TEST_CASE("hash-order: what another file declares is known") {
  CHECK(in_two_files("struct A { std::unordered_map<int, int> rows_; };",
                     "for (auto& r : rows_) use(r);") != "");
  CHECK(in_two_files("struct R { std::unordered_set<int> ids; };", "for (int x : r.ids) use(x);") !=
        "");
  CHECK(in_two_files("struct R { std::unordered_set<int> ids; };", "use(record->ids.begin());") !=
        "");
  CHECK(in_two_files("using Index = std::unordered_map<int, int>;",
                     "Index rows; for (auto& r : rows) use(r);") != "");
  CHECK(in_two_files("std::unordered_map<int, int> index_of(int x);",
                     "for (auto& r : index_of(3)) use(r);") != "");
  CHECK(in_two_files("auto index() const -> const std::unordered_map<int, int>&;",
                     "for (auto& r : index()) use(r);") != "");
  CHECK(in_two_files("const std::unordered_map<int, int>& index();",
                     "auto& rows = server.index(); for (auto& r : rows) use(r);") != "");
  CHECK(in_two_files("using A = std::unordered_set<int>; using B = A; struct R { B b_; };",
                     "std::ranges::for_each(b_, use);") != "");
}

TEST_CASE("hash-order: looking up in one, and walking a sorted one, passes") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "auto found = rows.find(1); if (found == rows.end()) g();", "rows[1] = 2; rows.erase(1);",
      "std::erase_if(rows, [](auto& r) { return r.second == 1; });", "use(rows.size());",
      "std::map<int, int> sorted; for (auto& r : sorted) use(r);",
      "rows.insert(a.begin(), a.end());", "for (auto& r : list) if (rows.contains(r)) use(r);",
      "for (auto x : rows[1]) use(x);", "for (auto x : rows.at(1)) use(x);",
      "std::ranges::for_each(list, [&](int k) { rows[k]++; });",
      "auto n = std::ranges::size(rows);", "g(rows); auto copy = rows;",
      "for (auto x : f(rows)) use(x);", "fmt::format(\"{}\", rows.size());",
      "if (flags | rows.size()) g();");
  INFO(statement);
  CHECK(look_at_body("hash-order",
                     "std::unordered_map<int, std::vector<int>> rows; " + statement) == "");
}

TEST_CASE("hash-order: a name inside one function says nothing about another one") {
  const std::string code =
      "void f() { std::unordered_map<int, int> rows; rows[1] = 2; }\n"
      "void g(const std::unordered_map<int, int>& rows);\n"
      "void h() { std::map<int, int> rows; for (auto& r : rows) use(r); }\n";
  CHECK(look_at("hash-order", "core/topo/a.cc", code) == "");
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

}  // namespace shardlab::tidy

#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {

TEST_CASE("pointer-order: containers ordered by address are found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "std::set<Host*> hosts;", "std::map<const sim::Host*, int> hosts;", "std::less<Host*> less;",
      "std::set<std::shared_ptr<Host>> hosts;", "std::set<std::unique_ptr<Host>> hosts;",
      "std::map<std::weak_ptr<Host>, int, std::owner_less<>> hosts;", "std::greater<Host*> order;",
      "std::multimap<Host*, int> hosts;", "std::multiset<Host const*> hosts;",
      "boost::container::flat_map<Host*, int> hosts;", "flat_set<Host*> hosts;",
      "std::set<std::pair<int, Host*>> hosts;", "std::map<std::tuple<Host*, int>, int> hosts;",
      "using Key = Host*; std::map<Key, int> hosts;",
      "using Ref = std::shared_ptr<Host>; std::set<Ref> s;", "std::set<Host*, std::less<>> hosts;",
      "std::map<Host*, int, std::less<Host*>> hosts;", "std::priority_queue<Host*> hosts;",
      "std::set<void*> blocks;", "std::map<void (*)(), int> m;",
      "typedef const Host* Key; std::set<Key> hosts;", "\n#define HOSTS std::set<Host*>\n");
  INFO(statement);
  CHECK(look_at_body("pointer-order", statement) != "");
}

TEST_CASE("pointer-order: comparing and sorting addresses is found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "std::sort(a, b, [](auto& x, auto& y) { return &x < &y; });", "if (this < other) swap();",
      "if (&other > this) swap();", "return this <=> &other;", "if (a.get() < b.get()) f();",
      "return std::addressof(a) < std::addressof(b);", "return &a.rows <= &b.rows;",
      "std::vector<Host*> v; std::sort(v.begin(), v.end());", "std::less<>{}(&a, &b);",
      "std::vector<Host*> v; std::sort(std::begin(v), std::end(v));", "std::less<>()(this, b);",
      "std::vector<Host*> v; std::sort(v.begin(), v.end(), std::less<>());",
      "std::sort(a, b, [](const Host* x, const Host* y) { return x < y; });",
      "std::compare_three_way{}(&a, &b);", "std::vector<const Host*> v; std::ranges::sort(v);",
      "if (a.owner_before(b)) f();",
      "std::vector<std::shared_ptr<Host>> v; std::stable_sort(v.begin(), v.end());",
      "std::array<Host*, 3> v; auto x = *std::max_element(v.begin(), v.end());");
  INFO(statement);
  CHECK(look_at_body("pointer-order", statement) != "");
}

TEST_CASE("pointer-order: addresses as numbers and as text are found") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "std::printf(\"%p\", host);", "f(\"at %p in\", host);", "f(\"%-20p\", host);",
      "fmt::print(\"{}\", fmt::ptr(host));", "auto text = fmt::format(\"{:p}\", x);",
      "auto text = fmt::format(\"{0:>20p}\", x);",
      "auto key = reinterpret_cast<std::uintptr_t>(host);",
      "log(fmt::format(\"{}\", (void*)host));", "log(fmt::format(\"{}\", (const void*)host));",
      "auto key = reinterpret_cast<intptr_t>(host);",
      "auto key = reinterpret_cast<std::size_t>(p);",
      "auto key = reinterpret_cast<std::uint64_t>(this);", "auto key = (std::uintptr_t)host;",
      "auto key = reinterpret_cast<unsigned long>(host);",
      "auto key = std::bit_cast<std::size_t>(&x);",
      "auto text = fmt::format(\"{}\", static_cast<void*>(host));",
      "auto text = fmt::format(\"{}\", static_cast<const void*>(host));",
      "out << static_cast<const void*>(host);", "fmt::print(\"{}\", f(static_cast<void*>(host)));");
  INFO(statement);
  CHECK(look_at_body("pointer-order", statement) != "");
}

TEST_CASE("pointer-order: pointers that only point pass") {
  const std::string statement = GENERATE(
      as<std::string>(),  //
      "std::map<std::string, Host*> hosts;", "std::vector<Host*> hosts;",
      "std::set<std::pair<int, int>> set;", "host->ptr = nullptr; fmt::print(\"{}%\", 5);",
      "std::set<Host*, ByName> hosts;", "std::map<Host*, int, ByName> hosts;",
      "std::map<int, std::shared_ptr<Host>> hosts;",
      "std::map<int, std::function<void(Host*)>> calls;", "fmt::format(\"{name: stop}\", x);",
      "std::vector<Host*> v; std::ranges::sort(v, by_name);", "f(\"50 % p\");", "f(\"{p}\", p);",
      "std::vector<Host*> v; std::sort(v.begin(), v.end(), by_name);", "if (this == &other) f();",
      "auto p = reinterpret_cast<const std::uint64_t*>(bytes);", "x = std::bit_cast<int>(y);",
      "std::vector<int> v; std::ranges::sort(v);", "std::less<>{}(a, b);",
      "std::sort(a, b, [](const Host* x, const Host* y) { return x->id < y->id; });",
      "auto f = [](int* x, int y) { return *x < y; };",
      "auto f = [](int x, int y) { return x < y; };", "if (a < b && &c == d) f();", "out << &x;",
      "f(static_cast<void*>(p));", "if (a & b < c) f();", "if (i < this->size_) f();",
      "auto p = reinterpret_cast<unsigned char*>(text);", "if (x.get() < 5) f();");
  INFO(statement);
  CHECK(look_at_body("pointer-order", statement) == "");
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

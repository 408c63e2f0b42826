#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {

TEST_CASE("await-by-value: references to data are found") {
  const std::string declaration = GENERATE(
      as<std::string>(),  //
      "Task<> write(const Record& record);", "Task<> write(Record const& record);",
      "Task<Result<int>> Server::write(int a, const std::map<int, Row>& rows) {",
      "Task<> write(Record&& record);", "template <class F> Task<> write(F&& f);",
      "virtual Task<std::vector<Row>> rows(const Query& query) = 0;",
      "Task<> write(const auto& x);", "Task<> write(std::function<void(int)> const& visit);",
      "Task<> write(const std::function<void()>& visit);", "Task<> write(int a = 1, auto&& b);",
      "Task<> write(std::vector<Row>& rows);", "Task<> write(std::unordered_map<int, int>& rows);",
      "Task<> write(std::string& text);", "Task<> write(std::optional<std::string>& text);",
      "Task<> write(const Row* const& row);", "Task<> write(const std::array<int, 3>& a);",
      "Task<> write(const Row (&rows)[3]);");
  INFO(declaration);
  CHECK(look_at("await-by-value", "core/topo/server.h", declaration) != "");
}

TEST_CASE("await-by-value: views of data are found") {
  const std::string type =
      GENERATE(as<std::string>(),  //
               "std::string_view", "std::span<const int>", "std::initializer_list<Row>",
               "fmt::format_string<Args...>", "std::optional<std::string_view>",
               "const std::string_view", "std::vector<std::span<int>>",
               "std::basic_string_view<char>", "std::reference_wrapper<const Row>");
  INFO(type);
  const std::string declaration = "Task<> write(int version, " + type + " x);";
  CHECK(look_at("await-by-value", "core/topo/server.h", declaration) != "");
}

TEST_CASE("await-by-value: every way to write an awaited function is known") {
  const std::string declaration = GENERATE(
      as<std::string>(),  //
      "std::function<Task<>(const Query&)> handler;", "Task<> operator()(const Query& query);",
      "auto f = [](const Query& query) mutable -> Task<> { co_return; };",
      "auto write(const Record& record) -> Task<>;", "auto write(Record&& r) -> shardlab::Task<>;",
      "auto write(const Record& r) const noexcept -> Task<>;",
      "auto write(const Record& r) noexcept(true) -> Task<>;",
      "template <class T> Task<T> Server<T>::write(const T& value) {",
      "Task<> (*write)(const Query&);", "Task<> operator+=(const Query& query);",
      "asio::awaitable<void, Executor> write(const Record& record);",
      "using Reply = Task<int>; Reply write(const Record& record);",
      "template <class T> using Reply = shardlab::Task<T>; Reply<int> write(std::string_view a);",
      "typedef Task<int> Reply; Reply write(const Record& record);",
      "using Reply = Task<int>; using Answer = Reply; Answer write(const Record& record);",
      "using Name = std::string_view; Task<> write(Name name);",
      "using Ref = const Record&; Task<> write(Ref record);",
      "#define DECLARE(name) Task<> name(const Record& record)\n");
  INFO(declaration);
  CHECK(look_at("await-by-value", "core/topo/server.h", declaration) != "");
}

TEST_CASE("await-by-value: an alias of another header is known") {
  const Tree tree = tree_of({{"core/base/reply.h", "using Reply = Task<int>;"},
                             {"core/topo/server.h", "Reply write(const Record& record);"}});
  CHECK(findings_of("await-by-value", tree).size() == 1);
}

TEST_CASE("await-by-value: values and references to services pass") {
  const std::string declaration = GENERATE(
      as<std::string>(),  //
      "Task<> write(Record record);", "Task<> write(Server& server, std::vector<const Row*> rows);",
      "Task<Result<int>> Server::write(std::function<void(const Row&)> visit, int a = b && c) {",
      "template <class T> Task<Result<T>> capture(Task<T> task);",
      "void write(const Record& record, Task<> task);", "Task<> write(const Session* session);",
      "Task<> child = write(std::string_view(name));", "const Row& row(std::string_view name);",
      "Task<> write(std::function<void(std::string_view)> visit);", "std::vector<Task<>> tasks;",
      "auto f = [](Server& server, std::string name) -> Task<> { co_return; };",
      "Task<> write(std::map<int, std::string> rows, std::shared_ptr<const Row> row);",
      "using Reply = Result<int>; Reply write(const Record& record);",
      "Task<Row&> row(int number);",
      "void each(std::function<Task<>(int)> visit, std::string_view name);");
  INFO(declaration);
  CHECK(look_at("await-by-value", "core/topo/server.h", declaration) == "");
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

}  // namespace shardlab::tidy

#include "core/sql/statement_cache.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/sql/parser.h"

using namespace shardlab;
using namespace shardlab::sql;

TEST_CASE("StatementCache: the second time gives what the first time gave") {
  StatementCache cache;
  const std::string text = "SELECT message FROM messages WHERE page = :page ORDER BY page";
  const Statement first = cache.parse(text);
  CHECK(first == parse(text));
  CHECK(cache.parse(text) == first);
}

TEST_CASE("StatementCache: changing what it gave does not change what it gives") {
  StatementCache cache;
  const std::string text = "SELECT message FROM messages WHERE page = :page";
  Statement bound = cache.parse(text);
  bind_variables(bound, {{"page", Value::of_uint(5)}});
  CHECK(bound != parse(text));
  CHECK(cache.parse(text) == parse(text));
}

TEST_CASE("StatementCache: it stays right when more texts come than it holds") {
  StatementCache cache;
  for (int round = 0; round < 2; ++round) {
    for (int page = 0; page < 1500; ++page) {
      const std::string text = fmt::format("SELECT message FROM messages WHERE page = {}", page);
      REQUIRE(cache.parse(text) == parse(text));
    }
  }
}

TEST_CASE("StatementCache: a wrong statement fails every time") {
  StatementCache cache;
  for (int round = 0; round < 2; ++round) CHECK_THROWS_AS(cache.parse("SELECT FROM"), Error);
}

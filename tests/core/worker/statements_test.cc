#include "core/worker/statements.h"

#include <catch2/catch.hpp>

#include "core/base/error.h"

using namespace shardlab;
using namespace shardlab::worker;

namespace {

const StatementTable messages{"vt_ks", "messages", {"page", "message"}, 1};

Row row(std::int64_t page) { return {Value::of_int(page), Value::of_text("m")}; }

}  // namespace

TEST_CASE("Statements: a table of key columns only is updated in its key", "[unit]") {
  const StatementTable keys_only{"d", "t", {"a", "b"}, 2};
  CHECK(update_statement(keys_only, {Value::of_int(1), Value::of_text("x")}) ==
        "UPDATE `d`.`t` SET `a`=1,`b`='x' WHERE `a`=1 AND `b`='x'");
}

TEST_CASE("Statements: a delete of several key columns joins them per row", "[unit]") {
  const StatementTable two_keys{"d", "t", {"a", "b", "c"}, 2};
  const Row deleted{Value::of_int(1), Value::of_int(2), Value::null()};
  CHECK(delete_statement(two_keys, {deleted, deleted}) ==
        "DELETE FROM `d`.`t` WHERE (`a`=1 AND `b`=2) OR (`a`=1 AND `b`=2)");
}

TEST_CASE("Statements: every update is a statement of its own", "[unit]") {
  StatementBatcher batcher(ActionKind::update, messages, 100, 1 << 20);
  for (int page = 1; page <= 2; ++page) {
    const auto statement = batcher.add(row(page));
    REQUIRE(statement);
    CHECK(statement->sql == update_statement(messages, row(page)));
    CHECK(statement->rows == 1);
  }
  CHECK_FALSE(batcher.flush());
}

TEST_CASE("Statements: a batch is the text of its rows and starts afresh", "[unit]") {
  StatementBatcher batcher(ActionKind::insert, messages, 2, 1 << 20);
  CHECK_FALSE(batcher.add(row(1)));
  const auto full = batcher.add(row(2));
  REQUIRE(full);
  CHECK(full->sql == insert_statement(messages, {row(1), row(2)}));
  CHECK_FALSE(batcher.add(row(3)));
  const auto rest = batcher.flush();
  REQUIRE(rest);
  CHECK(rest->sql == insert_statement(messages, {row(3)}));
  CHECK_FALSE(batcher.flush());
}

TEST_CASE("Statements: rows without a key are never updated or deleted", "[unit]") {
  const StatementTable no_key{"d", "t", {"a"}, 0};
  CHECK_THROWS_AS(delete_statement(no_key, {{Value::of_int(1)}}), BugError);
  CHECK_THROWS_AS(StatementBatcher(ActionKind::update, no_key, 1, 1), BugError);
}

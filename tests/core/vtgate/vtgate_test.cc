#include "core/vtgate/vtgate.h"

#include <catch2/catch.hpp>

#include "core/key/error_of.h"
#include "core/vtgate/conn.h"
#include "tests/core/vtgate/two_shards.h"

namespace shardlab::vtgate {
namespace {

using tests::ProcessPorts;
using tests::TwoShards;
using tests::vtgate_address;

using Log = std::vector<std::string>;

/// The statements of one session, and what came of each: `"2 rows"`, or the error's text.
Task<> talk(ProcessPorts& ports, std::string target, std::vector<std::string> statements,
            Log& answers) {
  VtGateConn conn(ports.rpc, vtgate_address, std::move(target));
  for (const std::string& statement : statements) {
    auto result = co_await capture(conn.execute(statement, sql::BindVariables(), 10s));
    if (result) {
      answers.push_back(std::to_string(result->rows.size()) + " rows, " +
                        std::to_string(result->rows_affected) + " affected");
    } else {
      const Error error = error_of(result);
      answers.push_back(std::string(to_string(error.code())) + ": " + error.message());
    }
  }
}

Log answers_of(TwoShards& shards, const std::string& target, const Log& statements) {
  Log answers;
  shards.world.run([&](ProcessPorts& ports) { return talk(ports, target, statements, answers); });
  return answers;
}

constexpr const char* insert_left = "insert into messages(page) values (1)";
constexpr const char* insert_left_sent =
    "insert into messages(page) values (1) /* vtgate:: keyspace_id:166b40b44aba4bd6 */";
constexpr const char* insert_right_sent =
    "insert into messages(page) values (4) /* vtgate:: keyspace_id:d2fd8867d50d2dfe */";
constexpr const char* insert_both = "insert into messages(page) values (1), (4)";

TEST_CASE("vtgate: a read goes to a tablet of the type, on the shard of its page") {
  TwoShards shards;
  CHECK(answers_of(shards, "test_keyspace@replica", {"select page from messages where page = 1"}) ==
        Log{"1 rows, 1 affected"});
  CHECK(shards.replica.log == Log{"0 select page from messages where page = 1"});
  CHECK(shards.left.log.empty());
  CHECK(shards.right.log.empty());
}

TEST_CASE("vtgate: a scatter concatenates the shards' rows") {
  TwoShards shards;
  CHECK(answers_of(shards, "test_keyspace", {"select page from messages"}) ==
        Log{"2 rows, 2 affected"});
}

TEST_CASE("vtgate: a read that can match nothing only asks for the columns") {
  TwoShards shards;
  answers_of(shards, "test_keyspace", {"select page from messages where page = null"});
  CHECK(shards.left.log == Log{"0 select page from messages where 1 != 1"});
}

TEST_CASE("vtgate: a write to one shard outside a transaction commits by itself") {
  TwoShards shards;
  CHECK(answers_of(shards, "test_keyspace", {insert_left}) == Log{"1 rows, 1 affected"});
  CHECK(shards.left.log == Log{std::string("0 ") + insert_left_sent});
}

TEST_CASE("vtgate: a transaction begins on a shard with its first write there") {
  TwoShards shards;
  answers_of(shards, "test_keyspace",
             {"begin", "select page from messages where page = 1", insert_left,
              "select page from messages where page = 1", "commit"});
  CHECK(shards.left.log == Log{"0 select page from messages where page = 1",
                               std::string("begin ") + insert_left_sent,
                               "1 select page from messages where page = 1", "commit 1"});
  CHECK(shards.right.log.empty());
}

TEST_CASE("vtgate: ROLLBACK ends the transaction on every shard, errors or not") {
  TwoShards shards;
  struct GivingUp {
    static Task<> run(ProcessPorts& ports, TwoShards& shards) {
      VtGateConn conn(ports.rpc, vtgate_address, "test_keyspace");
      co_await conn.begin(1s);
      co_await conn.execute(insert_both, sql::BindVariables(), 1s);
      shards.left.errors.push_back(Error(Errc::unavailable, "down"));
      co_await conn.rollback(1s);
      CHECK_FALSE(conn.in_transaction());
    }
  };
  shards.world.run([&](ProcessPorts& ports) { return GivingUp::run(ports, shards); });
  CHECK(shards.left.log.back() == "rollback 1");
  CHECK(shards.right.log.back() == "rollback 1");
}

TEST_CASE("vtgate: a write to several shards gets a transaction of its own") {
  TwoShards shards;
  CHECK(answers_of(shards, "test_keyspace", {insert_both}) == Log{"2 rows, 2 affected"});
  CHECK(shards.left.log == Log{std::string("begin ") + insert_left_sent, "commit 1"});
  CHECK(shards.right.log == Log{std::string("begin ") + insert_right_sent, "commit 1"});
}

TEST_CASE("vtgate: a write that fails on one of several shards is undone on the others") {
  TwoShards shards;
  shards.right.errors.push_back(Error(Errc::sql, "Duplicate entry", 1062));
  const Log answers = answers_of(shards, "test_keyspace", {"begin", insert_both, "commit"});
  CHECK(answers[1] ==
        "sql: transaction rolled back due to partial DML execution: target: "
        "test_keyspace.80-.master, used tablet: test-300 (10.64.2.50): Duplicate entry");
  CHECK(shards.left.log.back() == "rollback 1");
  CHECK(shards.right.log == Log{std::string("begin ") + insert_right_sent});
}

TEST_CASE("vtgate: a statement that MySQL refuses leaves the transaction open") {
  TwoShards shards;
  struct Refused {
    static Task<> run(ProcessPorts& ports, TwoShards& shards) {
      VtGateConn conn(ports.rpc, vtgate_address, "test_keyspace");
      co_await conn.begin(1s);
      co_await conn.execute(insert_left, sql::BindVariables(), 1s);
      shards.left.errors.push_back(Error(Errc::sql, "Duplicate entry", 1062));
      auto refused = co_await capture(conn.execute(insert_left, sql::BindVariables(), 1s));
      CHECK(error_of(refused).sql_errno() == 1062);
      CHECK(conn.in_transaction());
      co_await conn.commit(1s);
      CHECK_FALSE(conn.in_transaction());
    }
  };
  shards.world.run([&](ProcessPorts& ports) { return Refused::run(ports, shards); });
  CHECK(shards.left.log.back() == "commit 1");
}

TEST_CASE("vtgate: a transaction whose tablet is lost is rolled back and says so") {
  TwoShards shards;
  struct Lost {
    static Task<> run(ProcessPorts& ports, TwoShards& shards) {
      VtGateConn conn(ports.rpc, vtgate_address, "test_keyspace");
      co_await conn.begin(1s);
      co_await conn.execute(insert_left, sql::BindVariables(), 1s);
      shards.left.errors.push_back(Error(Errc::outcome_unknown, "connection lost"));
      auto refused = co_await capture(conn.execute(insert_left, sql::BindVariables(), 1s));
      CHECK(error_of(refused).code() == Errc::unavailable);
      CHECK_FALSE(conn.in_transaction());
    }
  };
  shards.world.run([&](ProcessPorts& ports) { return Lost::run(ports, shards); });
  CHECK(shards.left.log.back() == "rollback 1");
}

TEST_CASE("vtgate: when the first shard cannot commit the others are rolled back") {
  TwoShards shards;
  struct Failing {
    static Task<> run(ProcessPorts& ports, TwoShards& shards, Errc& code) {
      VtGateConn conn(ports.rpc, vtgate_address, "test_keyspace");
      co_await conn.begin(1s);
      co_await conn.execute(insert_both, sql::BindVariables(), 1s);
      shards.left.errors.push_back(Error(Errc::read_only, "read-only", 1290));
      auto committed = co_await capture(conn.commit(1s));
      code = error_of(committed).code();
    }
  };
  Errc code{};
  shards.world.run([&](ProcessPorts& ports) { return Failing::run(ports, shards, code); });
  CHECK(code == Errc::read_only);
  CHECK(shards.left.log.back() == "commit 1");
  CHECK(shards.right.log.back() == "rollback 1");
}

TEST_CASE("vtgate: a transaction committed on one shard only is an unknown outcome") {
  TwoShards shards;
  struct Failing {
    static Task<> run(ProcessPorts& ports, TwoShards& shards, std::optional<Error>& error) {
      VtGateConn conn(ports.rpc, vtgate_address, "test_keyspace");
      co_await conn.begin(1s);
      co_await conn.execute(insert_both, sql::BindVariables(), 1s);
      shards.right.errors.push_back(Error(Errc::unavailable, "down"));
      auto committed = co_await capture(conn.commit(1s));
      error = error_of(committed);
    }
  };
  std::optional<Error> error;
  shards.world.run([&](ProcessPorts& ports) { return Failing::run(ports, shards, error); });
  REQUIRE(error);
  CHECK(error->code() == Errc::outcome_unknown);
  CHECK_THAT(error->message(),
             Catch::Matchers::StartsWith("transaction committed on 1 of 2 shards: "));
}

TEST_CASE("vtgate: a write on replicas is refused without asking one") {
  TwoShards shards;
  CHECK(answers_of(shards, "test_keyspace@replica", {insert_left}) ==
        Log{"failed_precondition: transactional statement disallowed on non-master tablet: "
            "replica"});
  CHECK(shards.replica.log.empty());
}

TEST_CASE("vtgate: a target with a shard bypasses the VSchema") {
  TwoShards shards;
  answers_of(shards, "test_keyspace:80-", {"select page from messages where page = 1"});
  CHECK(shards.left.log.empty());
  CHECK(shards.right.log == Log{"0 select page from messages where page = 1"});
}

TEST_CASE("vtgate: requests that name nothing known are errors") {
  TwoShards shards;
  CHECK_THAT(answers_of(shards, "@master", {"select page from nothing"})[0],
             Catch::Matchers::Equals("not_found: table nothing not found"));
  CHECK(answers_of(shards, "test_keyspace@spare", {"select page from messages"}) ==
        Log{"unavailable: No partition found for tabletType spare in keyspace test_keyspace"});
  CHECK_THAT(answers_of(shards, "test_keyspace", {"show tables"})[0],
             Catch::Matchers::StartsWith("unsupported: "));
}

TEST_CASE("vtgate: a tablet's refusal reaches the client with its code") {
  TwoShards shards;
  shards.left.errors.push_back(
      Error(Errc::failed_precondition, "operation not allowed in state NOT_SERVING"));
  CHECK(answers_of(shards, "test_keyspace", {insert_left}) ==
        Log{"failed_precondition: target: test_keyspace.-80.master, used tablet: test-200 "
            "(10.64.2.200): operation not allowed in state NOT_SERVING"});
}

}  // namespace
}  // namespace shardlab::vtgate

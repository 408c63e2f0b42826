#include <array>
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "tests/fakes/mysql/test_server.h"

namespace shardlab::fakes::mysql {
namespace {

const char* const pairs_table =
    "CREATE TABLE t (a INT, b INT, v INT, u INT, PRIMARY KEY (a, b), UNIQUE KEY by_u (u))";

TEST_CASE("transactions: others see changes at the commit, oneself at once") {
  TestServer server({pairs_table});
  auto one = server.session();
  auto two = server.session();
  one.run("BEGIN");
  CHECK(one.status("INSERT INTO t VALUES (1, 1, 5, 1)") == "ok 1");
  CHECK(one.rows("SELECT v FROM t") == "5");
  CHECK(two.rows("SELECT v FROM t") == "");
  CHECK(two.status("INSERT INTO t VALUES (2, 2, 6, 2)") == "ok 1");
  CHECK(one.rows("SELECT v FROM t ORDER BY a") == "5");  // its first read took a snapshot
  CHECK(one.status("COMMIT") == "ok 0");
  CHECK(two.rows("SELECT v FROM t ORDER BY a") == "5|6");
}

TEST_CASE("transactions: a rollback and a closed session leave nothing") {
  TestServer server({pairs_table});
  auto one = server.session();
  auto two = server.session();
  two.run("INSERT INTO t VALUES (1, 1, 5, 1)");
  one.run("BEGIN");
  one.run("UPDATE t SET v = 9");
  CHECK(two.status("UPDATE t SET v = 6 WHERE a = 1 AND b = 1") ==
        "blocked by " + std::to_string(one.id()));
  one.run("ROLLBACK");
  CHECK(two.status("UPDATE t SET v = 6 WHERE a = 1 AND b = 1") == "ok 1");
  auto gone = server.session();
  gone.run("START TRANSACTION");
  gone.run("DELETE FROM t");
  server.engine->close_session(gone.id());
  CHECK(two.rows("SELECT v FROM t") == "6");
}

TEST_CASE("transactions: a failed statement is undone, the rest of its transaction stays") {
  TestServer server({pairs_table});
  auto one = server.session();
  auto two = server.session();
  one.run("BEGIN");
  one.run("INSERT INTO t VALUES (1, 1, 1, 1)");
  CHECK(one.status("INSERT INTO t VALUES (2, 2, 2, 2), (1, 1, 3, 3)") ==
        "1062 Duplicate entry '1-1' for key 'PRIMARY'");
  CHECK(one.rows("SELECT a FROM t") == "1");
  two.run("INSERT INTO t VALUES (8, 8, 8, 8)");  // makes the next statement replay
  CHECK(one.rows("SELECT a FROM t ORDER BY a FOR UPDATE") == "1|8");
  const Outcome commit = one.run("COMMIT");
  CHECK(commit.committed_rows == 1);
  CHECK(two.rows("SELECT a FROM t ORDER BY a") == "1|8");
}

TEST_CASE("transactions: rows, key ranges and tables are locked as the WHERE pins them down") {
  TestServer server({pairs_table, "CREATE TABLE o (id INT PRIMARY KEY)"});
  auto one = server.session();
  auto two = server.session();
  two.run("INSERT INTO t VALUES (1, 1, 0, 11), (1, 2, 0, 12), (2, 1, 0, 21)");
  const std::string blocked = "blocked by " + std::to_string(one.id());
  SECTION("a row") {
    one.run("BEGIN");
    one.run("UPDATE t SET v = 1 WHERE a = 1 AND b = 1");
    CHECK(two.status("UPDATE t SET v = 2 WHERE a = 1 AND b = 2") == "ok 1");
    CHECK(two.status("DELETE FROM t WHERE a = 1 AND b = 1") == blocked);
    CHECK(two.status("DELETE FROM t WHERE a = 1") == blocked);
    CHECK(two.status("UPDATE t SET v = 3 WHERE v = 0") == blocked);
    CHECK(two.rows("SELECT a FROM t WHERE a = 1 AND b = 1 FOR UPDATE") == blocked);
  }
  SECTION("a range of the leading key column, also where no row is") {
    one.run("BEGIN");
    CHECK(one.rows("SELECT COUNT(*) FROM t WHERE a = 1 FOR UPDATE") == "2");
    CHECK(two.status("INSERT INTO t VALUES (1, 9, 0, 19)") == blocked);
    CHECK(two.status("INSERT INTO t VALUES (2, 9, 0, 29)") == "ok 1");
  }
  SECTION("a whole table, but no other") {
    one.run("BEGIN");
    one.run("UPDATE t SET v = 1 WHERE v = 5");
    CHECK(two.status("INSERT INTO t VALUES (7, 7, 0, 77)") == blocked);
    CHECK(two.status("INSERT INTO o VALUES (1)") == "ok 1");
    CHECK(two.status("DROP TABLE t") == blocked);
  }
  SECTION("a unique value, given up or newly taken") {
    one.run("BEGIN");
    one.run("DELETE FROM t WHERE a = 1 AND b = 1");
    CHECK(two.status("INSERT INTO t VALUES (5, 5, 0, 11)") == blocked);
    one.run("ROLLBACK");
    one.run("BEGIN");
    one.run("INSERT INTO t VALUES (3, 3, 0, 33)");
    CHECK(two.status("INSERT INTO t VALUES (4, 4, 0, 33)") == blocked);
  }
}

TEST_CASE("transactions: a circle of waits ends with error 1213 for the one who closes it") {
  TestServer server({pairs_table});
  auto one = server.session();
  auto two = server.session();
  int releases = 0;
  server.engine->on_release([&] { ++releases; });
  one.run("INSERT INTO t VALUES (1, 1, 0, 1), (2, 2, 0, 2)");
  one.run("BEGIN");
  two.run("BEGIN");
  one.run("UPDATE t SET v = 1 WHERE a = 1 AND b = 1");
  two.run("UPDATE t SET v = 2 WHERE a = 2 AND b = 2");
  CHECK(one.status("UPDATE t SET v = 1 WHERE a = 2 AND b = 2").starts_with("blocked"));
  CHECK(two.status("UPDATE t SET v = 2 WHERE a = 1 AND b = 1") ==
        "1213 Deadlock found when trying to get lock; try restarting transaction");
  CHECK(releases == 1);
  CHECK_FALSE(server.engine->has_open_transaction(two.id()));
  CHECK(one.status("UPDATE t SET v = 1 WHERE a = 2 AND b = 2") == "ok 1");
  CHECK(one.status("COMMIT") == "ok 0");
  CHECK(two.rows("SELECT v FROM t") == "1|1");
}

TEST_CASE("transactions: a wait that took too long leaves the transaction open") {
  TestServer server({pairs_table});
  auto one = server.session();
  auto two = server.session();
  one.run("BEGIN");
  one.run("INSERT INTO t VALUES (1, 1, 0, 1)");
  two.run("BEGIN");
  two.run("INSERT INTO t VALUES (2, 2, 0, 2)");
  CHECK(two.status("INSERT INTO t VALUES (1, 1, 0, 9)").starts_with("blocked"));
  CHECK(server.engine->lock_wait_timeout(two.id()).error->sql_errno() == 1205);
  CHECK(two.status("COMMIT") == "ok 0");
  CHECK(two.rows("SELECT a FROM t") == "2");
}

TEST_CASE("transactions: autocommit = 0 opens a transaction with the first statement") {
  TestServer server({pairs_table});
  auto one = server.session();
  auto two = server.session();
  one.run("SET autocommit = 0");
  one.run("INSERT INTO t VALUES (1, 1, 0, 1)");
  CHECK(two.rows("SELECT a FROM t") == "");
  one.run("SET autocommit = 1");
  CHECK(two.rows("SELECT a FROM t") == "1");
}

TEST_CASE("transactions: a consistent snapshot and a cursor keep their moment") {
  TestServer server({pairs_table});
  auto reader = server.session();
  auto writer = server.session();
  writer.run("INSERT INTO t VALUES (1, 1, 0, 1), (2, 2, 0, 2)");
  const Position before = server.engine->binlog_position();
  reader.run("START TRANSACTION WITH CONSISTENT SNAPSHOT");
  auto cursor = server.engine->open_cursor(reader.id(), "SELECT a FROM t ORDER BY a", 1);
  CHECK(TestSession::text_of(cursor->next(1)) == "1");
  writer.run("DELETE FROM t WHERE a = 2 AND b = 2");
  writer.run("INSERT INTO t VALUES (3, 3, 0, 3)");
  CHECK(reader.rows("SELECT a FROM t") == "1|2");
  CHECK(server.engine->snapshot_position(reader.id()) == before);
  CHECK(reader.rows("SHOW STATUS LIKE 'binlog_snapshot%'") ==
        "Binlog_snapshot_gtid_executed," + to_string(before));
  CHECK(TestSession::text_of(cursor->next(100)) == "2");
  CHECK(cursor->next(100).empty());
  cursor.reset();
  reader.run("COMMIT");
  CHECK(reader.rows("SELECT a FROM t") == "1|3");
}

TEST_CASE("transactions: FLUSH TABLES WITH READ LOCK holds back writes and commits") {
  TestServer server({pairs_table});
  auto dba = server.session("dba");
  auto app = server.session();
  app.run("BEGIN");
  app.run("INSERT INTO t VALUES (1, 1, 0, 1)");
  CHECK(dba.status("FLUSH TABLES WITH READ LOCK") == "ok 0");
  CHECK(app.status("COMMIT") == "blocked by " + std::to_string(dba.id()));
  CHECK(dba.status("UNLOCK TABLES") == "ok 0");
  CHECK(app.status("COMMIT") == "ok 0");
}

/// A statement of the property below: insert, update by key, update by value, delete.
std::string any_statement() {
  const auto small = [] { return std::to_string(*rc::gen::inRange(0, 3)); };
  const std::string a = small();
  const std::string b = small();
  const std::string v = small();
  switch (*rc::gen::inRange(0, 8)) {
    case 0:
    case 1: return "INSERT INTO t VALUES (" + a + "," + b + "," + v + ",NULL)";
    case 2: return "REPLACE INTO t VALUES (" + a + "," + b + "," + v + "," + small() + ")";
    case 3: return "UPDATE t SET v = v + 1 WHERE a = " + a + " AND b = " + b;
    case 4: return "UPDATE t SET v = " + v + " WHERE v = " + small();
    case 5: return "UPDATE t SET b = b + 1 WHERE a = " + a;
    case 6: return "INSERT IGNORE INTO t VALUES (" + a + "," + b + "," + v + "," + small() + ")";
    default: return "DELETE FROM t WHERE a = " + a + " AND b < " + b;
  }
}

using Script = std::vector<std::string>;

std::string run_serially(const std::vector<const Script*>& scripts, const Script& setup) {
  TestServer server({pairs_table});
  auto session = server.session();
  for (const std::string& statement : setup) session.run(statement);
  for (const Script* script : scripts) {
    session.run("BEGIN");
    for (const std::string& statement : *script) session.run(statement);
    session.run("COMMIT");
  }
  return session.rows("SELECT * FROM t ORDER BY a, b");
}

/// Runs both in turns as `order` says; waits by doing the other first. Gives who committed, in
/// order.
std::vector<const Script*> run_interleaved(TestServer& server, const std::array<Script, 2>& scripts,
                                           const std::vector<bool>& order) {
  std::array<TestSession, 2> sessions{server.session(), server.session()};
  std::array<std::size_t, 2> next{0, 0};
  std::array<bool, 2> done{false, false};
  std::vector<const Script*> committed;
  for (auto& session : sessions) session.run("BEGIN");
  for (std::size_t turn = 0; !(done[0] && done[1]); ++turn) {
    std::size_t who = turn < order.size() && order[turn] ? 1 : 0;
    if (turn >= order.size()) who = turn % 2;
    if (done[who]) who = 1 - who;
    const bool at_end = next[who] == scripts[who].size();
    const Outcome outcome = sessions[who].run(at_end ? "COMMIT" : scripts[who][next[who]]);
    if (outcome.blocked_by != 0) continue;
    if (outcome.error && outcome.error->sql_errno() == 1213) {
      done[who] = true;  // the victim is rolled back and does not try again
      continue;
    }
    if (at_end) {
      done[who] = true;
      committed.push_back(&scripts[who]);
    } else {
      ++next[who];
    }
  }
  return committed;
}

TEST_CASE("transactions: two interleaved ones end as in some serial order") {
  rc::prop("serializable", [] {
    const auto script = [] {
      Script statements;
      const int length = *rc::gen::inRange(1, 5);
      for (int i = 0; i < length; ++i) statements.push_back(any_statement());
      return statements;
    };
    const Script setup = script();
    const std::array<Script, 2> scripts{script(), script()};
    const auto order = *rc::gen::arbitrary<std::vector<bool>>();
    TestServer server({pairs_table});
    auto setup_session = server.session();
    for (const std::string& statement : setup) setup_session.run(statement);
    const auto committed = run_interleaved(server, scripts, order);
    const std::string content = setup_session.rows("SELECT * FROM t ORDER BY a, b");
    auto reversed = committed;
    std::reverse(reversed.begin(), reversed.end());
    RC_ASSERT(content == run_serially(committed, setup) ||
              content == run_serially(reversed, setup));
    server.lose_power();
    RC_ASSERT(server.session().rows("SELECT * FROM t ORDER BY a, b") == content);
  });
}

}  // namespace
}  // namespace shardlab::fakes::mysql

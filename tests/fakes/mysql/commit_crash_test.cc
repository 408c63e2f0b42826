#include <catch2/catch.hpp>
#include <functional>

#include "tests/fakes/mysql/log_oracle.h"
#include "tests/fakes/mysql/test_server.h"

namespace shardlab::fakes::mysql {
namespace {

/// The power goes in front of one operation of the disk after the other. What is the disk like
/// then? As the process left it (`nothing`), or as a crash leaves what was not synced.
enum class Unsynced { nothing, kept, lost, torn };

struct Work {
  std::string_view name;
  std::vector<std::string> before;                      ///< prepares, in front of the first crash
  std::function<void(TestServer&, int& acked)> commit;  ///< counts what is acknowledged
};

/// As dba; a statement that is not acknowledged ends the work.
std::function<void(TestServer&, int&)> statements(std::vector<std::string> sql) {
  return [sql = std::move(sql)](TestServer& server, int& acked) {
    TestSession session = server.session("dba");
    for (const std::string& statement : sql) {
      const Outcome outcome = session.run(statement);
      if (!outcome.ok()) return;
      acked += outcome.committed ? 1 : 0;
    }
  };
}

/// Three clients whose commits come right after one another, as a group commit writes them.
void commit_in_a_group(TestServer& server, int& acked) {
  std::vector<TestSession> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(server.session());
  for (int i = 0; i < 3; ++i) {
    clients[static_cast<std::size_t>(i)].run("BEGIN");
    const std::string id = std::to_string(10 + i);
    clients[static_cast<std::size_t>(i)].run("INSERT INTO t VALUES (" + id + ", 'group')");
  }
  for (TestSession& client : clients) acked += client.run("COMMIT").committed ? 1 : 0;
}

/// What a replica gets from server 2: rows, a table, rows again.
void apply_from_source(TestServer& server, int& acked) {
  TestServer source({"CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(9000))"}, 2);
  TestSession client = source.session("dba");
  client.run("INSERT INTO t VALUES (20, 'a'), (21, 'b')");
  client.run("CREATE TABLE u (id INT PRIMARY KEY)");
  client.run("INSERT INTO u VALUES (1)");
  client.run("UPDATE t SET s = 'c' WHERE id = 20");
  const auto made = source.engine->entries_after(parse_position("0-2-2"), 100);
  for (BinlogTransaction transaction : made) {
    transaction.gtid = "0-2-" + std::to_string(parse_position(transaction.gtid)->sequence + 100);
    if (!server.engine->apply(transaction, 1).ok()) return;
    ++acked;
  }
}

/// So many pages in SQLite's log that a commit soon moves them into the database.
std::vector<std::string> a_long_log() {
  std::vector<std::string> sql;
  for (int i = 100; i < 220; ++i) {
    sql.push_back("INSERT INTO t VALUES (" + std::to_string(i) + ", '" + std::string(7000, 'x') +
                  "')");
  }
  return sql;
}

const std::vector<Work>& works() {
  static const std::vector<Work> all{
      {"one row", {}, statements({"INSERT INTO t VALUES (1, 'a')"})},
      {"a transaction",
       {"INSERT INTO t VALUES (1, 'a'), (2, 'b')"},
       statements({"BEGIN", "INSERT INTO t VALUES (3, 'c')", "UPDATE t SET s = 'd' WHERE id = 1",
                   "DELETE FROM t WHERE id = 2", "COMMIT"})},
      {"a large row",
       {},
       statements({"INSERT INTO t VALUES (1, '" + std::string(9000, 'y') + "')"})},
      {"a savepoint",
       {},
       statements({"BEGIN", "INSERT INTO t VALUES (1, 'a')", "SAVEPOINT p",
                   "INSERT INTO t VALUES (2, 'b')", "ROLLBACK TO p",
                   "INSERT INTO t VALUES (3, 'c')", "COMMIT"})},
      {"a group", {}, commit_in_a_group},
      {"a schema change",
       {"INSERT INTO t VALUES (1, 'a')"},
       statements({"CREATE TABLE v (id INT PRIMARY KEY)", "INSERT INTO v VALUES (1), (2)",
                   "ALTER TABLE v ADD COLUMN n INT NOT NULL DEFAULT 7", "TRUNCATE TABLE t",
                   "DROP TABLE v"})},
      {"a replica's", {}, apply_from_source},
      {"a new file",
       {},
       statements({"INSERT INTO t VALUES (1, 'a')", "FLUSH BINARY LOGS",
                   "INSERT INTO t VALUES (2, 'b')", "FLUSH BINARY LOGS",
                   "INSERT INTO t VALUES (3, 'c')"})},
      {"a checkpoint", a_long_log(),
       statements({"INSERT INTO t VALUES (1, '" + std::string(8000, 'p') + "')",
                   "INSERT INTO t VALUES (2, '" + std::string(8000, 'q') + "')",
                   "INSERT INTO t VALUES (3, 'r')"})},
  };
  return all;
}

struct End {
  bool crashed = false;
  std::string contradiction;
  int acked = 0;
  std::uint64_t kept = 0;  ///< of the transactions since the preparation
};

/// The power goes in front of the nth operation of the disk, and comes back.
End crash_before(const Work& work, std::uint64_t nth, Unsynced unsynced, bool sync_commits = true) {
  TestServer server({"CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(9000))"});
  int ignored = 0;
  statements(work.before)(server, ignored);
  const std::uint64_t before = sequence_of(server.engine->binlog_position());
  server.engine->sync_commits(sync_commits);
  End end;
  auto fault = server.disk->fail_nth({.nth = nth, .stays = true});
  work.commit(server, end.acked);
  end.crashed = fault->effects() > 0;
  fault.reset();
  sim::Choices choices(nth);
  if (unsynced == Unsynced::nothing) {
    server.restart_on(server.disk->hand_over());
  } else {
    const auto mode = unsynced == Unsynced::kept   ? sim::CrashMode::kept
                      : unsynced == Unsynced::lost ? sim::CrashMode::lost
                                                   : sim::CrashMode::torn;
    server.restart_on(server.disk->crash(mode, choices));
  }
  end.contradiction = contradiction(*server.engine);
  // A replica's transactions are numbered by their source.
  for (const auto& entry : server.engine->entries_after(std::nullopt, 10'000)) {
    end.kept += sequence_of(parse_position(entry.gtid)) > before;
  }
  // The server goes on from there, and what it does now survives as well.
  TestSession session = server.session("dba");
  REQUIRE(session.status("CREATE TABLE afterwards (id INT PRIMARY KEY)").starts_with("ok"));
  REQUIRE(session.status("INSERT INTO afterwards VALUES (1)") == "ok 1");
  if (end.contradiction.empty()) {
    server.engine->sync();
    server.lose_power();
    end.contradiction = contradiction(*server.engine);
  }
  return end;
}

}  // namespace

TEST_CASE(
    "A crash at every step of a commit: log, rows and position agree, nothing acked is lost") {
  const Work& work = GENERATE(from_range(works()));
  const auto unsynced = GENERATE(Unsynced::nothing, Unsynced::kept, Unsynced::lost, Unsynced::torn);
  std::uint64_t crashes = 0;
  for (std::uint64_t nth = 1;; ++nth) {
    const End end = crash_before(work, nth, unsynced);
    INFO(work.name << ", in front of operation " << nth << ", unsynced "
                   << static_cast<int>(unsynced));
    CHECK(end.contradiction == "");
    CHECK(end.kept >= static_cast<std::uint64_t>(end.acked));
    CHECK(end.kept <= static_cast<std::uint64_t>(end.acked) + 1);
    if (!end.crashed) break;
    ++crashes;
  }
  INFO(work.name);
  CHECK(crashes >= 4);
}

TEST_CASE("A crash at every step without sync_binlog: what is left agrees, what is lost is found") {
  const Work& work = GENERATE(from_range(works()));
  std::uint64_t crashes = 0, losses = 0;
  for (std::uint64_t nth = 1;; ++nth) {
    const End end = crash_before(work, nth, Unsynced::lost, false);
    INFO(work.name << ", in front of operation " << nth);
    CHECK(end.contradiction == "");
    losses += end.kept < static_cast<std::uint64_t>(end.acked);
    if (!end.crashed) break;
    ++crashes;
  }
  INFO(work.name << ": " << crashes << " crashes");
  CHECK(losses > 0);
}

TEST_CASE("A process that is killed loses nothing without sync_binlog: the machine has it") {
  const Work& work = GENERATE(from_range(works()));
  for (std::uint64_t nth = 1;; ++nth) {
    const End end = crash_before(work, nth, Unsynced::nothing, false);
    INFO(work.name << ", in front of operation " << nth);
    CHECK(end.contradiction == "");
    CHECK(end.kept >= static_cast<std::uint64_t>(end.acked));
    if (!end.crashed) break;
  }
}

}  // namespace shardlab::fakes::mysql

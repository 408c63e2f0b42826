#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "fakes/mysql/binlog_codec.h"
#include "tests/fakes/mysql/test_server.h"

namespace shardlab::fakes::mysql {
namespace {

const char* const small_table =
    "CREATE TABLE t (id BIGINT UNSIGNED PRIMARY KEY, s VARCHAR(20), d DOUBLE)";

/// Applies everything the source has and the replica lacks; the first error's number, or 0.
int catch_up(Engine& source, Engine& replica) {
  for (const BinlogTransaction& transaction :
       source.entries_after(replica.slave_position(), 1'000'000)) {
    const Outcome outcome = replica.apply(transaction, 1);
    if (outcome.error) return outcome.error->sql_errno();
  }
  return 0;
}

TEST_CASE("binlog: a transaction is one entry with full images in order") {
  TestServer server({small_table}, 100);
  auto app = server.session();
  const Position before = server.engine->binlog_position();
  app.run("BEGIN");
  app.run("INSERT INTO t VALUES (18446744073709551615, 'a', 1.5)");
  app.run("UPDATE t SET s = NULL WHERE id = 18446744073709551615");
  app.run("DELETE FROM t");
  const Outcome outcome = app.run("COMMIT");
  CHECK(to_string(outcome.committed) == "0-100-3");
  CHECK(outcome.committed_rows == 3);
  const auto entries = server.engine->entries_after(before, 10);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].gtid == "0-100-3");
  CHECK(entries[0].timestamp_ns > 1'767'225'600'000'000'000);
  const Row inserted{Value(Type::uint64, "18446744073709551615"), Value(Type::varchar, "a"),
                     Value(Type::float64, "1.5")};
  const Row updated{inserted[0], Value::null(), inserted[2]};
  REQUIRE(entries[0].changes.size() == 3);
  CHECK(entries[0].changes[0].database == "ks");
  CHECK(entries[0].changes[0].table == "t");
  CHECK_FALSE(entries[0].changes[0].before);
  CHECK(entries[0].changes[0].after == inserted);
  CHECK(entries[0].changes[1].before == inserted);
  CHECK(entries[0].changes[1].after == updated);
  CHECK(entries[0].changes[2].before == updated);
  CHECK_FALSE(entries[0].changes[2].after);
}

TEST_CASE("binlog: DDL is an entry of its own, with its database") {
  TestServer server({small_table});
  const auto entries = server.engine->entries_after(std::nullopt, 10);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].ddl == "CREATE DATABASE IF NOT EXISTS ks");
  CHECK(entries[1].ddl == small_table);
  CHECK(entries[1].ddl_database == "ks");
}

TEST_CASE("binlog: sql_log_bin = 0, reads and empty transactions write nothing") {
  TestServer server({small_table});
  auto dba = server.session("dba");
  const Position before = server.engine->binlog_position();
  dba.run("SET sql_log_bin = 0");
  CHECK_FALSE(dba.run("INSERT INTO t VALUES (1, 'a', 0)").committed);
  dba.run("SET sql_log_bin = 1");
  dba.run("BEGIN");
  dba.run("UPDATE t SET s = 'a' WHERE id = 1");
  CHECK_FALSE(dba.run("COMMIT").committed);
  CHECK(server.engine->binlog_position() == before);
}

TEST_CASE("binlog: a position that the log does not hold is error 1236") {
  TestServer server({small_table});
  auto app = server.session();
  for (int i = 0; i < 5; ++i) app.run("INSERT INTO t VALUES (" + std::to_string(i) + ", 'x', 0)");
  const auto error_at = [&](const std::string& position) {
    try {
      return static_cast<int>(server.engine->entries_after(parse_position(position), 10).size());
    } catch (const Error& error) {
      return -error.sql_errno();
    }
  };
  CHECK(error_at("0-1-5") == 2);
  CHECK(error_at("0-1-7") == 0);
  CHECK(error_at("0-1-8") == -1236);
  CHECK(error_at("0-2-5") == -1236);
  server.engine->purge_binlog(parse_position("0-1-4"));
  CHECK(error_at("0-1-4") == 3);
  CHECK(error_at("0-1-3") == -1236);
  CHECK(error_at("") == -1236);
}

TEST_CASE("binlog: what memory knows of the log is what the file holds") {
  TestServer server({small_table});
  auto dba = server.session("dba");
  const auto same_as_reopened = [&] {
    const auto disk = server.disk->clone();
    EngineOptions options;
    options.name = "reopened";
    Engine reopened(*disk, options);
    const std::uint64_t last = server.engine->binlog_position()->sequence;
    for (std::uint64_t i = last > 300 ? 1 : 3; i <= last; i += 7) {
      const auto position = parse_position("0-1-" + std::to_string(i));
      const auto entries = server.engine->encoded_entries_after(position, 99);
      if (entries != reopened.encoded_entries_after(position, 99)) return false;
    }
    return true;
  };
  for (int i = 0; i < 400; ++i) dba.run("INSERT INTO t VALUES (" + std::to_string(i) + ", '', 0)");
  CHECK(same_as_reopened());
  dba.run("BEGIN");
  dba.run("DELETE FROM t");
  dba.run("ROLLBACK");
  CHECK(same_as_reopened());
  const Position before = server.engine->binlog_position();
  dba.run("RESET MASTER");
  CHECK_THROWS_AS(server.engine->encoded_entries_after(before, 99), Error);
  dba.run("INSERT INTO t VALUES (1000, 'x', 0)");
  CHECK(server.engine->encoded_entries_after(std::nullopt, 99).size() == 1);
}

TEST_CASE("binlog: a replica has the source's rows, GTIDs and log") {
  TestServer source({small_table}, 1);
  TestServer replica({}, 2);
  auto dba = replica.session("dba");
  dba.run("DROP DATABASE ks");
  dba.run("RESET MASTER");
  auto app = source.session();
  app.run("INSERT INTO t VALUES (1, 'a', 0.5), (2, NULL, NULL)");
  app.run("UPDATE t SET id = 3 WHERE id = 1");
  CHECK(catch_up(*source.engine, *replica.engine) == 0);
  auto reader = replica.session();
  CHECK(reader.rows("SELECT * FROM t ORDER BY id") == "2,NULL,NULL|3,a,0.5");
  CHECK(replica.engine->slave_position() == source.engine->binlog_position());
  CHECK(replica.engine->binlog_position() == source.engine->binlog_position());
  CHECK(replica.engine->encoded_entries_after(std::nullopt, 99) ==
        source.engine->encoded_entries_after(std::nullopt, 99));
  CHECK(to_string(replica.engine->current_position()) == "0-1-4");
  CHECK(to_string(reader.run("INSERT INTO t VALUES (9, 'own', 0)").committed) == "0-2-5");
  CHECK(to_string(replica.engine->current_position()) == "0-2-5");
}

TEST_CASE("binlog: applying to diverged rows fails and changes nothing") {
  TestServer source({small_table}, 1);
  TestServer replica({small_table}, 2);
  replica.session("dba").run("RESET MASTER");
  replica.session("dba").run("SET GLOBAL gtid_slave_pos = '0-1-2'");
  auto app = source.session();
  app.run("INSERT INTO t VALUES (1, 'a', 0), (2, 'b', 0)");
  auto dba = replica.session("dba");
  dba.run("SET sql_log_bin = 0");
  dba.run("INSERT INTO t VALUES (2, 'mine', 0)");
  CHECK(catch_up(*source.engine, *replica.engine) == 1062);
  CHECK(dba.rows("SELECT * FROM t") == "2,mine,0");
  CHECK(to_string(replica.engine->slave_position()) == "0-1-2");
  dba.run("DELETE FROM t");
  CHECK(catch_up(*source.engine, *replica.engine) == 0);
  dba.run("DELETE FROM t");
  app.run("UPDATE t SET s = 'c' WHERE id = 1");
  CHECK(catch_up(*source.engine, *replica.engine) == 1032);
}

TEST_CASE("binlog: an older GTID cannot follow a newer one") {
  TestServer server({small_table}, 2);
  BinlogTransaction old;
  old.gtid = "0-1-1";
  CHECK(server.engine->apply(old, 1).error->sql_errno() == 1950);
}

TEST_CASE("binlog: positions are set as Vitess sets them for a new replica") {
  TestServer server({small_table}, 2);
  auto dba = server.session("dba");
  CHECK(dba.status("SET GLOBAL gtid_binlog_state = '0-1-70'").starts_with("1953 "));
  CHECK(dba.status("RESET MASTER") == "ok 0");
  CHECK(dba.status("SET GLOBAL gtid_slave_pos = '0-1-70'") == "ok 0");
  CHECK(dba.status("SET GLOBAL gtid_binlog_state = '0-1-70'") == "ok 0");
  CHECK(dba.rows("SELECT @@gtid_binlog_pos, @@gtid_slave_pos, @@gtid_current_pos") ==
        "0-1-70,0-1-70,0-1-70");
  CHECK(server.engine->entries_after(parse_position("0-1-70"), 9).empty());
  server.lose_power();
  CHECK(server.session().rows("SELECT @@gtid_slave_pos") == "0-1-70");
  CHECK(to_string(server.session().run("INSERT INTO t VALUES (1, 'a', 0)").committed) == "0-2-71");
  CHECK(server.session("dba").status("SET GLOBAL gtid_slave_pos = 'x'").starts_with("1941 "));
}

TEST_CASE("binlog: damaged entries are reported as corrupt") {
  TestServer server({small_table});
  server.session().run("INSERT INTO t VALUES (1, 'abc', 2.5)");
  const std::string entry = server.engine->encoded_entries_after(std::nullopt, 9).back();
  CHECK(decode_entry(entry).changes.size() == 1);
  for (std::size_t length = 0; length < entry.size(); ++length) {
    CHECK_THROWS_AS(decode_entry(entry.substr(0, length)), Error);
  }
}

TEST_CASE("binlog: what a crash leaves are exactly the committed transactions and their log") {
  rc::prop("crash", [] {
    TestServer server({small_table});
    auto app = server.session();
    auto open = server.session();
    open.run("BEGIN");
    open.run("INSERT INTO t VALUES (1000, 'open', 0)");
    std::string committed_rows;
    Position committed;
    const int transactions = *rc::gen::inRange(1, 20);
    for (int i = 0; i < transactions; ++i) {
      app.run("BEGIN");
      app.run("INSERT INTO t VALUES (" + std::to_string(i) + ", 'x', 0)");
      app.run("UPDATE t SET s = 'y" + std::to_string(i) +
              "' WHERE id = " + std::to_string(*rc::gen::inRange(0, i + 1)));
      const Outcome outcome = app.run(*rc::gen::inRange(0, 3) == 0 ? "ROLLBACK" : "COMMIT");
      if (outcome.committed) committed = outcome.committed;
    }
    committed_rows = app.rows("SELECT * FROM t ORDER BY id");
    const auto entries = server.engine->encoded_entries_after(std::nullopt, 1000);
    const auto position = server.engine->binlog_position();
    sim::Choices choices(*rc::gen::arbitrary<std::uint64_t>());
    server.restart_on(server.disk->crash(sim::CrashMode::torn, choices));
    RC_ASSERT(server.session().rows("SELECT * FROM t ORDER BY id") == committed_rows);
    RC_ASSERT(server.engine->binlog_position() == position);
    RC_ASSERT(server.engine->encoded_entries_after(std::nullopt, 1000) == entries);
  });
}

TEST_CASE("binlog: a full disk fails the statement and nothing else") {
  TestServer server({small_table});
  auto app = server.session();
  app.run("INSERT INTO t VALUES (1, 'a', 0)");
  const Position before = server.engine->binlog_position();
  auto fault = server.disk->full_at(0);
  CHECK(app.status("INSERT INTO t VALUES (2, 'b', 0)").starts_with("1114 "));
  fault.reset();
  CHECK(server.engine->binlog_position() == before);
  CHECK(app.status("INSERT INTO t VALUES (2, 'b', 0)") == "ok 1");
  CHECK(app.rows("SELECT id FROM t") == "1|2");
}

}  // namespace
}  // namespace shardlab::fakes::mysql

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <functional>
#include <rapidcheck.h>

#include "fakes/mysql/binlog_codec.h"
#include "tests/fakes/mysql/test_server.h"

namespace shardlab::fakes::mysql {
namespace {

constexpr std::size_t whole_log = 1'000'000;

/// All that reading can tell of a server.
std::string look_at(Engine& engine) {
  TestSession dba(engine, "dba");
  std::string text;
  for (const char* sql :
       {"SHOW TABLES", "SELECT * FROM t ORDER BY id", "SELECT * FROM u ORDER BY id",
        "SELECT * FROM v ORDER BY id", "SELECT * FROM extra", "SHOW BINARY LOGS",
        "SELECT @@gtid_current_pos, @@gtid_binlog_pos, @@gtid_slave_pos"}) {
    text += fmt::format("{}: {}\n", sql, dba.rows(sql));
  }
  for (const std::string& entry :
       engine.encoded_entries_after(engine.oldest_position(), whole_log)) {
    text += fmt::format("{} {}\n", decode_entry(entry).gtid, std::hash<std::string>()(entry));
  }
  engine.close_session(dba.id());
  return text + engine.note("replication");
}

/// An engine that stays and follows a server's disk.
class Follower {
 public:
  explicit Follower(const TestServer& server)
      : options_(server.options), disk_(server.disk->clone()), engine_(*disk_, options_) {}

  std::string look(const sim::Disk& disk, const Engine* running) {
    disk_->copy_from(disk);
    engine_.follow(running);
    return look_at(engine_);
  }

  /// What a new server on a copy of that disk has to tell.
  std::string fresh_look(const sim::Disk& disk) const {
    const auto copy = disk.clone();
    Engine engine(*copy, options_);
    return look_at(engine);
  }

 private:
  EngineOptions options_;
  std::unique_ptr<sim::Disk> disk_;
  Engine engine_;
};

/// One thing that may happen to a server; `id` is for a row, `size` for its text.
using Happening = std::function<void(TestServer&, int id, int size)>;

std::vector<Happening> happenings() {
  const auto statement = [](std::string sql) -> Happening {
    return [sql](TestServer& server, int, int) { server.session("dba").run(sql); };
  };
  const auto lose_power = [](sim::CrashMode mode) -> Happening {
    return [mode](TestServer& server, int id, int) {
      sim::Choices choices(static_cast<std::uint64_t>(id));
      server.restart_on(server.disk->crash(mode, choices));
    };
  };
  return {
      [](TestServer& server, int id, int size) {
        server.session().run(fmt::format("REPLACE INTO t VALUES ({}, '{}')", id,
                                         std::string(static_cast<std::size_t>(size), 'x')));
      },
      [](TestServer& server, int id, int) {
        server.session().run(fmt::format("DELETE FROM t WHERE id > {}", id));
      },
      [](TestServer& server, int id, int size) {  // stays open: nobody else may see it
        TestSession session = server.session();
        session.run("BEGIN");
        session.run(fmt::format("REPLACE INTO u VALUES ({}, {})", id, size));
      },
      statement("CREATE TABLE extra (id INT PRIMARY KEY)"),
      statement("INSERT INTO extra VALUES (1)"),
      statement("DROP TABLE extra"),
      statement("ALTER TABLE u ADD COLUMN more INT"),
      statement("CREATE OR REPLACE VIEW v AS SELECT id FROM t"),
      statement("DROP VIEW v"),
      statement("FLUSH BINARY LOGS"),
      statement("SET GLOBAL sync_binlog = 0"),
      [](TestServer& server, int id, int) {
        server.engine->set_note("replication", fmt::to_string(id));
      },
      [](TestServer& server, int, int) { server.engine->checkpoint(); },
      [](TestServer& server, int, int) {
        server.engine->purge_binlog(server.engine->binlog_position());
      },
      [](TestServer& server, int, int) { server.restart_on(server.disk->hand_over()); },
      lose_power(sim::CrashMode::kept),
      lose_power(sim::CrashMode::lost),
      lose_power(sim::CrashMode::torn),
  };
}

TEST_CASE("Engine: one that follows a disk sees what a new one on a copy of it would",
          "[property]") {
  rc::prop("the same answers", [] {
    static const std::vector<Happening> all = happenings();
    TestServer server({"CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(9000))",
                       "CREATE TABLE u (id INT PRIMARY KEY, n INT)"});
    Follower follower(server);
    const int steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i) {
      const auto& happening = all[*rc::gen::inRange<std::size_t>(0, all.size())];
      happening(server, *rc::gen::inRange(0, 20), *rc::gen::inRange(0, 9000));
      if (*rc::gen::inRange(0, 3) > 0) continue;
      const bool knows_it = *rc::gen::arbitrary<bool>();  // else as if it did not run
      const Engine* running = knows_it ? server.engine.get() : nullptr;
      const auto before = server.disk->version();
      RC_ASSERT(follower.look(*server.disk, running) == follower.fresh_look(*server.disk));
      RC_ASSERT(server.disk->version() == before);
    }
  });
}

TEST_CASE(
    "Engine: one that follows stays when the server's log grows and is moved into its pages") {
  TestServer server({"CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(9000))"});
  Follower follower(server);
  TestSession session = server.session();
  for (int i = 0; i < 400; ++i) {
    REQUIRE(session
                .run(fmt::format("REPLACE INTO t VALUES ({}, '{}')", i % 150,
                                 std::string(8000, static_cast<char>('a' + i % 26))))
                .ok());
    if (i % 7 != 0) continue;
    CHECK(follower.look(*server.disk, server.engine.get()) == follower.fresh_look(*server.disk));
  }
}

}  // namespace
}  // namespace shardlab::fakes::mysql

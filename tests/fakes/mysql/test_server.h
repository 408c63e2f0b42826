#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/mysql/engine.h"
#include "sim/choices.h"
#include "sim/disk.h"

namespace shardlab::fakes::mysql {

/// One client's connection: statements in, short texts out.
class TestSession {
 public:
  TestSession(Engine& engine, std::string user, std::string_view db = "ks")
      : engine_(engine), id_(engine.open_session(std::move(user))) {
    if (!db.empty()) run("USE " + std::string(db));
  }

  Outcome run(std::string_view sql) { return engine_.execute(id_, sql, ++now_ns_); }

  /// `"ok 2"` (rows affected), `"1062 Duplicate entry ..."`, `"blocked by 3"`.
  std::string status(std::string_view sql) {
    const Outcome outcome = run(sql);
    if (outcome.error) {
      return std::to_string(outcome.error->sql_errno()) + " " + outcome.error->message();
    }
    if (outcome.blocked_by != 0) return "blocked by " + std::to_string(outcome.blocked_by);
    return "ok " + std::to_string(outcome.result.rows_affected);
  }

  /// `"1,a|2,NULL"`, or the status of a statement that failed.
  std::string rows(std::string_view sql) {
    const Outcome outcome = run(sql);
    if (outcome.error)
      return std::to_string(outcome.error->sql_errno()) + " " + outcome.error->message();
    if (outcome.blocked_by != 0) return "blocked by " + std::to_string(outcome.blocked_by);
    return text_of(outcome.result.rows);
  }

  static std::string text_of(const std::vector<Row>& rows) {
    std::string text;
    for (const Row& row : rows) {
      if (!text.empty()) text += '|';
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (i > 0) text += ',';
        text += row[i].is_null() ? "NULL" : row[i].text();
      }
    }
    return text;
  }

  SessionId id() const { return id_; }

 private:
  Engine& engine_;
  SessionId id_;
  std::int64_t now_ns_ = 1'767'225'600'000'000'000;
};

/// An engine on a disk of its own, with database `ks` and what `schema` makes in it.
struct TestServer {
  explicit TestServer(const std::vector<std::string>& schema = {}, std::uint32_t server_id = 1)
      : disk(std::make_unique<sim::Disk>()) {
    options.server_id = server_id;
    engine = std::make_unique<Engine>(*disk, options);
    const SessionId dba = engine->open_session("dba");
    engine->execute(dba, "CREATE DATABASE IF NOT EXISTS ks", 1);
    engine->execute(dba, "USE ks", 1);
    for (const std::string& statement : schema) {
      const Outcome outcome = engine->execute(dba, statement, 1);
      if (outcome.error) throw *outcome.error;
    }
    engine->close_session(dba);
  }

  /// Replaces the machine's disk and starts the server again.
  void restart_on(std::unique_ptr<sim::Disk> other) {
    auto next = std::make_unique<Engine>(*other, options);
    engine = std::move(next);
    disk = std::move(other);
  }

  /// Power loss: what was not synced is gone.
  void lose_power() {
    sim::Choices choices(1);
    restart_on(disk->crash(sim::CrashMode::lost, choices));
  }

  TestSession session(std::string user = "app") { return TestSession(*engine, std::move(user)); }

  EngineOptions options;
  std::unique_ptr<sim::Disk> disk;
  std::unique_ptr<Engine> engine;
};

inline const char* const guestbook_table =
    "CREATE TABLE messages (page BIGINT(20) UNSIGNED, time_created_ns BIGINT(20) UNSIGNED, "
    "message VARCHAR(10000), PRIMARY KEY (page, time_created_ns)) ENGINE=InnoDB";

}  // namespace shardlab::fakes::mysql

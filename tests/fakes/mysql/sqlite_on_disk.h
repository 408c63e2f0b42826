#pragma once

#include <cstdint>
#include <optional>
#include <sqlite3.h>
#include <string>

#include "fakes/mysql/vfs.h"
#include "sim/choices.h"
#include "sim/disk.h"

namespace shardlab::fakes::mysql {

/// A program that trusts SQLite and nothing else: accounts whose sum never changes, and a log with
/// one line for each transfer.
class Bank {
 public:
  static constexpr int accounts = 40;
  static constexpr int money = 1000;

  /// Opens what is there. `settings` such as `"PRAGMA journal_mode=wal;"`.
  Bank(sim::Disk& disk, const std::string& settings) : vfs_(disk, "bank") {
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    code_ = sqlite3_open_v2("bank.db", &handle_, flags, vfs_.name().c_str());
    run(settings);
  }
  ~Bank() { sqlite3_close(handle_); }
  Bank(const Bank&) = delete;
  Bank& operator=(const Bank&) = delete;

  /// SQLite's result code.
  int run(const std::string& sql) {
    code_ = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    return code_;
  }

  /// The first value of the first row, or `"error N"`.
  std::string ask(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    std::string answer = "(none)";
    int code = sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
      answer = text ? text : "NULL";
    } else if (code != SQLITE_DONE) {
      answer = "error " + std::to_string(code & 0xff);
    }
    sqlite3_finalize(statement);
    return answer;
  }

  bool open_account_books() {
    return run("BEGIN; CREATE TABLE account(id INTEGER PRIMARY KEY, amount, padding);"
               "CREATE TABLE log(id INTEGER PRIMARY KEY, line);"
               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 40) "
               "INSERT INTO account SELECT i, 1000, zeroblob(600) FROM n; COMMIT;") == SQLITE_OK;
  }

  /// True is an acknowledgement.
  bool transfer(int number, sim::Choices& choices) {
    const auto text = [](std::uint64_t value) { return std::to_string(value); };
    const std::string amount = text(1 + choices.draw("bank.amount", 50));
    const std::string from = text(1 + choices.draw("bank.account", accounts));
    const std::string to = text(1 + choices.draw("bank.account", accounts));
    const std::string length = text(choices.draw("bank.line", 6000));
    run("BEGIN IMMEDIATE; UPDATE account SET amount = amount - " + amount + " WHERE id = " + from +
        "; INSERT INTO log VALUES(" + std::to_string(number) + ", zeroblob(" + length +
        ")); UPDATE account SET amount = amount + " + amount + " WHERE id = " + to + "; COMMIT;");
    const bool done = code_ == SQLITE_OK;
    if (!sqlite3_get_autocommit(handle_)) run("ROLLBACK");
    return done;
  }

  /// How many transfers are in the books; none when the books are damaged or do not add up.
  std::optional<int> audit() {
    if (ask("PRAGMA integrity_check") != "ok") return std::nullopt;
    const std::string sum = std::to_string(accounts * money);
    if (ask("SELECT sum(amount) FROM account") != sum) return std::nullopt;
    const std::string lines = ask("SELECT count(*) FROM log");
    if (lines != ask("SELECT coalesce(max(id), 0) FROM log")) return std::nullopt;
    return std::stoi(lines);
  }

  Vfs& vfs() { return vfs_; }
  int code() const { return code_; }

 private:
  Vfs vfs_;
  sqlite3* handle_ = nullptr;
  int code_ = SQLITE_OK;
};

}  // namespace shardlab::fakes::mysql

#include "tests/fakes/mysql/log_oracle.h"

#include <fmt/format.h>
#include <sstream>

#include "tests/fakes/mysql/test_server.h"

namespace shardlab::fakes::mysql {
namespace {

std::string text_of_row(const Row& row) { return TestSession::text_of({row}); }

LogOracle::Rows rows_in(TestSession& session, const std::string& table) {
  LogOracle::Rows rows;
  for (const Row& row : session.run("SELECT * FROM ks." + table).result.rows) {
    rows.insert(text_of_row(row));
  }
  return rows;
}

/// `v` of "`v`" and "`ks`.`v`".
std::string plain_name(std::string name) {
  name.erase(0, name.find('.') + 1);
  std::erase(name, '`');
  return name;
}

std::string told(const LogOracle::Rows& rows) {
  std::string text = fmt::format("{} rows", rows.size());
  if (!rows.empty()) text += fmt::format(" {} ... {}", *rows.begin(), *rows.rbegin());
  return text.substr(0, 200);
}

}  // namespace

void LogOracle::replay(const std::vector<BinlogTransaction>& log) {
  for (const BinlogTransaction& transaction : log) {
    if (!transaction.ddl.empty()) replay_ddl(transaction.ddl);
    for (const RowChange& change : transaction.changes) {
      Rows& rows = tables_.at(change.table);
      if (change.before) rows.erase(rows.find(text_of_row(*change.before)));
      if (change.after) rows.insert(text_of_row(*change.after));
    }
  }
}

void LogOracle::replay_ddl(const std::string& sql) {
  std::istringstream words(sql);
  std::string verb, noun, table;
  words >> verb >> noun >> table;
  if (noun != "TABLE") return;
  if (verb == "CREATE" || verb == "TRUNCATE") {
    tables_[table].clear();
  } else if (verb == "DROP") {
    tables_.erase(plain_name(table));
  } else if (verb == "ALTER") {
    Rows longer;
    const std::string added = "," + sql.substr(sql.rfind(' ') + 1);
    for (const std::string& row : tables_.at(table)) longer.insert(row + added);
    tables_[table] = std::move(longer);
  }
}

std::string contradiction(Engine& engine) {
  const std::vector<BinlogTransaction> log = engine.entries_after(std::nullopt, 1'000'000);
  const std::string newest = log.empty() ? "" : log.back().gtid;
  if (newest != to_string(engine.binlog_position())) {
    return fmt::format("the log ends with {}, the position is {}", newest,
                       to_string(engine.binlog_position()));
  }
  std::string applied;
  for (const BinlogTransaction& transaction : log) {
    const Position gtid = parse_position(transaction.gtid);
    if (gtid->server != engine.server_id()) applied = transaction.gtid;
  }
  if (applied != to_string(engine.slave_position())) {
    return fmt::format("the last transaction of another server is {}, the slave position {}",
                       applied, to_string(engine.slave_position()));
  }
  LogOracle oracle;
  oracle.replay(log);
  TestSession session(engine, "dba", "ks");
  LogOracle::Rows names;
  for (const Row& row : session.run("SHOW TABLES").result.rows) names.insert(text_of_row(row));
  for (const auto& [table, expected] : oracle.tables()) {
    if (names.erase(table) == 0) return fmt::format("table {} is missing", table);
    const LogOracle::Rows found = rows_in(session, table);
    if (found != expected) {
      return fmt::format("{} has {}, by the log {}", table, told(found), told(expected));
    }
  }
  return names.empty() ? "" : fmt::format("table {} is not in the log", *names.begin());
}

}  // namespace shardlab::fakes::mysql

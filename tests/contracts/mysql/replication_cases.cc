#include <catch2/catch.hpp>
#include <functional>

#include "tests/contracts/mysql/pair.h"

namespace shardlab::contracts {
namespace {

using Side = Pair::Side;

/// Short ways to say what the servers are told and what they answer.
class Play {
 public:
  explicit Play(Pair& pair) : pair_(pair) {}

  std::string run(Side side, const std::string& sql, const std::string& session = "dba") {
    const Reply reply = pair_.execute(side, session, sql);
    if (reply.error != 0) return "error " + std::to_string(reply.error);
    std::string text;
    for (const Row& row : reply.rows) {
      text += text.empty() ? "" : "|";
      for (std::size_t i = 0; i < row.size(); ++i) {
        text += (i > 0 ? "," : "") + (row[i].is_null() ? "NULL" : row[i].text());
      }
    }
    return text;
  }

  void must(Side side, const std::vector<std::string>& statements) {
    for (const std::string& sql : statements) {
      INFO(sql);
      CHECK(run(side, sql).substr(0, 5) != "error");
    }
  }

  /// A column of SHOW SLAVE STATUS.
  std::string status(Side side, const std::string& column) {
    const Reply reply = pair_.execute(side, "dba", "SHOW SLAVE STATUS");
    if (reply.rows.empty()) return "(none)";
    for (std::size_t i = 0; i < reply.fields.size(); ++i) {
      if (reply.fields[i].name != column) continue;
      const Value& value = reply.rows[0][i];
      return value.is_null() ? "NULL" : value.text();
    }
    return "(no such column)";
  }

  /// What `look` says once it says `expected`, or after twenty seconds.
  std::string soon(const std::string& expected, const std::function<std::string()>& look) {
    constexpr int pause_ms = 50, longest_ms = 20'000;
    std::string seen = look();
    for (int waited = 0; seen != expected && waited < longest_ms; waited += pause_ms) {
      pair_.wait(pause_ms);
      seen = look();
    }
    return seen;
  }
  std::string soon_rows(Side side, const std::string& sql, const std::string& expected) {
    return soon(expected, [&] { return run(side, sql); });
  }
  std::string soon_status(Side side, const std::string& column, const std::string& expected) {
    return soon(expected, [&] { return status(side, column); });
  }

  void wait(int milliseconds) { pair_.wait(milliseconds); }

  void follow(Side replica, const std::string& gtid = "current_pos", const std::string& more = "") {
    const Side source = replica == Side::a ? Side::b : Side::a;
    must(replica,
         {"CHANGE MASTER TO " + pair_.address_of(source) + ", MASTER_USE_GTID = " + gtid + more,
          "START SLAVE"});
  }
  /// Table `ks.t` on a, followed by b.
  void begin() {
    must(Side::a, {"CREATE DATABASE ks", "CREATE TABLE ks.t (id INT PRIMARY KEY, s VARCHAR(20))"});
    follow(Side::b);
    INFO(status(Side::b, "Last_IO_Error") << status(Side::b, "Last_SQL_Error"));
    CHECK(soon_rows(Side::b, "SELECT COUNT(*) FROM ks.t", "0") == "0");
  }

 private:
  Pair& pair_;
};

constexpr Side a = Side::a;
constexpr Side b = Side::b;
const char* const rows = "SELECT * FROM ks.t ORDER BY id";

void rows_and_positions_follow(Play& play) {
  play.begin();
  play.must(a, {"INSERT INTO ks.t VALUES (1, 'a'), (2, 'b')",
                "UPDATE ks.t SET s = 'c' WHERE id = 1", "DELETE FROM ks.t WHERE id = 2"});
  CHECK(play.soon_rows(b, rows, "1,c") == "1,c");
  CHECK(play.run(a, "SELECT @@gtid_binlog_pos") == "0-1-5");
  CHECK(play.soon_rows(b, "SELECT @@gtid_slave_pos", "0-1-5") == "0-1-5");
  CHECK(play.run(b, "SELECT @@gtid_binlog_pos") == "0-1-5");
  CHECK(play.run(b, "SELECT @@gtid_current_pos") == "0-1-5");
  CHECK(play.status(b, "Slave_IO_Running") == "Yes");
  CHECK(play.status(b, "Slave_SQL_Running") == "Yes");
  CHECK(play.status(b, "Using_Gtid") == "Current_Pos");
  CHECK(play.status(b, "Seconds_Behind_Master") == "0");
  CHECK(play.status(b, "Last_SQL_Errno") == "0");
}

void stopped_and_started(Play& play) {
  play.begin();
  play.must(b, {"STOP SLAVE"});
  CHECK(play.status(b, "Slave_IO_Running") == "No");
  CHECK(play.status(b, "Slave_SQL_Running") == "No");
  CHECK(play.status(b, "Seconds_Behind_Master") == "NULL");
  play.must(a, {"INSERT INTO ks.t VALUES (1, 'a')"});
  play.wait(500);
  CHECK(play.run(b, rows) == "");
  play.must(b, {"STOP SLAVE", "START SLAVE", "START SLAVE"});
  CHECK(play.soon_rows(b, rows, "1,a") == "1,a");
}

void until_a_position(Play& play) {
  play.begin();
  play.must(b, {"STOP SLAVE"});
  play.must(a, {"INSERT INTO ks.t VALUES (1, 'a')", "INSERT INTO ks.t VALUES (2, 'b')",
                "INSERT INTO ks.t VALUES (3, 'c')"});
  play.must(b, {"START SLAVE UNTIL master_gtid_pos = '0-1-4'"});
  CHECK(play.soon_status(b, "Slave_SQL_Running", "No") == "No");
  CHECK(play.run(b, rows) == "1,a|2,b");
  CHECK(play.run(b, "SELECT @@gtid_slave_pos") == "0-1-4");
  CHECK(play.soon_status(b, "Slave_IO_Running", "No") == "No");
  play.must(b, {"START SLAVE"});
  CHECK(play.soon_rows(b, rows, "1,a|2,b|3,c") == "1,a|2,b|3,c");
}

void what_is_refused(Play& play) {
  CHECK(play.run(b, "START SLAVE") == "error 1200");
  CHECK(play.run(b, "SHOW SLAVE STATUS") == "");
  play.begin();
  CHECK(play.run(b, "CHANGE MASTER TO MASTER_DELAY = 1") == "error 1198");
  CHECK(play.run(b, "RESET SLAVE") == "error 1198");
  CHECK(play.run(b, "SET GLOBAL gtid_slave_pos = ''") == "error 1198");
  CHECK(play.run(b, "STOP SLAVE", "app") == "error 1227");
  play.must(b, {"STOP SLAVE", "RESET SLAVE"});
  CHECK(play.status(b, "Using_Gtid") == "Slave_Pos");
  play.must(b, {"RESET SLAVE ALL"});
  CHECK(play.status(b, "Using_Gtid") == "(none)");
  CHECK(play.run(b, "START SLAVE") == "error 1200");
}

void position_waited_for(Play& play) {
  play.begin();
  CHECK(play.run(b, "SELECT MASTER_GTID_WAIT('0-1-3', 0.2)") == "-1");
  play.must(a, {"INSERT INTO ks.t VALUES (1, 'a')"});
  CHECK(play.run(b, "SELECT MASTER_GTID_WAIT('0-1-3', 10)") == "0");
  CHECK(play.run(b, rows) == "1,a");
}

void errant_transaction(Play& play) {
  play.begin();
  play.must(b, {"INSERT INTO ks.t VALUES (100, 'errant')"});
  CHECK(play.run(b, "SELECT @@gtid_binlog_pos") == "0-2-3");
  CHECK(play.run(b, "SELECT @@gtid_slave_pos") == "0-1-2");
  CHECK(play.run(b, "SELECT @@gtid_current_pos") == "0-2-3");
  play.must(a, {"INSERT INTO ks.t VALUES (1, 'a')"});
  CHECK(play.soon_status(b, "Slave_SQL_Running", "No") == "No");
  CHECK(play.status(b, "Last_SQL_Errno") == "1950");
  CHECK(play.status(b, "Slave_IO_Running") == "Yes");
  CHECK(play.run(b, rows) == "100,errant");
  play.must(b, {"STOP SLAVE", "START SLAVE"});  // from 0-2-3, which the source does not know
  CHECK(play.soon_status(b, "Slave_IO_Running", "No") == "No");
  CHECK(play.status(b, "Last_IO_Errno") == "1236");
}

void errant_transaction_mended(Play& play) {
  play.begin();
  play.must(b, {"INSERT INTO ks.t VALUES (100, 'errant')"});
  play.must(a, {"INSERT INTO ks.t VALUES (1, 'a')"});
  CHECK(play.soon_status(b, "Slave_SQL_Running", "No") == "No");
  play.must(b, {"STOP SLAVE", "SET sql_log_bin = 0", "DELETE FROM ks.t WHERE id = 100",
                "SET sql_log_bin = 1", "RESET MASTER", "SET GLOBAL gtid_binlog_state = '0-1-2'",
                "START SLAVE"});
  CHECK(play.soon_rows(b, rows, "1,a") == "1,a");
  CHECK(play.run(b, "SELECT @@gtid_binlog_pos") == "0-1-3");
}

void rows_that_differ(Play& play) {
  play.begin();
  play.must(a, {"INSERT INTO ks.t VALUES (1, 'a')"});
  CHECK(play.soon_rows(b, rows, "1,a") == "1,a");
  play.must(b, {"SET sql_log_bin = 0", "DELETE FROM ks.t", "SET sql_log_bin = 1"});
  play.must(a, {"UPDATE ks.t SET s = 'b'"});
  CHECK(play.soon_status(b, "Slave_SQL_Running", "No") == "No");
  CHECK(play.status(b, "Last_SQL_Errno") == "1032");
  CHECK(play.run(b, "SELECT @@gtid_slave_pos") == "0-1-3");
  play.must(b, {"SET sql_log_bin = 0", "INSERT INTO ks.t VALUES (1, 'a'), (2, 'x')",
                "SET sql_log_bin = 1", "START SLAVE"});
  CHECK(play.soon_rows(b, rows, "1,b|2,x") == "1,b|2,x");
  play.must(a, {"INSERT INTO ks.t VALUES (2, 'y')"});
  CHECK(play.soon_status(b, "Slave_SQL_Running", "No") == "No");
  CHECK(play.status(b, "Last_SQL_Errno") == "1062");
}

void purged_log(Play& play) {
  play.begin();
  play.must(b, {"STOP SLAVE"});
  play.must(a, {"INSERT INTO ks.t VALUES (1, 'a')", "FLUSH BINARY LOGS",
                "INSERT INTO ks.t VALUES (2, 'b')", "FLUSH BINARY LOGS"});
  CHECK(play.run(a, "PURGE BINARY LOGS TO 'bin.000009'") == "error 1373");
  CHECK(play.run(a, "PURGE BINARY LOGS TO 'bin.000003'", "app") == "error 1227");
  // A file stays as long as the thread that read it for the replica has not noticed its end.
  CHECK(play.soon("bin.000003", [&] {
    play.must(a, {"PURGE BINARY LOGS TO 'bin.000003'"});
    return play.run(a, "SHOW BINARY LOGS").substr(0, 10);
  }) == "bin.000003");
  play.must(a, {"INSERT INTO ks.t VALUES (3, 'c')"});
  play.must(b, {"START SLAVE"});
  CHECK(play.soon_status(b, "Last_IO_Errno", "1236") == "1236");
  CHECK(play.status(b, "Slave_IO_Running") == "No");
  CHECK(play.status(b, "Slave_SQL_Running") == "Yes");
  CHECK(play.run(b, rows) == "");
}

void purged_log_nobody_needs(Play& play) {
  play.begin();
  play.must(a, {"INSERT INTO ks.t VALUES (1, 'a')", "FLUSH BINARY LOGS"});
  CHECK(play.soon_rows(b, rows, "1,a") == "1,a");
  play.must(b, {"STOP SLAVE"});
  play.must(a, {"PURGE BINARY LOGS TO 'bin.000002'", "INSERT INTO ks.t VALUES (2, 'b')"});
  play.must(b, {"START SLAVE"});
  CHECK(play.soon_rows(b, rows, "1,a|2,b") == "1,a|2,b");
}

void applier_waits_for_a_lock(Play& play) {
  play.begin();
  play.must(a, {"INSERT INTO ks.t VALUES (1, 'a')"});
  CHECK(play.soon_rows(b, rows, "1,a") == "1,a");
  play.must(b, {"BEGIN", "UPDATE ks.t SET s = 'mine' WHERE id = 1"});
  play.must(a, {"UPDATE ks.t SET s = 'b' WHERE id = 1"});
  play.wait(3500);
  CHECK(std::stoi("0" + play.status(b, "Seconds_Behind_Master")) >= 2);
  CHECK(play.status(b, "Slave_SQL_Running") == "Yes");
  play.must(b, {"ROLLBACK"});
  CHECK(play.soon_rows(b, rows, "1,b") == "1,b");
  CHECK(play.soon_status(b, "Seconds_Behind_Master", "0") == "0");
}

void read_only_replica(Play& play) {
  play.begin();
  play.must(b, {"SET GLOBAL read_only = 1"});
  play.must(a, {"INSERT INTO ks.t VALUES (1, 'a')"});
  CHECK(play.soon_rows(b, rows, "1,a") == "1,a");
  CHECK(play.run(b, "INSERT INTO ks.t VALUES (2, 'b')", "app") == "error 1290");
}

void delayed_replica(Play& play) {
  play.must(a, {"CREATE DATABASE ks", "CREATE TABLE ks.t (id INT PRIMARY KEY, s VARCHAR(20))"});
  play.wait(4000);
  play.follow(b, "current_pos", ", MASTER_DELAY = 3");
  CHECK(play.soon_rows(b, "SELECT COUNT(*) FROM ks.t", "0") == "0");
  CHECK(play.status(b, "SQL_Delay") == "3");
  CHECK(play.status(b, "SQL_Remaining_Delay") == "NULL");
  play.must(a, {"INSERT INTO ks.t VALUES (1, 'a')"});
  play.wait(1000);
  CHECK(play.run(b, rows) == "");
  CHECK(play.status(b, "SQL_Remaining_Delay") != "NULL");
  CHECK(play.soon_rows(b, rows, "1,a") == "1,a");
}

void roles_change(Play& play) {
  play.begin();
  play.must(a, {"INSERT INTO ks.t VALUES (1, 'a')", "SET GLOBAL read_only = 1"});
  CHECK(play.run(b, "SELECT MASTER_GTID_WAIT('0-1-3', 10)") == "0");
  play.must(b, {"STOP SLAVE", "RESET SLAVE ALL", "INSERT INTO ks.t VALUES (2, 'b')"});
  CHECK(play.run(b, "SELECT @@gtid_binlog_pos") == "0-2-4");
  CHECK(play.run(b, "SELECT @@gtid_current_pos") == "0-2-4");
  play.follow(a);
  CHECK(play.soon_rows(a, rows, "1,a|2,b") == "1,a|2,b");
  CHECK(play.run(a, "SELECT @@gtid_current_pos") == "0-2-4");
  CHECK(play.run(a, "SELECT @@gtid_slave_pos") == "0-2-4");
}

std::string semi_sync(Play& play, Side side, const std::string& name) {
  const std::string row = play.run(side, "SHOW STATUS LIKE 'Rpl_semi_sync_" + name + "'");
  return row.substr(row.find(',') + 1);
}

void semi_synchronous(Play& play) {
  play.must(b, {"SET GLOBAL rpl_semi_sync_slave_enabled = 1"});
  play.begin();
  play.must(a, {"SET GLOBAL rpl_semi_sync_master_timeout = 1000",
                "SET GLOBAL rpl_semi_sync_master_enabled = 1"});
  const auto clients = [&] { return semi_sync(play, a, "master_clients"); };
  play.must(b, {"STOP SLAVE", "START SLAVE"});
  CHECK(play.soon("1", clients) == "1");
  play.must(a, {"INSERT INTO ks.t VALUES (1, 'a')"});
  CHECK(semi_sync(play, a, "master_status") == "ON");
  CHECK(semi_sync(play, a, "master_yes_tx") == "1");
  play.must(b, {"STOP SLAVE"});
  play.must(a, {"INSERT INTO ks.t VALUES (2, 'b')"});
  CHECK(semi_sync(play, a, "master_status") == "OFF");
  play.must(a, {"INSERT INTO ks.t VALUES (3, 'c')"});
  CHECK(semi_sync(play, a, "master_no_tx") == "2");
  play.must(b, {"START SLAVE"});
  CHECK(play.soon("ON", [&] { return semi_sync(play, a, "master_status"); }) == "ON");
  CHECK(play.soon_rows(b, rows, "1,a|2,b|3,c") == "1,a|2,b|3,c");
}

struct Case {
  const char* name;
  void (*play)(Play&);
};

}  // namespace

void check_replication(Pair& pair) {
  const Case cases[] = {
      {"rows and positions follow", rows_and_positions_follow},
      {"replication is stopped and started", stopped_and_started},
      {"replication runs until a position", until_a_position},
      {"what is refused", what_is_refused},
      {"a position is waited for", position_waited_for},
      {"an errant transaction stops replication", errant_transaction},
      {"an errant transaction is mended", errant_transaction_mended},
      {"rows that differ stop replication", rows_that_differ},
      {"a log that was purged is missed", purged_log},
      {"a log that was purged is not missed", purged_log_nobody_needs},
      {"the applier waits for a lock", applier_waits_for_a_lock},
      {"a read-only replica applies", read_only_replica},
      {"a delayed replica waits", delayed_replica},
      {"the servers change roles", roles_change},
      {"semi-sync waits, gives up, and comes back", semi_synchronous},
  };
  for (const Case& one : cases) {
    INFO(one.name);
    pair.begin_case();
    Play play(pair);
    one.play(play);
  }
}

}  // namespace shardlab::contracts

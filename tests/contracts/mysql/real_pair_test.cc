#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <map>
#include <mysql.h>
#include <poll.h>
#include <stdexcept>

#include "tests/contracts/mysql/mariadb_process.h"
#include "tests/contracts/mysql/pair.h"

namespace shardlab::contracts {
namespace {

/// One MariaDB that listens on loopback, and sessions on it.
class Instance {
 public:
  explicit Instance(unsigned server_id) : process_(server_id, free_loopback_port()) {}
  ~Instance() { forget_sessions(); }

  void forget_sessions() {
    for (auto& [name, connection] : sessions_) mysql_close(connection);
    sessions_.clear();
  }

  Reply execute(const std::string& name, const std::string& sql) {
    MYSQL* connection = session(name);
    Reply reply;
    if (mysql_real_query(connection, sql.data(), sql.size()) != 0) return failed(connection);
    MYSQL_RES* result = mysql_store_result(connection);
    if (!result) return mysql_errno(connection) != 0 ? failed(connection) : reply;
    const unsigned columns = mysql_num_fields(result);
    for (unsigned i = 0; i < columns; ++i) {
      reply.fields.emplace_back(mysql_fetch_field_direct(result, i)->name, Type::varchar);
    }
    while (const MYSQL_ROW raw = mysql_fetch_row(result)) {
      Row row;
      for (unsigned i = 0; i < columns; ++i) {
        row.push_back(raw[i] ? Value::of_text(raw[i]) : Value::null());
      }
      reply.rows.push_back(std::move(row));
    }
    mysql_free_result(result);
    return reply;
  }

  int port() const { return process_.port(); }

 private:
  static Reply failed(MYSQL* connection) {
    Reply reply;
    reply.error = static_cast<int>(mysql_errno(connection));
    reply.message = mysql_error(connection);
    return reply;
  }

  MYSQL* session(const std::string& name) {
    MYSQL*& connection = sessions_[name];
    if (connection) return connection;
    connection = mysql_init(nullptr);
    const char* user = name == "dba" ? "root" : "app";
    if (!mysql_real_connect(connection, "localhost", user, "", nullptr, 0,
                            process_.socket().c_str(), 0)) {
      throw std::runtime_error(fmt::format("cannot connect: {}", mysql_error(connection)));
    }
    return connection;
  }

  MariadbProcess process_;
  std::map<std::string, MYSQL*> sessions_;
};

class RealPair final : public Pair {
 public:
  void begin_case() override {
    for (Instance* one : {&a_, &b_}) {
      one->forget_sessions();
      for (const char* sql :
           {"STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL rpl_semi_sync_master_enabled = 0",
            "SET GLOBAL rpl_semi_sync_slave_enabled = 0", "SET GLOBAL read_only = 0",
            "DROP DATABASE IF EXISTS ks"}) {
        one->execute("dba", sql);
      }
    }
    for (Instance* one : {&a_, &b_}) {  // once neither reads the other's log
      for (const char* sql :
           {"FLUSH NO_WRITE_TO_BINLOG STATUS", "RESET MASTER", "SET GLOBAL gtid_slave_pos = ''"}) {
        const Reply reply = one->execute("dba", sql);
        INFO(sql << ": " << reply.message);
        CHECK(reply.error == 0);
      }
    }
  }

  Reply execute(Side side, const std::string& session, const std::string& sql) override {
    return of(side).execute(session, sql);
  }

  std::string address_of(Side side) const override {
    return fmt::format(
        "MASTER_HOST = '127.0.0.1', MASTER_PORT = {}, MASTER_USER = 'repl', "
        "MASTER_CONNECT_RETRY = 1",
        side == Side::a ? a_.port() : b_.port());
  }

  void wait(int milliseconds) override { poll(nullptr, 0, milliseconds); }

 private:
  Instance& of(Side side) { return side == Side::a ? a_ : b_; }

  Instance a_{1};
  Instance b_{2};
};

}  // namespace

TEST_CASE("MySQL contract, MariaDB: replication between two servers") {
  RealPair pair;
  check_replication(pair);
}

}  // namespace shardlab::contracts

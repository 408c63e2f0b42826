#include <catch2/catch.hpp>
#include <map>
#include <utility>

#include "tests/contracts/mysql/pair.h"
#include "tests/fakes/mysql/mysql_world.h"

namespace shardlab::contracts {
namespace {

/// Two servers of a simulated world, a new one for each case.
class StandInPair final : public Pair {
 public:
  void begin_case() override {
    connections_.clear();
    world_ = std::make_unique<fakes::mysql::MysqlWorld>();
  }

  Reply execute(Side side, const std::string& session, const std::string& sql) override {
    Reply reply;
    std::unique_ptr<MysqlConnection>& connection = connections_[{side, session}];
    const std::string user = session == "dba" ? "dba" : "app";
    world_->run([&]() -> Task<> {
      if (!connection) {
        auto opened = co_await world_->client->connect(host(side).address(), user);
        connection = std::move(opened);
      }
      auto result = co_await capture(connection->query(sql));
      if (!result) {
        reply.error = result.error().sql_errno();
        reply.message = result.error().message();
        co_return;
      }
      reply.fields = result->fields;
      for (const Row& row : result->rows) reply.rows.push_back(row);
    });
    return reply;
  }

  std::string address_of(Side side) const override {
    return "MASTER_HOST = '" + host(side).ip +
           "', MASTER_PORT = 3306, MASTER_USER = 'repl', MASTER_CONNECT_RETRY = 1";
  }

  void wait(int milliseconds) override { world_->run_for(std::chrono::milliseconds(milliseconds)); }

 private:
  fakes::mysql::MysqlHost& host(Side side) const {
    return side == Side::a ? world_->one : world_->two;
  }

  std::unique_ptr<fakes::mysql::MysqlWorld> world_;
  std::map<std::pair<Side, std::string>, std::unique_ptr<MysqlConnection>> connections_;
};

}  // namespace

TEST_CASE("MySQL contract, stand-in: replication between two servers") {
  StandInPair pair;
  check_replication(pair);
}

}  // namespace shardlab::contracts

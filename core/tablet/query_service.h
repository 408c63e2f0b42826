#pragma once

#include <map>
#include <memory>
#include <vector>

#include "core/ports/env.h"
#include "core/ports/rpc_router.h"
#include "core/proto/query.pb.h"
#include "core/proto/topodata.pb.h"

namespace shardlab::tablet {

struct QueryServiceOptions {
  std::string mysql_address;
  std::string database;
  std::string alias;
  /// Open transactions may go on this long after the service was told to stop, and in general.
  Duration transaction_timeout = 30s;
  std::size_t max_idle_connections = 16;
};

/// Runs the statements of vtgates on the local MySQL, while the tablet serves.
///
/// Going off is orderly: new requests are refused at once, what runs and what is in a transaction
/// may finish until the transaction timeout, then it is rolled back. When `stop_serving` returns no
/// request can change anything any more: the master cutover relies on it.
/// Source: Vitess go/vt/vttablet/tabletserver (state_manager.go, tx_pool.go).
class QueryService {
 public:
  enum class State { not_serving, serving, shutting_down };

  QueryService(Env env, QueryServiceOptions options);

  void register_methods(RpcRouter& router);
  /// Rolls back transactions that are open for too long. Runs until cancelled.
  Task<> run();

  State state() const { return state_; }
  const query::Target& target() const { return target_; }
  std::uint64_t queries() const { return queries_; }

  void start_serving(query::Target target);
  /// The target stays, so that late requests get a fitting error.
  Task<> stop_serving(query::Target target, std::string reason);

 private:
  struct Transaction {
    std::unique_ptr<MysqlConnection> connection;
    TimePoint started;
    bool busy = false;
  };
  /// Counts a request as running; `stop_serving` waits for it.
  class Running;

  Task<query::ExecuteResponse> execute(query::ExecuteRequest request);
  Task<query::BeginExecuteResponse> begin_execute(query::BeginExecuteRequest request);
  Task<query::TransactionResponse> commit(query::TransactionRequest request);
  Task<query::TransactionResponse> rollback(query::TransactionRequest request);
  Task<> stream_execute(query::StreamExecuteRequest request, std::shared_ptr<RpcSink> sink);

  void check_target(const query::Target& target) const;
  void check_serving() const;
  Task<QueryResult> execute_autocommit(std::string sql);
  Task<QueryResult> execute_in_transaction(std::int64_t id, std::string sql);
  /// Ends the transaction whatever happens; its connection is not used again after an error.
  Task<> finish_transaction(std::int64_t id, std::string statement);
  Transaction& find_transaction(std::int64_t id);
  void roll_back_older_than(TimePoint started);
  Task<std::unique_ptr<MysqlConnection>> take_connection();
  void give_back(std::unique_ptr<MysqlConnection> connection);
  void enter(State state, query::Target target, std::string_view reason);

  Env env_;
  QueryServiceOptions options_;
  State state_ = State::not_serving;
  query::Target target_;
  std::vector<std::unique_ptr<MysqlConnection>> idle_;
  std::map<std::int64_t, Transaction> transactions_;
  std::int64_t next_transaction_ = 1;
  std::size_t running_ = 0;
  std::uint64_t queries_ = 0;
  Condition calmer_;  ///< a request or transaction has ended
};

}  // namespace shardlab::tablet

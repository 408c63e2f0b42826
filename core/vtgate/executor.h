#pragma once

#include <string>
#include <vector>

#include "core/ports/env.h"
#include "core/proto/vtgate.pb.h"
#include "core/sql/ast.h"
#include "core/sql/statement_cache.h"
#include "core/topo/target.h"
#include "core/vtgate/gateway.h"
#include "core/vtgate/planner.h"
#include "core/vtgate/srv_topo_cache.h"

namespace shardlab::vtgate {

/// Runs an application's statements: finds the shards, sends, combines, and keeps the transactions.
///
/// A transaction begins on a shard with the first statement that writes or locks there. Nothing in
/// it is ever retried. A transaction over several shards commits on one after another: it is not
/// atomic. A write to several shards outside a transaction gets one of its own. A read of a primary
/// outside a transaction waits, at most ten seconds, while a cutover leaves nobody serving.
///
/// `deadline` is a time of the host's clock.
/// Source: Vitess go/vt/vtgate/executor.go, scatter_conn.go, tx_conn.go.
class QueryExecutor {
 public:
  QueryExecutor(Env env, SrvTopoCache& srv_topo, Gateway& gateway);

  /// Runs one statement, BEGIN, COMMIT and ROLLBACK included; SET does nothing. The session is
  /// changed, also when an error is thrown.
  /// Throws Error: as `make_plan` and `Gateway`; when a statement inside a transaction failed after
  /// part of it had been done, the transaction is gone: `transaction rolled back due to partial DML
  /// execution: ...`.
  Task<QueryResult> execute(Session& session, topo::Target target, std::string sql,
                            sql::BindVariables variables, TimePoint deadline);
  /// Throws Error: the tablet's, after which the other shards are rolled back; outcome_unknown
  /// `transaction committed on 1 of 2 shards: ...`.
  Task<> commit(Session& session, TimePoint deadline);
  /// Errors of the tablets are left to their transaction timeout.
  Task<> rollback(Session& session, TimePoint deadline);

 private:
  struct ShardAnswer {
    ShardAnswer() = default;
    QueryResult result;
    std::optional<Session::ShardSession> begun;
  };

  Task<QueryResult> run(Session& session, topo::Target target, sql::Statement statement,
                        TimePoint deadline);
  Task<Plan> plan(topo::Target target, sql::Statement statement, TimePoint deadline);
  Task<Shards> shards_of(std::string keyspace, topo::TabletType type, TimePoint deadline);
  Task<QueryResult> run_in_own_transaction(topo::Target target, Plan plan, TimePoint deadline);
  Task<QueryResult> run_plan(Session& session, topo::Target target, Plan plan, TimePoint deadline);
  Task<ShardAnswer> run_on_shard(const Session* session, query::Target target, std::string sql,
                                 bool locks_rows, bool is_write, TimePoint deadline);
  Task<QueryResult> empty_result(topo::Target target, Plan plan, TimePoint deadline);

  Env env_;
  SrvTopoCache& srv_topo_;
  Gateway& gateway_;
  sql::StatementCache statements_;
};

}  // namespace shardlab::vtgate

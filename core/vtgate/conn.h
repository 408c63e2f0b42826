#pragma once

#include <string>

#include "core/base/query_result.h"
#include "core/ports/rpc.h"
#include "core/proto/vtgate.pb.h"
#include "core/sql/ast.h"

namespace shardlab::vtgate {

/// An application's session with one vtgate. Statements run one after another.
/// Source: Vitess go/vt/vtgate/vtgateconn.
class VtGateConn {
 public:
  /// `address` `"10.64.0.20:15991"`, `target` `"test_keyspace@replica"`.
  VtGateConn(Rpc& rpc, std::string address, std::string target);

  /// Throws Error: vtgate's, or timed_out after `timeout`, outcome_unknown, unavailable.
  Task<QueryResult> execute(std::string sql, sql::BindVariables variables, Duration timeout);
  Task<> begin(Duration timeout);
  /// The transaction is over whatever is thrown; timed_out and outcome_unknown leave open how.
  Task<> commit(Duration timeout);
  Task<> rollback(Duration timeout);

  bool in_transaction() const { return session_.in_transaction(); }
  const Session& session() const { return session_; }

 private:
  Task<> end_transaction(std::string method, Duration timeout);

  Rpc& rpc_;
  std::string address_;
  std::string target_;
  Session session_;
};

/// How a failed request is told in an answer.
Failure to_proto(const Error& error);
Error from_proto(const Failure& failure);

}  // namespace shardlab::vtgate

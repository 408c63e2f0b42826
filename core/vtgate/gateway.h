#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/event.h"
#include "core/base/query_result.h"
#include "core/discovery/tablet_stats.h"
#include "core/ports/env.h"
#include "core/proto/vtgate.pb.h"

namespace shardlab::vtgate {

struct GatewayOptions {
  GatewayOptions() = default;
  std::string cell;     ///< only tablets of this cell are read from; the primary may be anywhere
  int retry_count = 2;  ///< attempts after the first one, each on another tablet
};

/// Does a statement change anything. What is unknown to have happened is only repeated for a read.
enum class Effect { read, write };

/// The answer of the first statement of a transaction, and where the transaction lives.
struct BegunTransaction {
  BegunTransaction() = default;
  QueryResult result;
  Session::ShardSession shard_session;
};

/// A tablet did not do what it was asked: it refused, or did not answer.
struct QueryAttemptFailed {
  static constexpr std::string_view kind = "QueryAttemptFailed";
  std::string_view alias, target, code;
  bool retried = false;  ///< another tablet is asked
  auto fields() const {
    return std::array{EventField{"alias", alias}, EventField{"target", target},
                      EventField{"code", code}, EventField{"retried", retried}};
  }
};

/// Chooses a tablet for each request and tries others when that is safe.
///
/// `deadline` is a time of the host's clock. Errors are the tablet's, or unavailable
/// `no valid tablet`, `no available connection`, all behind
/// `target: test_keyspace.0.master, used tablet: test-100 (10.64.0.7): `.
/// Source: Vitess go/vt/vtgate/discoverygateway.go.
class Gateway {
 public:
  /// `tablets` must outlive the gateway; it may change at any time.
  Gateway(Env env, const discovery::TabletStatsCache& tablets, GatewayOptions options);

  /// Runs one statement outside of transactions.
  Task<QueryResult> execute(query::Target target, std::string sql, Effect effect,
                            TimePoint deadline);
  /// Begins a transaction on one shard with its first statement.
  Task<BegunTransaction> begin_execute(query::Target target, std::string sql, TimePoint deadline);

  // Inside a transaction there is one tablet and one attempt.
  Task<QueryResult> execute_in(Session::ShardSession shard, std::string sql, TimePoint deadline);
  Task<> commit(Session::ShardSession shard, TimePoint deadline);
  Task<> rollback(Session::ShardSession shard, TimePoint deadline);

 private:
  template <class Reply>
  struct Answer;
  template <class Reply, class Request>
  Task<Answer<Reply>> call_any(std::string method, Request request, Effect effect,
                               TimePoint deadline);
  template <class Reply, class Request>
  Task<Reply> call_one(Session::ShardSession shard, std::string method, Request request,
                       TimePoint deadline);
  Task<> end_transaction(Session::ShardSession shard, std::string method, TimePoint deadline);
  discovery::TabletList candidates(const query::Target& target) const;
  /// An untried tablet, until the next await; null without one, and then `error` tells why, unless
  /// it has the last attempt's already.
  const discovery::TabletStats* pick(const query::Target& target,
                                     const std::set<topo::TabletAlias>& tried,
                                     std::optional<Error>& error);

  Env env_;
  const discovery::TabletStatsCache& tablets_;
  GatewayOptions options_;
};

}  // namespace shardlab::vtgate

#include "core/vtgate/gateway.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/discovery/replication_lag.h"
#include "core/key/error_of.h"
#include "core/ports/rpc_router.h"
#include "core/sql/result_codec.h"
#include "core/topo/records.h"

namespace shardlab::vtgate {
namespace {

using discovery::TabletStats;

std::string text_of(const query::Target& target) {
  return fmt::format("target: {}.{}.{}", target.keyspace(), target.shard(),
                     topo::type_text(target.tablet_type()));
}

/// `"test-100 (10.64.0.7)"`.
std::string ident_of(const topodata::Tablet& tablet) {
  return fmt::format("{}-{} ({})", tablet.alias().cell(), tablet.alias().uid(), tablet.hostname());
}

/// May another tablet be asked after this error: the request had no effect, or cannot have any.
bool is_retryable(const Error& error, Effect effect) {
  switch (error.code()) {
    case Errc::unavailable:
    case Errc::failed_precondition:
    case Errc::read_only:
    case Errc::wrong_shard: return true;
    case Errc::outcome_unknown: return effect == Effect::read;
    default: return false;
  }
}

}  // namespace

template <class Reply>
struct Gateway::Answer {
  Answer(Reply reply, topodata::Tablet tablet)
      : reply(std::move(reply)), tablet(std::move(tablet)) {}
  Reply reply;
  topodata::Tablet tablet;
};

Gateway::Gateway(Env env, const discovery::TabletStatsCache& tablets, GatewayOptions options)
    : env_(std::move(env)), tablets_(tablets), options_(std::move(options)) {}

discovery::TabletList Gateway::candidates(const query::Target& target) const {
  if (target.tablet_type() == topodata::MASTER) {
    return tablets_.usable(target.keyspace(), target.shard(), target.tablet_type());
  }
  auto list = tablets_.tablets(target.keyspace(), target.shard(), target.tablet_type());
  std::erase_if(list, [this](const TabletStats* stats) {
    return stats->tablet.alias().cell() != options_.cell;
  });
  return discovery::filter_by_replication_lag(list);
}

const TabletStats* Gateway::pick(const query::Target& target,
                                 const std::set<topo::TabletAlias>& tried,
                                 std::optional<Error>& error) {
  auto list = candidates(target);
  if (list.empty()) {
    error = Error(Errc::unavailable, "no valid tablet");
    return nullptr;
  }
  std::erase_if(list, [&](const TabletStats* stats) { return tried.contains(stats->alias()); });
  if (!list.empty()) return list[env_.random.below("vtgate.tablet", list.size())];
  if (!error) error = Error(Errc::unavailable, "no available connection");
  return nullptr;
}

template <class Reply, class Request>
Task<Gateway::Answer<Reply>> Gateway::call_any(std::string method, Request request, Effect effect,
                                               TimePoint deadline) {
  std::optional<topodata::Tablet> used;
  std::set<topo::TabletAlias> tried;
  std::optional<Error> error;
  for (int attempt = 0; attempt <= options_.retry_count; ++attempt) {
    const Duration left = deadline - env_.clock.now();
    if (left <= Duration(0)) {
      if (!error) error = Error(Errc::unavailable, "deadline exceeded before the first attempt");
      break;
    }
    const TabletStats* chosen = pick(request.target(), tried, error);
    if (!chosen) break;
    used = chosen->tablet;
    tried.insert(chosen->alias());
    if (!chosen->is_connected()) {
      error = Error(Errc::unavailable, "no connection to tablet " + ident_of(*used));
      continue;
    }
    const std::string address = topo::tablet_address(*used);
    auto reply = co_await capture(call<Reply>(env_.rpc, address, method, request, left));
    if (reply) co_return Answer<Reply>(*std::move(reply), *std::move(used));
    error = error_of(reply);
    const bool retried = is_retryable(*error, effect) && attempt < options_.retry_count;
    const std::string alias = topo::alias_text(used->alias());
    const std::string target = text_of(request.target());
    QueryAttemptFailed event{alias, target, to_string(error->code()), retried};
    env_.events.emit(event);
    if (!retried) break;
  }
  throw error->within(text_of(request.target()) +
                      (used ? ", used tablet: " + ident_of(*used) : ""));
}

template <class Reply, class Request>
Task<Reply> Gateway::call_one(Session::ShardSession shard, std::string method, Request request,
                              TimePoint deadline) {
  const Duration left = std::max(deadline - env_.clock.now(), Duration(1));
  auto reply = co_await capture(call<Reply>(env_.rpc, shard.address(), method, request, left));
  if (reply) co_return *std::move(reply);
  throw error_of(reply).within(fmt::format("{}, used tablet: {}-{} ({})", text_of(shard.target()),
                                           shard.tablet_alias().cell(), shard.tablet_alias().uid(),
                                           shard.address()));
}

Task<QueryResult> Gateway::execute(query::Target target, std::string sql, Effect effect,
                                   TimePoint deadline) {
  query::ExecuteRequest request;
  *request.mutable_target() = std::move(target);
  request.set_sql(std::move(sql));
  auto answer = co_await call_any<query::ExecuteResponse>("QueryService.Execute",
                                                          std::move(request), effect, deadline);
  co_return sql::decode_result(answer.reply.result());
}

Task<BegunTransaction> Gateway::begin_execute(query::Target target, std::string sql,
                                              TimePoint deadline) {
  BegunTransaction begun;
  *begun.shard_session.mutable_target() = target;
  query::BeginExecuteRequest request;
  *request.mutable_target() = std::move(target);
  request.set_sql(std::move(sql));
  auto answer = co_await call_any<query::BeginExecuteResponse>(
      "QueryService.BeginExecute", std::move(request), Effect::write, deadline);
  begun.shard_session.set_transaction_id(answer.reply.transaction_id());
  *begun.shard_session.mutable_tablet_alias() = answer.tablet.alias();
  begun.shard_session.set_address(topo::tablet_address(answer.tablet));
  begun.result = sql::decode_result(answer.reply.result());
  co_return begun;
}

Task<QueryResult> Gateway::execute_in(Session::ShardSession shard, std::string sql,
                                      TimePoint deadline) {
  query::ExecuteRequest request;
  *request.mutable_target() = shard.target();
  request.set_sql(std::move(sql));
  request.set_transaction_id(shard.transaction_id());
  auto reply = co_await call_one<query::ExecuteResponse>(std::move(shard), "QueryService.Execute",
                                                         std::move(request), deadline);
  co_return sql::decode_result(reply.result());
}

Task<> Gateway::commit(Session::ShardSession shard, TimePoint deadline) {
  return end_transaction(std::move(shard), "QueryService.Commit", deadline);
}

Task<> Gateway::rollback(Session::ShardSession shard, TimePoint deadline) {
  return end_transaction(std::move(shard), "QueryService.Rollback", deadline);
}

Task<> Gateway::end_transaction(Session::ShardSession shard, std::string method,
                                TimePoint deadline) {
  query::TransactionRequest request;
  *request.mutable_target() = shard.target();
  request.set_transaction_id(shard.transaction_id());
  co_await call_one<query::TransactionResponse>(std::move(shard), std::move(method),
                                                std::move(request), deadline);
}

}  // namespace shardlab::vtgate

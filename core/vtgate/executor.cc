#include "core/vtgate/executor.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/children.h"
#include "core/key/destination.h"
#include "core/key/error_of.h"
#include "core/sql/parser.h"
#include "core/topo/records.h"
#include "core/topo/serving_graph.h"

namespace shardlab::vtgate {
namespace {

constexpr Duration rollback_timeout = 1s;
/// Source: Vitess `-buffer_window`.
constexpr Duration buffer_window = 10s;
constexpr Duration buffer_pause = 50ms;

topodata::TabletType record_type(topo::TabletType type) {
  return static_cast<topodata::TabletType>(type);
}

query::Target shard_target(const std::string& keyspace, const std::string& shard,
                           topo::TabletType type) {
  query::Target target;
  target.set_keyspace(keyspace);
  target.set_shard(shard);
  target.set_tablet_type(record_type(type));
  return target;
}

const Session::ShardSession* find_shard(const Session& session, const query::Target& target) {
  for (const auto& shard : session.shard_sessions()) {
    if (shard.target().keyspace() == target.keyspace() &&
        shard.target().shard() == target.shard()) {
      return &shard;
    }
  }
  return nullptr;
}

/// The error of a statement whose transaction has been rolled back: whatever became of the
/// statement, nothing of it stays.
Error rolled_back(const Error& error) {
  const bool was_in_doubt =
      error.code() == Errc::timed_out || error.code() == Errc::outcome_unknown;
  return Error(was_in_doubt ? Errc::unavailable : error.code(),
               "transaction rolled back due to partial DML execution: " + error.message(),
               error.sql_errno());
}

/// Reads of a primary outside transactions wait while nobody serves, as requests do in a Vitess
/// with
/// `-enable_buffer`; they have no effect, so trying again is safe. Writes are refused at once.
bool can_wait_out_a_cutover(const Session& session, const topo::Target& target,
                            const sql::Statement& statement) {
  const auto* select = std::get_if<sql::Select>(&statement.node);
  return !session.in_transaction() && target.tablet_type == topo::TabletType::primary &&
         select != nullptr && !select->for_update;
}

bool is_not_serving(const Error& error) {
  return error.code() == Errc::failed_precondition || error.code() == Errc::wrong_shard ||
         error.code() == Errc::unavailable;
}

Error no_keyspace() {
  return Error(Errc::invalid_argument,
               "no keyspace in database name specified. Supported database name format (items in "
               "<> are optional): keyspace<:shard><@type> or keyspace<[range]><@type>");
}

}  // namespace

QueryExecutor::QueryExecutor(Env env, SrvTopoCache& srv_topo, Gateway& gateway)
    : env_(std::move(env)), srv_topo_(srv_topo), gateway_(gateway) {}

Task<QueryResult> QueryExecutor::execute(Session& session, topo::Target target, std::string sql,
                                         sql::BindVariables variables, TimePoint deadline) {
  QueryResult nothing;
  switch (sql::statement_kind(sql)) {
    case sql::StatementKind::begin:
      co_await commit(session, deadline);
      session.set_in_transaction(true);
      co_return nothing;
    case sql::StatementKind::commit: co_await commit(session, deadline); co_return nothing;
    case sql::StatementKind::rollback: co_await rollback(session, deadline); co_return nothing;
    case sql::StatementKind::set: co_return nothing;
    default: break;
  }
  const TimePoint give_up = std::min(deadline, env_.clock.now() + buffer_window);
  for (;;) {  // until it is answered or the time is up
    sql::Statement statement = statements_.parse(sql);
    sql::bind_variables(statement, variables);
    const bool may_wait = can_wait_out_a_cutover(session, target, statement);
    auto result = co_await capture(run(session, target, std::move(statement), deadline));
    if (result) co_return *std::move(result);
    const Error error = error_of(result);
    if (!may_wait || !is_not_serving(error) || env_.clock.now() >= give_up) throw error;
    co_await env_.clock.sleep(buffer_pause);
  }
}

Task<QueryResult> QueryExecutor::run(Session& session, topo::Target target,
                                     sql::Statement statement, TimePoint deadline) {
  if (const auto* name = sql::table_of(statement); name != nullptr && !name->db.empty()) {
    target.keyspace = name->db;
  }
  auto plan = co_await this->plan(target, std::move(statement), deadline);
  if (plan.locks_rows && target.tablet_type != topo::TabletType::primary) {
    throw Error(Errc::failed_precondition,
                "transactional statement disallowed on non-master tablet: " +
                    topo::to_lower_text(target.tablet_type));
  }
  if (plan.queries.empty()) {
    auto nothing = co_await empty_result(std::move(target), std::move(plan), deadline);
    co_return nothing;
  }
  const bool needs_transaction = plan.is_write && plan.queries.size() > 1;
  if (needs_transaction && !session.in_transaction()) {
    auto written = co_await run_in_own_transaction(std::move(target), std::move(plan), deadline);
    co_return written;
  }
  auto result = co_await run_plan(session, std::move(target), std::move(plan), deadline);
  co_return result;
}

Task<Plan> QueryExecutor::plan(topo::Target target, sql::Statement statement, TimePoint deadline) {
  if (target.destination) {
    if (target.keyspace.empty()) throw no_keyspace();
    auto shards = co_await shards_of(target.keyspace, target.tablet_type, deadline);
    const key::Resolved found = key::resolve(*target.destination, shards, [&](std::size_t count) {
      return env_.random.below("vtgate.any_shard", count);
    });
    if (found.error) throw *found.error;
    co_return make_bypass_plan(statement, found.shards);
  }
  const auto vschema = srv_topo_.vschema();
  const vindexes::Table table = table_of(statement, *vschema, target.keyspace);
  if (table.keyspace.empty()) throw no_keyspace();
  auto shards = co_await shards_of(table.keyspace, target.tablet_type, deadline);
  co_return make_plan(std::move(statement), table, shards);
}

Task<Shards> QueryExecutor::shards_of(std::string keyspace, topo::TabletType type,
                                      TimePoint deadline) {
  const Duration left = deadline - env_.clock.now();
  auto graph = co_await srv_topo_.srv_keyspace(keyspace, left);
  const auto* partition = topo::find_partition(*graph, record_type(type));
  if (partition == nullptr) {
    throw Error(Errc::unavailable,
                fmt::format("No partition found for tabletType {} in keyspace {}",
                            topo::to_lower_text(type), keyspace));
  }
  Shards shards;
  for (const auto& reference : partition->shard_references()) {
    shards.emplace_back(reference.name(), topo::key_range_of(reference));
  }
  co_return shards;
}

Task<QueryResult> QueryExecutor::empty_result(topo::Target target, Plan plan, TimePoint deadline) {
  QueryResult nothing;
  if (!plan.field_query) co_return nothing;
  query::Target shard = shard_target(target.keyspace, plan.field_query->shard, target.tablet_type);
  auto result =
      co_await gateway_.execute(std::move(shard), plan.field_query->sql, Effect::read, deadline);
  co_return result;
}

Task<QueryResult> QueryExecutor::run_in_own_transaction(topo::Target target, Plan plan,
                                                        TimePoint deadline) {
  Session own;
  own.set_in_transaction(true);
  auto result = co_await capture(run_plan(own, std::move(target), std::move(plan), deadline));
  if (!result) {
    co_await rollback(own, deadline);
    throw error_of(result);
  }
  co_await commit(own, deadline);
  co_return *std::move(result);
}

Task<QueryResult> QueryExecutor::run_plan(Session& session, topo::Target target, Plan plan,
                                          TimePoint deadline) {
  std::vector<Task<Result<ShardAnswer>>> tasks;
  bool was_begun = false;
  for (const ShardQuery& query : plan.queries) {
    query::Target shard = shard_target(target.keyspace, query.shard, target.tablet_type);
    was_begun = was_begun || find_shard(session, shard) != nullptr;
    tasks.push_back(capture(run_on_shard(&session, std::move(shard), query.sql, plan.locks_rows,
                                         plan.is_write, deadline)));
  }
  auto answers = co_await join_all(std::move(tasks));
  std::optional<Error> error;
  bool any_done = false;
  std::vector<QueryResult> results;
  for (auto& answer : answers) {
    if (!answer) {
      if (!error) error = error_of(answer);
      continue;
    }
    any_done = true;
    if (answer->begun) *session.add_shard_sessions() = *std::move(answer->begun);
    results.push_back(std::move(answer->result));
  }
  if (!error) co_return merge_results(plan.merge, std::move(results));
  // A statement that MySQL itself refused has left its shard's transaction as it was.
  const bool is_partial = any_done || (was_begun && error->code() != Errc::sql);
  if (!session.in_transaction() || !plan.is_write || !is_partial) throw *error;
  co_await rollback(session, deadline);
  throw rolled_back(*error);
}

Task<QueryExecutor::ShardAnswer> QueryExecutor::run_on_shard(const Session* session,
                                                             query::Target target, std::string sql,
                                                             bool locks_rows, bool is_write,
                                                             TimePoint deadline) {
  ShardAnswer answer;
  const Session::ShardSession* shard = find_shard(*session, target);
  if (shard != nullptr) {
    answer.result = co_await gateway_.execute_in(*shard, std::move(sql), deadline);
  } else if (session->in_transaction() && locks_rows) {
    auto begun = co_await gateway_.begin_execute(std::move(target), std::move(sql), deadline);
    answer.result = std::move(begun.result);
    answer.begun = std::move(begun.shard_session);
  } else {
    const Effect effect = is_write ? Effect::write : Effect::read;
    answer.result = co_await gateway_.execute(std::move(target), std::move(sql), effect, deadline);
  }
  co_return answer;
}

Task<> QueryExecutor::commit(Session& session, TimePoint deadline) {
  const Session ending = std::exchange(session, Session());
  const int count = ending.shard_sessions_size();
  for (int i = 0; i < count; ++i) {
    auto committed = co_await capture(gateway_.commit(ending.shard_sessions(i), deadline));
    if (committed) continue;
    Session rest;
    for (int k = i + 1; k < count; ++k) *rest.add_shard_sessions() = ending.shard_sessions(k);
    co_await rollback(rest, deadline);
    const Error error = error_of(committed);
    if (i == 0) throw error;
    throw Error(Errc::outcome_unknown, fmt::format("transaction committed on {} of {} shards: {}",
                                                   i, count, error.message()));
  }
}

Task<> QueryExecutor::rollback(Session& session, TimePoint deadline) {
  const Session ending = std::exchange(session, Session());
  // A request that ran out of time must not leave its locks behind for the tablet's own timeout.
  deadline = std::max(deadline, env_.clock.now() + rollback_timeout);
  for (const auto& shard : ending.shard_sessions()) {
    co_await capture(gateway_.rollback(shard, deadline));
  }
}

}  // namespace shardlab::vtgate

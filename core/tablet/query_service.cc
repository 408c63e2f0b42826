#include "core/tablet/query_service.h"

#include <fmt/format.h>

#include "core/base/children.h"
#include "core/sql/parser.h"
#include "core/sql/query_proto.h"
#include "core/sql/result_codec.h"
#include "core/tablet/events.h"
#include "core/topo/records.h"

namespace shardlab::tablet {
namespace {

std::string_view state_name(QueryService::State state) {
  switch (state) {
    case QueryService::State::serving: return "SERVING";
    case QueryService::State::shutting_down: return "SHUTTING_DOWN";
    case QueryService::State::not_serving: break;
  }
  return "NOT_SERVING";
}

bool is_read(const std::string& sql) {
  return sql::statement_kind(sql) == sql::StatementKind::select;
}

}  // namespace

class QueryService::Running {
 public:
  explicit Running(QueryService& service) : service_(service) { ++service_.running_; }
  Running(const Running&) = delete;
  ~Running() {
    --service_.running_;
    service_.calmer_.notify_all();
  }

 private:
  QueryService& service_;
};

QueryService::QueryService(Env env, QueryServiceOptions options)
    : env_(env), options_(std::move(options)) {}

void QueryService::register_methods(RpcRouter& router) {
  router.on<query::ExecuteRequest, query::ExecuteResponse>(
      "QueryService.Execute",
      [this](query::ExecuteRequest request) { return execute(std::move(request)); });
  router.on<query::BeginExecuteRequest, query::BeginExecuteResponse>(
      "QueryService.BeginExecute",
      [this](query::BeginExecuteRequest request) { return begin_execute(std::move(request)); });
  router.on<query::TransactionRequest, query::TransactionResponse>(
      "QueryService.Commit",
      [this](query::TransactionRequest request) { return commit(std::move(request)); });
  router.on<query::TransactionRequest, query::TransactionResponse>(
      "QueryService.Rollback",
      [this](query::TransactionRequest request) { return rollback(std::move(request)); });
  router.on_stream<query::StreamExecuteRequest>(
      "QueryService.StreamExecute",
      [this](query::StreamExecuteRequest request, std::shared_ptr<RpcSink> sink) {
        return stream_execute(std::move(request), std::move(sink));
      });
}

Task<> QueryService::run() {
  for (;;) {
    co_await env_.clock.sleep(options_.transaction_timeout / 10);
    roll_back_older_than(env_.clock.now() - options_.transaction_timeout);
  }
}

// Going on and off.

void QueryService::enter(State state, query::Target target, std::string_view reason) {
  state_ = state;
  target_ = std::move(target);
  TabletServingChanged event;
  event.alias = options_.alias;
  event.keyspace = target_.keyspace();
  event.shard = target_.shard();
  const std::string type = topo::type_text(target_.tablet_type());
  event.type = type;
  event.state = state_name(state);
  event.reason = reason;
  env_.events.emit(event);
}

void QueryService::start_serving(query::Target target) {
  enter(State::serving, std::move(target), "");
}

Task<> QueryService::stop_serving(query::Target target, std::string reason) {
  if (state_ == State::serving) {
    enter(State::shutting_down, target_, reason);
    const TimePoint at = env_.clock.deadline(options_.transaction_timeout);
    bool in_time = true;
    while (in_time && (running_ > 0 || !transactions_.empty())) {
      in_time = co_await calmer_.wait_until(at);
    }
    roll_back_older_than(env_.clock.now());
    while (running_ > 0) co_await calmer_.wait();
    transactions_.clear();
  }
  enter(State::not_serving, std::move(target), reason);
}

void QueryService::roll_back_older_than(TimePoint started) {
  std::vector<std::int64_t> old;
  for (const auto& [id, transaction] : transactions_) {
    if (transaction.started <= started && !transaction.busy) old.push_back(id);
  }
  // Dropping the connection rolls back.
  for (std::int64_t id : old) transactions_.erase(id);
  calmer_.notify_all();
}

// Who may ask what.

void QueryService::check_target(const query::Target& target) const {
  if (target.keyspace() != target_.keyspace()) {
    throw Error(Errc::wrong_shard, "invalid keyspace " + target.keyspace());
  }
  if (target.shard() != target_.shard()) {
    throw Error(Errc::wrong_shard, "invalid shard " + target.shard());
  }
  if (target.tablet_type() != target_.tablet_type()) {
    throw Error(Errc::wrong_shard, fmt::format("invalid tablet type: {}, want: {}",
                                               topo::type_name(target.tablet_type()),
                                               topo::type_name(target_.tablet_type())));
  }
}

void QueryService::check_serving() const {
  if (state_ == State::serving) return;
  throw Error(Errc::failed_precondition,
              fmt::format("operation not allowed in state {}", state_name(state_)));
}

// Requests.

Task<query::ExecuteResponse> QueryService::execute(query::ExecuteRequest request) {
  QueryResult result;
  if (request.transaction_id() != 0) {
    result = co_await execute_in_transaction(request.transaction_id(), request.sql());
  } else {
    check_serving();
    check_target(request.target());
    if (!is_read(request.sql()) && target_.tablet_type() != topodata::MASTER) {
      throw Error(Errc::failed_precondition,
                  "transactional statement disallowed on non-master tablet: " +
                      topo::type_name(target_.tablet_type()));
    }
    result = co_await execute_autocommit(request.sql());
  }
  query::ExecuteResponse response;
  response.set_result(sql::encode(result));
  co_return response;
}

Task<QueryResult> QueryService::execute_autocommit(std::string sql) {
  Running running(*this);
  ++queries_;
  const bool writes = !is_read(sql);
  auto connection = co_await take_connection();
  // A connection whose statement failed is dropped: its state is not known.
  auto result = co_await connection->query(std::move(sql));
  give_back(std::move(connection));
  if (writes) {
    QueryServiceCommitted event{options_.alias, target_.keyspace(), target_.shard()};
    env_.events.emit(event);
  }
  co_return result;
}

Task<query::BeginExecuteResponse> QueryService::begin_execute(query::BeginExecuteRequest request) {
  check_serving();
  check_target(request.target());
  if (target_.tablet_type() != topodata::MASTER) {
    throw Error(Errc::failed_precondition,
                "transactional statement disallowed on non-master tablet: " +
                    topo::type_name(target_.tablet_type()));
  }
  Running running(*this);
  ++queries_;
  auto connection = co_await take_connection();
  co_await connection->query("BEGIN");
  auto result = co_await connection->query(request.sql());
  const std::int64_t id = next_transaction_++;
  Transaction& transaction = transactions_[id];
  transaction.connection = std::move(connection);
  transaction.started = env_.clock.now();
  query::BeginExecuteResponse response;
  response.set_result(sql::encode(result));
  response.set_transaction_id(id);
  co_return response;
}

QueryService::Transaction& QueryService::find_transaction(std::int64_t id) {
  auto found = transactions_.find(id);
  if (found == transactions_.end()) {
    throw Error(Errc::failed_precondition, fmt::format("transaction {}: ended or not found", id));
  }
  if (found->second.busy) {
    throw Error(Errc::failed_precondition, fmt::format("transaction {}: in use", id));
  }
  return found->second;
}

Task<QueryResult> QueryService::execute_in_transaction(std::int64_t id, std::string sql) {
  Running running(*this);
  ++queries_;
  Transaction& transaction = find_transaction(id);
  transaction.busy = true;
  auto result = co_await capture(transaction.connection->query(std::move(sql)));
  transaction.busy = false;
  if (!result) {
    const Errc code = result.error().code();
    if (code == Errc::unavailable || code == Errc::outcome_unknown) transactions_.erase(id);
  }
  co_return std::move(result).value();
}

Task<query::TransactionResponse> QueryService::commit(query::TransactionRequest request) {
  co_await finish_transaction(request.transaction_id(), "COMMIT");
  QueryServiceCommitted event{options_.alias, target_.keyspace(), target_.shard()};
  env_.events.emit(event);
  co_return query::TransactionResponse();
}

Task<query::TransactionResponse> QueryService::rollback(query::TransactionRequest request) {
  co_await finish_transaction(request.transaction_id(), "ROLLBACK");
  co_return query::TransactionResponse();
}

Task<> QueryService::finish_transaction(std::int64_t id, std::string statement) {
  Running running(*this);
  // Out of the map first: nobody else can use it, whatever the outcome is.
  auto connection = std::move(find_transaction(id).connection);
  transactions_.erase(id);
  co_await connection->query(std::move(statement));
  give_back(std::move(connection));
}

Task<> QueryService::stream_execute(query::StreamExecuteRequest request,
                                    std::shared_ptr<RpcSink> sink) {
  check_serving();
  check_target(request.target());
  auto connection = co_await take_connection();
  auto rows = co_await connection->stream(request.sql());
  query::StreamExecuteResponse first;
  for (const Field& field : rows->fields()) {
    *first.mutable_result()->add_fields() = sql::to_proto(field);
  }
  co_await sink->send(first.SerializeAsString());
  for (;;) {
    auto batch = co_await rows->next();
    if (batch.empty()) break;
    query::StreamExecuteResponse response;
    for (const Row& row : batch) *response.mutable_result()->add_rows() = sql::to_proto(row);
    co_await sink->send(response.SerializeAsString());
  }
}

// Connections.

Task<std::unique_ptr<MysqlConnection>> QueryService::take_connection() {
  if (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    co_return connection;
  }
  auto connection = co_await env_.mysql.connect(options_.mysql_address, "app");
  co_await connection->query("USE `" + options_.database + "`");
  co_return connection;
}

void QueryService::give_back(std::unique_ptr<MysqlConnection> connection) {
  if (idle_.size() < options_.max_idle_connections) idle_.push_back(std::move(connection));
}

}  // namespace shardlab::tablet

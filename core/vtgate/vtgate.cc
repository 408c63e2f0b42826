#include "core/vtgate/vtgate.h"

#include <algorithm>

#include "core/key/error_of.h"
#include "core/sql/result_codec.h"
#include "core/vtgate/conn.h"

namespace shardlab::vtgate {
namespace {

discovery::HealthCheckOptions health_options(const VtGateOptions& options) {
  discovery::HealthCheckOptions health;
  health.cells = options.cells_to_watch;
  if (health.cells.empty()) health.cells.push_back(options.cell);
  health.tablet_refresh_interval = options.tablet_refresh_interval;
  return health;
}

GatewayOptions gateway_options(const VtGateOptions& options) {
  GatewayOptions gateway;
  gateway.cell = options.cell;
  gateway.retry_count = options.retry_count;
  return gateway;
}

sql::BindVariables bind_variables_of(const ExecuteRequest& request) {
  sql::BindVariables variables;
  for (const BindVariable& variable : request.bind_variables()) {
    if (variable.type() < 0 || variable.type() > static_cast<std::int32_t>(Type::set)) {
      throw Error(Errc::invalid_argument, "unknown type of bind variable " + variable.name());
    }
    const Type type = static_cast<Type>(variable.type());
    variables[variable.name()] =
        type == Type::null_type ? Value::null() : Value(type, variable.value());
  }
  return variables;
}

}  // namespace

VtGate::VtGate(Env env, VtGateOptions options)
    : env_(std::move(env)),
      options_(std::move(options)),
      topo_(env_, options_.name, options_.topo_address, options_.topo_root),
      health_check_(env_, topo_, health_options(options_)),
      srv_topo_(env_, topo_, options_.cell),
      gateway_(env_, health_check_.cache(), gateway_options(options_)),
      executor_(env_, srv_topo_, gateway_) {
  add_methods();
}

void VtGate::add_methods() {
  router_.on<ExecuteRequest, ExecuteResponse>(
      "VtGate.Execute", [this](ExecuteRequest request) { return execute(std::move(request)); });
  router_.on<BeginRequest, BeginResponse>(
      "VtGate.Begin", [this](BeginRequest request) { return begin(std::move(request)); });
  router_.on<EndTransactionRequest, EndTransactionResponse>(
      "VtGate.Commit",
      [this](EndTransactionRequest request) { return commit(std::move(request)); });
  router_.on<EndTransactionRequest, EndTransactionResponse>(
      "VtGate.Rollback",
      [this](EndTransactionRequest request) { return rollback(std::move(request)); });
}

Task<> VtGate::run() {
  std::optional<Error> interrupted;
  try {
    co_await serve();
  } catch (const std::exception&) {
    interrupted = current_error();
  }
  co_await ignore_cancellation();
  co_await stop();
  if (interrupted) throw *interrupted;
}

Task<> VtGate::serve() {
  co_await srv_topo_.start();
  co_await health_check_.start();
  co_await wait_for_tablets();
  env_.rpc.serve(options_.port, router_);
  co_await never_.wait();
}

Task<> VtGate::stop() {
  co_await health_check_.stop();
  co_await srv_topo_.stop();
}

Task<> VtGate::wait_for_tablets() {
  auto keyspaces = co_await capture(topo_.get_keyspaces());
  if (!keyspaces) co_return;
  std::vector<query::Target> targets;
  for (const std::string& keyspace : *keyspaces) {
    auto of_keyspace = co_await capture(targets_of(keyspace));
    if (of_keyspace) targets.insert(targets.end(), of_keyspace->begin(), of_keyspace->end());
  }
  co_await health_check_.wait_for_serving(std::move(targets), options_.initial_tablet_timeout);
}

Task<std::vector<query::Target>> VtGate::targets_of(std::string keyspace) {
  auto graph = co_await topo_.get_srv_keyspace(options_.cell, keyspace);
  std::vector<query::Target> targets;
  for (const auto& partition : graph.partitions()) {
    const auto& types = options_.tablet_types_to_wait;
    if (std::ranges::find(types, partition.served_type()) == types.end()) continue;
    for (const auto& shard : partition.shard_references()) {
      query::Target& target = targets.emplace_back();
      target.set_keyspace(keyspace);
      target.set_shard(shard.name());
      target.set_tablet_type(partition.served_type());
    }
  }
  co_return targets;
}

TimePoint VtGate::deadline_of(std::int64_t timeout_ns) const {
  return env_.clock.now() + (timeout_ns > 0 ? Duration(timeout_ns) : options_.default_timeout);
}

Task<ExecuteResponse> VtGate::execute(ExecuteRequest request) {
  ExecuteResponse response;
  Session& session = *response.mutable_session();
  session = request.session();
  auto result = co_await capture(execute_in(session, std::move(request)));
  if (result) {
    response.set_result(sql::encode(*result));
  } else {
    *response.mutable_failure() = to_proto(error_of(result));
  }
  co_return response;
}

Task<QueryResult> VtGate::execute_in(Session& session, ExecuteRequest request) {
  const TimePoint deadline = deadline_of(request.timeout_ns());
  sql::BindVariables variables = bind_variables_of(request);
  topo::Target target = topo::parse_target(request.target(), topo::TabletType::primary).value();
  auto result = co_await executor_.execute(session, std::move(target), request.sql(),
                                           std::move(variables), deadline);
  co_return result;
}

Task<BeginResponse> VtGate::begin(BeginRequest) {
  BeginResponse response;
  response.mutable_session()->set_in_transaction(true);
  co_return response;
}

Task<EndTransactionResponse> VtGate::commit(EndTransactionRequest request) {
  Session session = request.session();
  co_await executor_.commit(session, deadline_of(request.timeout_ns()));
  co_return EndTransactionResponse();
}

Task<EndTransactionResponse> VtGate::rollback(EndTransactionRequest request) {
  Session session = request.session();
  co_await executor_.rollback(session, deadline_of(request.timeout_ns()));
  co_return EndTransactionResponse();
}

}  // namespace shardlab::vtgate

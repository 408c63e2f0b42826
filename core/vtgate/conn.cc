#include "core/vtgate/conn.h"

#include "core/ports/rpc_router.h"
#include "core/sql/result_codec.h"

namespace shardlab::vtgate {

Failure to_proto(const Error& error) {
  Failure failure;
  failure.set_code(static_cast<std::int32_t>(error.code()));
  failure.set_message(error.message());
  failure.set_sql_errno(error.sql_errno());
  return failure;
}

Error from_proto(const Failure& failure) {
  const std::int32_t code = failure.code();
  if (code < 0 || code > static_cast<std::int32_t>(Errc::corrupt)) {
    return Error(Errc::corrupt, failure.message());
  }
  return Error(static_cast<Errc>(code), failure.message(), failure.sql_errno());
}

VtGateConn::VtGateConn(Rpc& rpc, std::string address, std::string target)
    : rpc_(rpc), address_(std::move(address)), target_(std::move(target)) {}

Task<QueryResult> VtGateConn::execute(std::string sql, sql::BindVariables variables,
                                      Duration timeout) {
  ExecuteRequest request;
  *request.mutable_session() = session_;
  request.set_target(target_);
  request.set_sql(std::move(sql));
  request.set_timeout_ns(timeout.count());
  for (const auto& [name, value] : variables) {
    BindVariable& variable = *request.add_bind_variables();
    variable.set_name(name);
    variable.set_type(static_cast<std::int32_t>(value.type()));
    variable.set_value(value.text());
  }
  auto response =
      co_await call<ExecuteResponse>(rpc_, address_, "VtGate.Execute", std::move(request), timeout);
  session_ = std::move(*response.mutable_session());
  if (response.has_failure()) throw from_proto(response.failure());
  co_return sql::decode_result(response.result());
}

Task<> VtGateConn::begin(Duration timeout) {
  BeginRequest request;
  auto response =
      co_await call<BeginResponse>(rpc_, address_, "VtGate.Begin", std::move(request), timeout);
  session_ = std::move(*response.mutable_session());
}

Task<> VtGateConn::commit(Duration timeout) { return end_transaction("VtGate.Commit", timeout); }

Task<> VtGateConn::rollback(Duration timeout) {
  return end_transaction("VtGate.Rollback", timeout);
}

Task<> VtGateConn::end_transaction(std::string method, Duration timeout) {
  EndTransactionRequest request;
  *request.mutable_session() = std::exchange(session_, Session());
  request.set_timeout_ns(timeout.count());
  co_await call<EndTransactionResponse>(rpc_, address_, std::move(method), std::move(request),
                                        timeout);
}

}  // namespace shardlab::vtgate

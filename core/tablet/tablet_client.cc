#include "core/tablet/tablet_client.h"

#include "core/ports/rpc_router.h"
#include "core/sql/query_proto.h"
#include "core/topo/records.h"

namespace shardlab::tablet {

using namespace tabletmanagerdata;

template <class Reply, class Request>
Task<Reply> TabletClient::ask(Tablet tablet, std::string method, Request request,
                              Duration timeout) {
  auto reply = co_await capture(call<Reply>(
      rpc_, topo::tablet_address(tablet), "TabletManager." + method, std::move(request), timeout));
  if (!reply) throw reply.error().within("tablet " + topo::alias_text(tablet.alias()));
  co_return std::move(*reply);
}

Task<> TabletClient::ping(Tablet tablet) {
  co_await ask<Empty>(std::move(tablet), "Ping", Empty(), timeout_);
}

Task<> TabletClient::refresh_state(Tablet tablet) {
  co_await ask<Empty>(std::move(tablet), "RefreshState", Empty(), timeout_);
}

Task<> TabletClient::run_health_check(Tablet tablet) {
  co_await ask<Empty>(std::move(tablet), "RunHealthCheck", Empty(), timeout_);
}

Task<> TabletClient::change_type(Tablet tablet, topodata::TabletType type) {
  ChangeTypeRequest request;
  request.set_tablet_type(type);
  co_await ask<Empty>(std::move(tablet), "ChangeType", std::move(request), timeout_);
}

Task<SchemaDefinition> TabletClient::get_schema(Tablet tablet, GetSchemaRequest request) {
  return ask<SchemaDefinition>(std::move(tablet), "GetSchema", std::move(request), timeout_);
}

Task<QueryResult> TabletClient::execute_fetch_as_dba(Tablet tablet, std::string sql,
                                                     std::uint64_t max_rows, bool disable_binlogs) {
  ExecuteFetchRequest request;
  request.set_sql(std::move(sql));
  request.set_max_rows(max_rows);
  request.set_disable_binlogs(disable_binlogs);
  auto response = co_await ask<ExecuteFetchResponse>(std::move(tablet), "ExecuteFetchAsDba",
                                                     std::move(request), timeout_);
  co_return sql::from_proto(response.result());
}

Task<QueryResult> TabletClient::execute_fetch_as_app(Tablet tablet, std::string sql,
                                                     std::uint64_t max_rows) {
  ExecuteFetchRequest request;
  request.set_sql(std::move(sql));
  request.set_max_rows(max_rows);
  auto response = co_await ask<ExecuteFetchResponse>(std::move(tablet), "ExecuteFetchAsApp",
                                                     std::move(request), timeout_);
  co_return sql::from_proto(response.result());
}

Task<std::string> TabletClient::master_position(Tablet tablet) {
  auto response =
      co_await ask<PositionResponse>(std::move(tablet), "MasterPosition", Empty(), timeout_);
  co_return response.position();
}

Task<tabletmanagerdata::ReplicationStatus> TabletClient::replication_status(Tablet tablet) {
  return ask<tabletmanagerdata::ReplicationStatus>(std::move(tablet), "ReplicationStatus", Empty(),
                                                   timeout_);
}

Task<> TabletClient::stop_replication(Tablet tablet) {
  co_await ask<Empty>(std::move(tablet), "StopReplication", Empty(), timeout_);
}

Task<> TabletClient::start_replication(Tablet tablet) {
  co_await ask<Empty>(std::move(tablet), "StartReplication", Empty(), timeout_);
}

Task<std::string> TabletClient::stop_replication_minimum(Tablet tablet, std::string position,
                                                         Duration wait) {
  StopReplicationMinimumRequest request;
  request.set_position(std::move(position));
  request.set_wait_timeout_ns(wait.count());
  auto response = co_await ask<PositionResponse>(std::move(tablet), "StopReplicationMinimum",
                                                 std::move(request), timeout_ + wait);
  co_return response.position();
}

Task<> TabletClient::wait_for_position(Tablet tablet, std::string position, Duration wait) {
  WaitForPositionRequest request;
  request.set_position(std::move(position));
  request.set_wait_timeout_ns(wait.count());
  co_await ask<Empty>(std::move(tablet), "WaitForPosition", std::move(request), timeout_ + wait);
}

Task<> TabletClient::reset_replication(Tablet tablet) {
  co_await ask<Empty>(std::move(tablet), "ResetReplication", Empty(), timeout_);
}

Task<std::string> TabletClient::init_master(Tablet tablet) {
  auto response =
      co_await ask<PositionResponse>(std::move(tablet), "InitMaster", Empty(), timeout_);
  co_return response.position();
}

Task<> TabletClient::populate_reparent_journal(Tablet tablet,
                                               PopulateReparentJournalRequest request) {
  co_await ask<Empty>(std::move(tablet), "PopulateReparentJournal", std::move(request), timeout_);
}

Task<> TabletClient::init_replica(Tablet tablet, InitReplicaRequest request) {
  const Duration timeout = timeout_ + Duration(request.wait_timeout_ns());
  co_await ask<Empty>(std::move(tablet), "InitReplica", std::move(request), timeout);
}

Task<QueryResult> TabletClient::vreplication_exec(Tablet tablet, std::string sql) {
  VReplicationExecRequest request;
  request.set_query(std::move(sql));
  auto response = co_await ask<VReplicationExecResponse>(std::move(tablet), "VReplicationExec",
                                                         std::move(request), timeout_);
  co_return sql::from_proto(response.result());
}

Task<> TabletClient::vreplication_wait_for_pos(Tablet tablet, std::int32_t id, std::string position,
                                               Duration wait) {
  VReplicationWaitForPosRequest request;
  request.set_id(id);
  request.set_position(std::move(position));
  request.set_wait_timeout_ns(wait.count());
  co_await ask<Empty>(std::move(tablet), "VReplicationWaitForPos", std::move(request),
                      timeout_ + wait);
}

}  // namespace shardlab::tablet

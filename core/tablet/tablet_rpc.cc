#include <fmt/format.h>

#include "core/sql/query_proto.h"
#include "core/tablet/schema.h"
#include "core/tablet/tablet_manager.h"
#include "core/topo/records.h"

namespace shardlab::tablet {

using namespace tabletmanagerdata;

Task<Empty> TabletManager::ping(Empty) { co_return Empty(); }

Task<Empty> TabletManager::refresh_state_rpc(Empty) {
  co_await refresh_state();
  co_return Empty();
}

Task<Empty> TabletManager::run_health_check(Empty) {
  co_await check_health();
  co_return Empty();
}

Task<Empty> TabletManager::change_type(ChangeTypeRequest request) {
  co_await set_own_type(request.tablet_type());
  co_await check_health();
  co_await refresh_state();
  co_return Empty();
}

Task<SchemaDefinition> TabletManager::get_schema(GetSchemaRequest request) {
  auto connection = co_await mysql_.connect("dba");
  auto schema = co_await read_schema(*connection, topo::database_name(record_), std::move(request));
  co_return schema;
}

Task<ExecuteFetchResponse> TabletManager::execute_fetch_as_dba(ExecuteFetchRequest request) {
  return execute_fetch("dba", std::move(request));
}

Task<ExecuteFetchResponse> TabletManager::execute_fetch_as_app(ExecuteFetchRequest request) {
  return execute_fetch("app", std::move(request));
}

Task<ExecuteFetchResponse> TabletManager::execute_fetch(std::string user,
                                                        ExecuteFetchRequest request) {
  auto connection = co_await mysql_.connect(std::move(user));
  // Without the database statements may still name one themselves (CREATE DATABASE).
  auto used = co_await capture(connection->query("USE `" + topo::database_name(record_) + "`"));
  if (request.disable_binlogs()) co_await connection->query("SET sql_log_bin = 0");
  auto result = co_await connection->query(request.sql());
  if (request.max_rows() > 0 && result.rows.size() > request.max_rows()) {
    throw Error(Errc::failed_precondition,
                fmt::format("Row count exceeded {}", request.max_rows()));
  }
  ExecuteFetchResponse response;
  *response.mutable_result() = sql::to_proto(result);
  co_return response;
}

Task<PositionResponse> TabletManager::master_position(Empty) {
  auto position = co_await mysql_.position();
  PositionResponse response;
  response.set_position(position);
  co_return response;
}

Task<tabletmanagerdata::ReplicationStatus> TabletManager::replication_status(Empty) {
  auto status = co_await mysql_.replication_status();
  tabletmanagerdata::ReplicationStatus response;
  response.set_position(status.position);
  response.set_io_thread_running(status.io_thread_running);
  response.set_sql_thread_running(status.sql_thread_running);
  response.set_seconds_behind_master(status.seconds_behind_master.value_or(0));
  response.set_master_host(status.master_host);
  response.set_master_port(status.master_port);
  response.set_last_error(status.last_error);
  co_return response;
}

Task<Empty> TabletManager::stop_replication(Empty) {
  replication_stopped_on_purpose_ = true;
  co_await mysql_.stop_replication();
  co_return Empty();
}

Task<Empty> TabletManager::start_replication(Empty) {
  // Not earlier: a health check that finds it stopped meanwhile would stop it again to repair it.
  auto started = co_await capture(mysql_.start_replication());
  replication_stopped_on_purpose_ = false;
  if (!started) throw started.error();
  co_return Empty();
}

Task<PositionResponse> TabletManager::stop_replication_minimum(
    StopReplicationMinimumRequest request) {
  co_await mysql_.wait_for_position(request.position(), Duration(request.wait_timeout_ns()));
  replication_stopped_on_purpose_ = true;
  co_await mysql_.stop_replication();
  auto position = co_await mysql_.position();
  PositionResponse response;
  response.set_position(position);
  co_return response;
}

Task<Empty> TabletManager::wait_for_position(WaitForPositionRequest request) {
  co_await mysql_.wait_for_position(request.position(), Duration(request.wait_timeout_ns()));
  co_return Empty();
}

Task<Empty> TabletManager::reset_replication(Empty) {
  replication_stopped_on_purpose_ = true;
  co_await mysql_.reset_replication();
  co_return Empty();
}

Task<PositionResponse> TabletManager::init_master(Empty) {
  co_await create_reparent_journal();
  auto position = co_await mysql_.position();
  co_await mysql_.set_read_only(false);
  co_await set_own_type(topodata::MASTER);
  co_await refresh_state();
  PositionResponse response;
  response.set_position(position);
  co_return response;
}

Task<> TabletManager::create_reparent_journal() {
  co_await mysql_.query("CREATE DATABASE IF NOT EXISTS _vt");
  co_await mysql_.query(
      "CREATE TABLE IF NOT EXISTS _vt.reparent_journal ("
      "time_created_ns BIGINT UNSIGNED NOT NULL, "
      "action_name VARBINARY(250) NOT NULL, "
      "master_alias VARBINARY(32) NOT NULL, "
      "replication_position VARBINARY(64000) DEFAULT NULL, "
      "PRIMARY KEY (time_created_ns))");
}

Task<Empty> TabletManager::populate_reparent_journal(PopulateReparentJournalRequest request) {
  // Once more, behind the position that the replicas start from, so that they get the table too.
  co_await create_reparent_journal();
  std::string sql = fmt::format(
      "INSERT INTO _vt.reparent_journal (time_created_ns, action_name, master_alias, "
      "replication_position) VALUES ({}, '{}', '{}', '{}')",
      request.time_created_ns(), request.action_name(), topo::alias_text(request.master_alias()),
      request.position());
  co_await mysql_.query(std::move(sql));
  co_return Empty();
}

Task<Empty> TabletManager::init_replica(InitReplicaRequest request) {
  auto parent = co_await topo_.get_tablet(request.parent());
  co_await step_down();
  co_await mysql_.stop_replication();
  co_await mysql_.set_replication_position(request.position());
  co_await mysql_.set_master(parent.record.mysql_hostname(), parent.record.mysql_port());
  co_await mysql_.start_replication();
  replication_stopped_on_purpose_ = false;
  co_await refresh_state();
  co_await wait_for_reparent_journal(request.time_created_ns(),
                                     Duration(request.wait_timeout_ns()));
  co_await check_health();
  co_return Empty();
}

/// Under the lock, so that no health check takes it for a master whose mysqld was started again.
Task<> TabletManager::step_down() {
  auto lock = co_await action_.lock();
  if (record_.type() == topodata::MASTER) co_await set_own_type(topodata::REPLICA);
  co_await mysql_.set_read_only(true);
}

Task<> TabletManager::wait_for_reparent_journal(std::int64_t time_created_ns, Duration timeout) {
  const TimePoint end = env_.clock.now() + timeout;
  const std::string sql = fmt::format(
      "SELECT action_name FROM _vt.reparent_journal WHERE time_created_ns = {}", time_created_ns);
  while (env_.clock.now() < end) {
    auto result = co_await capture(mysql_.query(sql));  // the table may still be on its way
    if (result && !result->rows.empty()) co_return;
    co_await env_.clock.sleep(100ms);
  }
  throw Error(Errc::timed_out, "timed out waiting for the reparent journal");
}

Task<VReplicationExecResponse> TabletManager::vreplication_exec(VReplicationExecRequest request) {
  auto result = co_await vreplication_.exec(request.query());
  VReplicationExecResponse response;
  *response.mutable_result() = sql::to_proto(result);
  co_return response;
}

Task<Empty> TabletManager::vreplication_wait_for_pos(VReplicationWaitForPosRequest request) {
  co_await vreplication_.wait_for_position(request.id(), request.position(),
                                           Duration(request.wait_timeout_ns()));
  co_return Empty();
}

}  // namespace shardlab::tablet

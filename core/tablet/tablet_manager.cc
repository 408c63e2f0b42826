#include "core/tablet/tablet_manager.h"

#include <fmt/format.h>

#include "core/ports/retry.h"
#include "core/tablet/events.h"
#include "core/topo/records.h"
#include "core/topo/serving_graph.h"

namespace shardlab::tablet {
namespace {

QueryServiceOptions query_service_options(const Env& env, const TabletOptions& options) {
  QueryServiceOptions result;
  result.mysql_address = fmt::format("{}:{}", env.host, options.mysql_port);
  result.database = "vt_" + options.keyspace;
  result.alias = topo::alias_text(options.alias);
  return result;
}

binlog::UpdateStreamOptions update_stream_options(const Env& env, const TabletOptions& options) {
  binlog::UpdateStreamOptions result;
  result.mysql_address = fmt::format("{}:{}", env.host, options.mysql_port);
  result.database = "vt_" + options.keyspace;
  result.keyspace = options.keyspace;
  return result;
}

vreplication::PlayerOptions player_options(const Env& env, const TabletOptions& options) {
  vreplication::PlayerOptions result;
  result.mysql_address = fmt::format("{}:{}", env.host, options.mysql_port);
  result.database = "vt_" + options.keyspace;
  result.cell = options.alias.cell();
  return result;
}

}  // namespace

TabletManager::TabletManager(Env env, TabletOptions options, Executor executor)
    : env_(env),
      options_(options),
      topo_(env, topo::alias_text(options.alias), options.global_topo_address),
      mysql_(env, fmt::format("{}:{}", env.host, options.mysql_port)),
      query_service_(env, query_service_options(env, options)),
      update_stream_(env, topo_, update_stream_options(env, options)),
      vreplication_(env, topo_, player_options(env, options), executor) {}

Task<> TabletManager::run() {
  RetryPolicy until_topology_answers;
  until_topology_answers.attempts = 600;
  until_topology_answers.locks_anew = true;
  co_await retry(env_.clock, until_topology_answers, [this] { return register_in_topology(); });
  // Nothing is decided before the shard and the serving graph are known: a frozen master must not
  // serve for a moment.
  if (record_.type() != topodata::MASTER) health_error_ = co_await replication_health();
  co_await retry(env_.clock, until_topology_answers, [this] { return refresh_state(); });
  register_methods();
  env_.rpc.serve(options_.vt_port, router_);

  auto executor = co_await this_executor();
  TaskGroup background(executor);
  background.spawn(health_loop());
  background.spawn(query_service_.run());
  co_await record_vanished_.wait();
  const std::string alias = topo::alias_text(options_.alias);
  TabletRecordVanished event{alias};
  env_.events.emit(event);
  background.cancel();
  auto ended = co_await capture(background.join());
}

Task<> TabletManager::register_in_topology() {
  check(options_.init_type != topodata::MASTER,
        "init_tablet_type cannot be master, use replica instead");
  auto shard = co_await topo_.get_or_create_shard(options_.keyspace, options_.shard);
  auto former = co_await capture(topo_.get_tablet(options_.alias));
  topodata::Tablet tablet;
  *tablet.mutable_alias() = options_.alias;
  tablet.set_hostname(env_.host);
  tablet.set_vt_port(options_.vt_port);
  tablet.set_grpc_port(options_.grpc_port);
  tablet.set_mysql_hostname(env_.host);
  tablet.set_mysql_port(options_.mysql_port);
  tablet.set_keyspace(options_.keyspace);
  tablet.set_shard(shard.name);
  if (shard.record.has_key_range()) *tablet.mutable_key_range() = shard.record.key_range();
  tablet.set_type(options_.init_type);
  const bool is_named_primary = topo::same_alias(shard.record.master_alias(), options_.alias);
  if (is_named_primary && (!former || former->record.type() == topodata::MASTER)) {
    tablet.set_type(topodata::MASTER);
    tablet.set_master_term_start_time_ns(shard.record.master_term_start_time_ns());
  }
  co_await topo_.init_tablet(tablet);
  record_ = tablet;
  co_await mysql_.set_read_only(record_.type() != topodata::MASTER);
  co_await build_serving_graph_if_missing();
}

Task<> TabletManager::build_serving_graph_if_missing() {
  const std::string cell = options_.alias.cell();
  auto graph = co_await topo_.find_srv_keyspace(cell, options_.keyspace);
  if (!graph.version) co_await build_serving_graph(cell);
  auto vschema = co_await capture(topo_.get_srv_vschema(cell));
  if (!vschema && vschema.error().code() == Errc::not_found) {
    co_await topo_.rebuild_srv_vschema(cell);
  }
}

Task<> TabletManager::build_serving_graph(std::string cell) {
  const std::vector<std::string> cells{cell};
  auto lock = co_await topo_.lock_keyspace(options_.keyspace, "RebuildKeyspace", cells);
  auto built = co_await capture_for_cleanup(build_serving_graph_locked(lock, cell));
  co_await lock.unlock();
  // Shards that do not cover the key space yet: whoever starts the last of them builds it.
  if (!built && built.error().code() != Errc::failed_precondition) throw built.error();
}

Task<> TabletManager::build_serving_graph_locked(topo::Lock& lock, std::string cell) {
  auto graph = co_await topo_.find_srv_keyspace(cell, options_.keyspace);
  if (graph.version) co_return;  // another tablet was faster
  const std::vector<std::string> cells{cell};
  co_await topo::rebuild_keyspace_graph(topo_, lock, options_.keyspace, cells);
}

template <class Request, class Reply>
void TabletManager::on(const char* name, Task<Reply> (TabletManager::*method)(Request)) {
  router_.on<Request, Reply>(std::string("TabletManager.") + name, [this, method](Request request) {
    return (this->*method)(std::move(request));
  });
}

void TabletManager::register_methods() {
  query_service_.register_methods(router_);
  update_stream_.register_methods(router_);
  router_.on_stream<query::StreamHealthRequest>(
      "QueryService.StreamHealth",
      [this](query::StreamHealthRequest request, std::shared_ptr<RpcSink> sink) {
        return stream_health(std::move(request), std::move(sink));
      });
  on("Ping", &TabletManager::ping);
  on("RefreshState", &TabletManager::refresh_state_rpc);
  on("RunHealthCheck", &TabletManager::run_health_check);
  on("ChangeType", &TabletManager::change_type);
  on("GetSchema", &TabletManager::get_schema);
  on("ExecuteFetchAsDba", &TabletManager::execute_fetch_as_dba);
  on("ExecuteFetchAsApp", &TabletManager::execute_fetch_as_app);
  on("MasterPosition", &TabletManager::master_position);
  on("ReplicationStatus", &TabletManager::replication_status);
  on("StopReplication", &TabletManager::stop_replication);
  on("StartReplication", &TabletManager::start_replication);
  on("StopReplicationMinimum", &TabletManager::stop_replication_minimum);
  on("WaitForPosition", &TabletManager::wait_for_position);
  on("ResetReplication", &TabletManager::reset_replication);
  on("InitMaster", &TabletManager::init_master);
  on("PopulateReparentJournal", &TabletManager::populate_reparent_journal);
  on("InitReplica", &TabletManager::init_replica);
  on("VReplicationExec", &TabletManager::vreplication_exec);
  on("VReplicationWaitForPos", &TabletManager::vreplication_wait_for_pos);
}

}  // namespace shardlab::tablet

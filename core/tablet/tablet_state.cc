#include <fmt/format.h>

#include "core/tablet/serving_decision.h"
#include "core/tablet/tablet_manager.h"
#include "core/topo/records.h"
#include "core/topo/serving_graph.h"

namespace shardlab::tablet {

query::Target TabletManager::target() const {
  query::Target target;
  target.set_keyspace(record_.keyspace());
  target.set_shard(record_.shard());
  target.set_tablet_type(record_.type());
  return target;
}

Task<> TabletManager::refresh_state() {
  auto lock = co_await action_.lock();
  auto tablet = co_await capture(topo_.get_tablet(options_.alias));
  if (!tablet && tablet.error().code() == Errc::not_found) {
    record_vanished_.set();
    co_return;
  }
  record_ = std::move(tablet).value().record;
  is_record_unsure_ = false;
  // A caller relies on the new state being in force when this returns, so what cannot be read is an
  // error. (Vitess keeps serving on what it knew and reports success.)
  auto shard = co_await topo_.get_shard(record_.keyspace(), record_.shard());
  auto graph = co_await capture(topo_.get_srv_keyspace(options_.alias.cell(), record_.keyspace()));
  if (!graph && graph.error().code() != Errc::not_found) throw graph.error();
  has_source_shards_ = shard.record.source_shards_size() > 0;
  is_master_frozen_ = topo::is_master_frozen(shard.record);
  query_service_disabled_ =
      graph && topo::is_query_service_disabled(*graph, record_.type(), topo::key_range_of(record_));
  co_await apply_state();
}

Task<> TabletManager::apply_state() {
  ServingInputs inputs;
  inputs.type = record_.type();
  inputs.has_source_shards = has_source_shards_;
  inputs.is_master_frozen = is_master_frozen_;
  inputs.query_service_disabled = query_service_disabled_;
  if (record_.type() != topodata::MASTER) inputs.health_error = health_error_;
  const ServingDecision decision = decide_serving(inputs);
  not_serving_reason_ = decision.reason;

  const bool is_serving = query_service_.state() == QueryService::State::serving;
  const query::Target& old = query_service_.target();
  const bool same_target = old.keyspace() == record_.keyspace() && old.shard() == record_.shard() &&
                           old.tablet_type() == record_.type();
  if (is_serving && !(decision.serve && same_target)) {
    co_await query_service_.stop_serving(target(), decision.reason);
  }
  update_stream_.set_enabled(decision.update_stream);
  if (decision.vreplication) {
    co_await vreplication_.open();
  } else {
    co_await vreplication_.close();
  }
  if (decision.serve && !(is_serving && same_target)) query_service_.start_serving(target());
  if (!decision.serve && !is_serving && !same_target) {
    co_await query_service_.stop_serving(target(), decision.reason);
  }
  broadcast_health();
}

// Health.

Task<> TabletManager::health_loop() {
  for (;;) {  // as long as the tablet lives
    co_await env_.clock.sleep(options_.health_check_interval);
    co_await check_health();
  }
}

Task<> TabletManager::check_health() {
  if (is_record_unsure_) auto refreshed = co_await capture(refresh_state());
  std::string error;
  if (record_.type() != topodata::MASTER) error = co_await replication_health();
  auto lock = co_await action_.lock();
  if (record_.type() == topodata::MASTER) auto kept = co_await capture(keep_master_writable());
  health_error_ = error;
  co_await apply_state();
  auto followed = co_await capture(vreplication_.follow_when_unsure());
}

Task<std::string> TabletManager::replication_health() {
  const bool was_stopped_on_purpose = replication_stopped_on_purpose_;
  auto status = co_await capture(mysql_.replication_status());
  if (!status) co_return "cannot read the replication status: " + status.error().message();
  if (status->is_replicating() && status->seconds_behind_master) {
    seconds_behind_ = *status->seconds_behind_master;
    const auto threshold =
        std::chrono::duration_cast<std::chrono::seconds>(options_.unhealthy_threshold).count();
    if (seconds_behind_ <= threshold) co_return "";
    co_return fmt::format("reported replication lag: {} higher than unhealthy threshold: {}",
                          seconds_behind_, threshold);
  }
  // It may have been started while the status was on its way.
  if (!was_stopped_on_purpose) auto repaired = co_await capture(repair_replication(*status));
  co_return "replication is not running";
}

Task<> TabletManager::keep_master_writable() {
  const bool is_read_only = co_await mysql_.is_read_only();
  if (is_read_only) co_await mysql_.set_read_only(false);
}

Task<> TabletManager::repair_replication(ReplicationStatus status) {
  auto shard = co_await topo_.get_shard(record_.keyspace(), record_.shard());
  const auto& primary = shard.record.master_alias();
  if (topo::is_zero(primary) || topo::same_alias(primary, options_.alias)) co_return;
  auto tablet = co_await topo_.get_tablet(primary);
  const std::string host = tablet.record.mysql_hostname();
  const int port = tablet.record.mysql_port();
  const bool is_right = status.master_host == host && status.master_port == port;
  if (is_right && status.io_thread_connecting && status.sql_thread_running) co_return;
  if (replication_stopped_on_purpose_) co_return;  // meanwhile
  co_await mysql_.stop_replication();
  co_await mysql_.set_master(host, port);
  if (!replication_stopped_on_purpose_) co_await mysql_.start_replication();
}

query::StreamHealthResponse TabletManager::health_message() const {
  query::StreamHealthResponse message;
  *message.mutable_target() = target();
  *message.mutable_tablet_alias() = options_.alias;
  message.set_serving(query_service_.state() == QueryService::State::serving);
  if (record_.type() == topodata::MASTER) {
    message.set_master_term_start_time_ns(record_.master_term_start_time_ns());
  }
  auto& stats = *message.mutable_realtime_stats();
  if (record_.type() != topodata::MASTER) {
    stats.set_health_error(health_error_);
    stats.set_seconds_behind_master(seconds_behind_);
  }
  stats.set_binlog_players_count(static_cast<std::int32_t>(vreplication_.players()));
  stats.set_seconds_behind_master_filtered_replication(vreplication_.seconds_behind());
  return message;
}

void TabletManager::broadcast_health() {
  ++health_version_;
  health_changed_.notify_all();
}

Task<> TabletManager::stream_health(query::StreamHealthRequest, std::shared_ptr<RpcSink> sink) {
  for (;;) {  // until the client goes
    const std::uint64_t version = health_version_;
    std::string message = health_message().SerializeAsString();
    co_await sink->send(std::move(message));
    while (version == health_version_) co_await health_changed_.wait();
  }
}

Task<> TabletManager::set_own_type(topodata::TabletType type) {
  const std::int64_t now = to_ns(env_.clock.now());
  // Also when it fails the record may have been written.
  is_record_unsure_ = true;
  record_ = co_await topo_.update_tablet_fields(options_.alias, [&](topodata::Tablet& tablet) {
    tablet.set_type(type);
    tablet.set_master_term_start_time_ns(type == topodata::MASTER ? now : 0);
    return topo::Update::write;
  });
  is_record_unsure_ = false;
}

}  // namespace shardlab::tablet

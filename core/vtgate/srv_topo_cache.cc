#include "core/vtgate/srv_topo_cache.h"

#include "core/ports/rpc_router.h"
#include "core/topo/records.h"
#include "core/vindexes/vschema_json.h"

namespace shardlab::vtgate {
namespace {

std::string text_of(const topodata::SrvKeyspace& graph) {
  std::string text;
  for (const auto& partition : graph.partitions()) {
    text += (text.empty() ? "" : " ") + topo::type_name(partition.served_type()) + "=";
    for (int i = 0; i < partition.shard_references_size(); ++i) {
      text += (i > 0 ? "," : "") + partition.shard_references(i).name();
    }
  }
  return text;
}

}  // namespace

SrvTopoCache::SrvTopoCache(Env env, topo::Server& topo, std::string cell)
    : env_(std::move(env)),
      topo_(topo),
      cell_(std::move(cell)),
      vschema_([this] { return topo_.watch_srv_vschema(cell_); },
               [this](const std::string& bytes) { return decode_vschema(bytes); },
               WatchedVSchema::WhenDeleted::keep),
      empty_vschema_(std::make_shared<const vindexes::VSchema>()) {}

Task<> SrvTopoCache::start() {
  auto executor = co_await this_executor();
  group_.emplace(executor, TaskGroup::OnError::fail_loop);
  group_->spawn(vschema_.run(env_.clock, tell_lost("SrvVSchema")));
}

Task<> SrvTopoCache::stop() {
  if (!group_) co_return;
  group_->cancel();
  co_await group_->join();
  group_.reset();
}

Task<std::shared_ptr<const topodata::SrvKeyspace>> SrvTopoCache::srv_keyspace(std::string keyspace,
                                                                              Duration timeout) {
  auto& record = watched_keyspace(keyspace);
  co_await record.wait_until_known(env_.clock.deadline(timeout));
  if (record.value()) co_return record.value();
  const Error error =
      record.error() ? *record.error() : Error(Errc::unavailable, "deadline exceeded");
  // Nothing has been asked of a tablet yet, so that no outcome is in doubt.
  throw Error(error.code() == Errc::timed_out ? Errc::unavailable : error.code(),
              "keyspace " + keyspace + " fetch error: " + error.message());
}

std::shared_ptr<const vindexes::VSchema> SrvTopoCache::vschema() const {
  return vschema_.value() ? vschema_.value() : empty_vschema_;
}

std::function<void(const Error&)> SrvTopoCache::tell_lost(std::string file) {
  return [this, file = std::move(file)](const Error& error) {
    WatchLost event{file, error.message()};
    env_.events.emit(event);
  };
}

SrvTopoCache::WatchedKeyspace& SrvTopoCache::watched_keyspace(const std::string& keyspace) {
  const auto known = keyspaces_.find(keyspace);
  if (known != keyspaces_.end()) return known->second;
  auto [added, is_new] = keyspaces_.try_emplace(
      keyspace, [this, keyspace] { return topo_.watch_srv_keyspace(cell_, keyspace); },
      [this, keyspace](const std::string& bytes) { return decode_keyspace(keyspace, bytes); },
      WatchedKeyspace::WhenDeleted::forget);
  group_->spawn(added->second.run(env_.clock, tell_lost(keyspace + "/SrvKeyspace")));
  return added->second;
}

std::shared_ptr<const topodata::SrvKeyspace> SrvTopoCache::decode_keyspace(
    const std::string& keyspace, const std::string& bytes) {
  auto graph = std::make_shared<topodata::SrvKeyspace>(decode<topodata::SrvKeyspace>(bytes));
  ServingGraphSeen seen;
  seen.keyspace = keyspace;
  seen.partitions = text_of(*graph);
  env_.events.emit(seen);
  return graph;
}

std::shared_ptr<const vindexes::VSchema> SrvTopoCache::decode_vschema(const std::string& bytes) {
  VSchemaSeen seen;
  std::shared_ptr<const vindexes::VSchema> vschema;
  try {
    std::map<std::string, vindexes::KeyspaceVSchema> keyspaces;
    const auto record = decode<topodata::SrvVSchema>(bytes);
    for (const auto& entry : record.keyspaces()) {
      keyspaces[entry.keyspace()] = vindexes::parse_vschema(entry.json()).vschema;
    }
    vschema = std::make_shared<const vindexes::VSchema>(keyspaces);
  } catch (const Error& error) {
    seen.error = error.message();
  }
  env_.events.emit(seen);
  return vschema;
}

}  // namespace shardlab::vtgate

#include <fmt/format.h>

#include "core/base/children.h"
#include "core/key/shard_name.h"
#include "core/topo/paths.h"
#include "core/topo/records.h"
#include "core/topo/server.h"
#include "core/topo/settled_write.h"

namespace shardlab::topo {

Task<> Server::create_shard(Lock& lock, std::string keyspace, std::string shard) {
  const key::ShardReference reference = key::validate_shard_name(shard).value();
  topodata::Shard record;
  record.set_is_master_serving(true);
  if (reference.key_range) *record.mutable_key_range() = to_proto(*reference.key_range);
  for (auto& [name, other] : co_await find_all_shards(keyspace)) {
    if (other.record.is_master_serving() &&
        key::intersects(key_range_of(other.record), reference.key_range)) {
      record.set_is_master_serving(false);
    }
  }
  std::string contents = record.SerializeAsString();
  co_await write(lock.guarded(""), shard_path(keyspace, reference.name), std::move(contents),
                 std::nullopt);
}

Task<ShardInfo> Server::get_or_create_shard(std::string keyspace, std::string shard) {
  auto found = co_await capture(get_shard(keyspace, shard));
  if (found) co_return std::move(*found);
  if (found.error().code() != Errc::not_found) throw found.error();

  auto created_keyspace = co_await capture(create_keyspace(keyspace));
  if (!created_keyspace && created_keyspace.error().code() != Errc::already_exists) {
    throw created_keyspace.error();
  }
  auto lock = co_await lock_keyspace(keyspace, "GetOrCreateShard");
  auto created = co_await capture_for_cleanup(create_shard(lock, keyspace, shard));
  co_await lock.unlock();
  if (!created && created.error().code() != Errc::already_exists) throw created.error();
  co_return co_await get_shard(keyspace, shard);
}

Task<ShardInfo> Server::get_shard(std::string keyspace, std::string shard) {
  auto found = co_await read<topodata::Shard>(*global_, shard_path(keyspace, shard));
  ShardInfo info;
  info.keyspace = std::move(keyspace);
  info.name = std::move(shard);
  info.record = std::move(found.record);
  info.version = std::move(found.version);
  co_return info;
}

Task<std::vector<std::string>> Server::get_shard_names(std::string keyspace) {
  return list(*global_, shards_dir(keyspace));
}

Task<std::map<std::string, ShardInfo>> Server::find_all_shards(std::string keyspace) {
  std::map<std::string, ShardInfo> shards;
  for (const std::string& name : co_await get_shard_names(keyspace)) {
    auto shard = co_await capture(get_shard(keyspace, name));
    if (shard) {
      shards.emplace(name, std::move(*shard));
    } else if (shard.error().code() != Errc::not_found) {
      throw shard.error();  // not_found: deleted meanwhile, or a lock without a record
    }
  }
  co_return shards;
}

Task<ShardInfo> Server::update_shard_fields(std::string keyspace, std::string shard,
                                            ShardUpdate update) {
  return update_shard(*global_, std::move(keyspace), std::move(shard), std::move(update));
}

Task<ShardInfo> Server::update_shard_fields(Lock& lock, std::string keyspace, std::string shard,
                                            ShardUpdate update) {
  return update_shard(lock.guarded(""), std::move(keyspace), std::move(shard), std::move(update));
}

Task<ShardInfo> Server::update_shard(TopoConn& conn, std::string keyspace, std::string shard,
                                     ShardUpdate update) {
  for (int attempt = 0; attempt < max_update_attempts; ++attempt) {
    auto info = co_await get_shard(keyspace, shard);
    if (update(info.record) == Update::no_update_needed) co_return info;
    std::string contents = info.record.SerializeAsString();
    auto written = co_await write_unless_overtaken(conn, shard_path(keyspace, shard),
                                                   std::move(contents), info.version);
    if (written) {
      info.version = *written;
      co_return info;
    }
  }
  throw keeps_changing(fmt::format("shard {}/{}", keyspace, shard));
}

Task<> Server::delete_shard(Lock& lock, ShardInfo shard) {
  return remove_settled(lock.guarded(""), events_, shard_path(shard.keyspace, shard.name),
                        shard.version);
}

}  // namespace shardlab::topo

#include "core/topo/server.h"

#include <fmt/format.h>

#include "core/base/children.h"
#include "core/topo/paths.h"

namespace shardlab::topo {

Task<> Lock::check() { return lock_->check(); }

Task<> Lock::unlock() { return lock_->unlock(); }

Server::Server(TopoFactory& factory, Clock& clock, std::string owner, std::string global_address,
               std::string global_root)
    : factory_(factory),
      clock_(clock),
      owner_(std::move(owner)),
      global_(factory.connect(std::move(global_address), std::move(global_root))) {}

Task<> Server::create_cell_info(std::string cell, topodata::CellInfo info) {
  std::string path = cell_info_path(cell);
  std::string contents = info.SerializeAsString();
  co_await global_->create(std::move(path), std::move(contents));
}

Task<std::vector<std::string>> Server::list(TopoConn& conn, std::string path) {
  auto names = co_await capture(conn.list_dir(std::move(path)));
  if (names) co_return std::move(*names);
  if (names.error().code() == Errc::not_found) co_return std::vector<std::string>();
  throw names.error();
}

Task<std::vector<std::string>> Server::get_cell_names() { return list(*global_, "cells"); }

Task<TopoConn*> Server::conn_for_cell(std::string cell) {
  auto known = cells_.find(cell);
  if (known != cells_.end()) co_return known->second.get();
  auto info = co_await read<topodata::CellInfo>(*global_, cell_info_path(cell));
  auto& conn = cells_[cell];
  if (!conn) conn = factory_.connect(info.record.server_address(), info.record.root());
  co_return conn.get();
}

Task<> Server::create_keyspace(std::string keyspace) {
  std::string contents = topodata::Keyspace().SerializeAsString();
  co_await global_->create(keyspace_path(keyspace), std::move(contents));
}

Task<topodata::Keyspace> Server::get_keyspace(std::string keyspace) {
  auto found = co_await read<topodata::Keyspace>(*global_, keyspace_path(keyspace));
  co_return found.record;
}

Task<std::vector<std::string>> Server::get_keyspaces() { return list(*global_, "keyspaces"); }

// The serving graph.

Task<topodata::SrvKeyspace> Server::get_srv_keyspace(std::string cell, std::string keyspace) {
  auto conn = co_await conn_for_cell(cell);
  auto found = co_await read<topodata::SrvKeyspace>(*conn, srv_keyspace_path(keyspace));
  co_return found.record;
}

Task<> Server::update_srv_keyspace(std::string cell, std::string keyspace,
                                   topodata::SrvKeyspace record) {
  auto conn = co_await conn_for_cell(cell);
  std::string contents = record.SerializeAsString();
  co_await conn->update(srv_keyspace_path(keyspace), std::move(contents), std::nullopt);
}

Task<> Server::delete_srv_keyspace(std::string cell, std::string keyspace) {
  auto conn = co_await conn_for_cell(cell);
  co_await conn->remove(srv_keyspace_path(keyspace), std::nullopt);
}

Task<std::vector<std::string>> Server::get_srv_keyspace_cells(std::string keyspace) {
  std::vector<std::string> with_graph;
  for (const std::string& cell : co_await get_cell_names()) {
    auto record = co_await capture(get_srv_keyspace(cell, keyspace));
    if (record) {
      with_graph.push_back(cell);
    } else if (record.error().code() != Errc::not_found) {
      throw record.error();
    }
  }
  co_return with_graph;
}

Task<std::unique_ptr<TopoWatch>> Server::watch_srv_keyspace(std::string cell,
                                                            std::string keyspace) {
  auto conn = co_await conn_for_cell(cell);
  co_return conn->watch(srv_keyspace_path(keyspace));
}

// VSchemas.

Task<topodata::KeyspaceVSchema> Server::get_vschema(std::string keyspace) {
  auto found = co_await read<topodata::KeyspaceVSchema>(*global_, vschema_path(keyspace));
  co_return found.record;
}

Task<> Server::save_vschema(std::string keyspace, topodata::KeyspaceVSchema vschema) {
  std::string contents = vschema.SerializeAsString();
  co_await global_->update(vschema_path(keyspace), std::move(contents), std::nullopt);
}

Task<> Server::rebuild_srv_vschema(std::vector<std::string> cells) {
  topodata::SrvVSchema combined;
  for (const std::string& keyspace : co_await get_keyspaces()) {
    auto vschema = co_await capture(get_vschema(keyspace));
    if (!vschema && vschema.error().code() != Errc::not_found) throw vschema.error();
    auto* entry = combined.add_keyspaces();
    entry->set_keyspace(keyspace);
    entry->set_json(vschema ? vschema->json() : "{}");
  }
  for (const std::string& cell : cells) {
    auto conn = co_await conn_for_cell(cell);
    std::string contents = combined.SerializeAsString();
    co_await conn->update(srv_vschema_path(), std::move(contents), std::nullopt);
  }
}

Task<topodata::SrvVSchema> Server::get_srv_vschema(std::string cell) {
  auto conn = co_await conn_for_cell(cell);
  auto found = co_await read<topodata::SrvVSchema>(*conn, srv_vschema_path());
  co_return found.record;
}

Task<std::unique_ptr<TopoWatch>> Server::watch_srv_vschema(std::string cell) {
  auto conn = co_await conn_for_cell(cell);
  co_return conn->watch(srv_vschema_path());
}

// Locks.

Task<Lock> Server::lock_keyspace(std::string keyspace, std::string action) {
  return lock_path(keyspace_dir(keyspace), "keyspace " + keyspace, std::move(action));
}

Task<Lock> Server::lock_shard(std::string keyspace, std::string shard, std::string action) {
  return lock_path(shard_dir(keyspace, shard), "shard " + keyspace + "/" + shard,
                   std::move(action));
}

Task<Lock> Server::lock_path(std::string path, std::string what, std::string action) {
  std::string contents = fmt::format(R"({{"Action":"{}","HostName":"{}","Time":"{}"}})", action,
                                     owner_, to_ns(clock_.now()));
  auto lock = co_await capture(
      global_->lock(std::move(path), std::move(contents), remote_operation_timeout));
  if (!lock) throw lock.error().within(fmt::format("cannot lock {} for {}", what, action));
  co_return Lock(std::move(*lock), std::move(what));
}

}  // namespace shardlab::topo

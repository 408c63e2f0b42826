#include "core/topo/server.h"

#include <fmt/format.h>
#include <set>

#include "core/base/children.h"
#include "core/topo/paths.h"
#include "core/topo/settled_write.h"

namespace shardlab::topo {
namespace {

using LockServers = std::vector<std::pair<std::string, TopoConn*>>;

/// The global server first, for everybody: its queue is the one in which they wait.
Task<> take_parts(LockServers servers, std::string path, std::string contents, Lock::Parts& parts) {
  for (const auto& [cell, conn] : servers) {
    auto part = co_await conn->lock(path, contents, remote_operation_timeout);
    parts[cell] = std::move(part);
  }
}

}  // namespace

Server::Server(const Env& env, std::string owner, std::string global_address,
               std::string global_root)
    : factory_(env.topo),
      clock_(env.clock),
      events_(env.events),
      owner_(std::move(owner)),
      global_(factory_.connect(std::move(global_address), std::move(global_root))) {}

Task<> Server::create_cell_info(std::string cell, topodata::CellInfo info) {
  std::string path = cell_info_path(cell);
  std::string contents = info.SerializeAsString();
  co_await write(*global_, std::move(path), std::move(contents), std::nullopt);
}

// Writing.

Task<TopoVersion> Server::write(TopoConn& conn, std::string path, std::string contents,
                                std::optional<TopoVersion> version) {
  return write_settled(conn, events_, std::move(path), std::move(contents), std::move(version));
}

Task<std::optional<TopoVersion>> Server::version_of(TopoConn& conn, std::string path) {
  auto file = co_await capture(conn.get(std::move(path)));
  std::optional<TopoVersion> version;
  if (file) {
    version = std::move(file->version);
  } else if (file.error().code() != Errc::not_found) {
    throw file.error();
  }
  co_return version;
}

Task<std::optional<TopoVersion>> Server::write_unless_overtaken(
    TopoConn& conn, std::string path, std::string contents, std::optional<TopoVersion> version) {
  auto written =
      co_await capture(write(conn, std::move(path), std::move(contents), std::move(version)));
  std::optional<TopoVersion> now;
  if (written) {
    now = std::move(*written);
  } else if (!is_conflict(written.error().code())) {
    throw written.error();
  }
  co_return now;
}

Error Server::keeps_changing(const std::string& what) {
  return Error(Errc::bad_version, what + " keeps changing");
}

Task<> Server::overwrite(TopoConn& conn, std::string path, std::string contents) {
  for (int attempt = 0; attempt < max_update_attempts; ++attempt) {
    auto version = co_await version_of(conn, path);
    auto written = co_await write_unless_overtaken(conn, path, contents, version);
    if (written) co_return;
  }
  throw keeps_changing(path);
}

Task<> Server::remove_if_there(TopoConn& conn, std::string path) {
  for (int attempt = 0; attempt < max_update_attempts; ++attempt) {
    auto version = co_await version_of(conn, path);
    if (!version) co_return;
    auto removed = co_await capture(remove_settled(conn, events_, path, *version));
    if (removed) co_return;
    if (!is_conflict(removed.error().code())) throw removed.error();
  }
  throw keeps_changing(path);
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
  co_await write(*global_, keyspace_path(keyspace), std::move(contents), std::nullopt);
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

Task<SrvKeyspaceInfo> Server::find_srv_keyspace(std::string cell, std::string keyspace) {
  auto conn = co_await conn_for_cell(cell);
  auto found = co_await capture(read<topodata::SrvKeyspace>(*conn, srv_keyspace_path(keyspace)));
  SrvKeyspaceInfo info;
  if (found) {
    info.record = std::move(found->record);
    info.version = std::move(found->version);
  } else if (found.error().code() != Errc::not_found) {
    throw found.error();
  }
  co_return info;
}

Task<> Server::update_srv_keyspace(Lock& lock, std::string cell, std::string keyspace,
                                   SrvKeyspaceInfo graph) {
  std::string contents = graph.record.SerializeAsString();
  co_await write(lock.guarded(cell), srv_keyspace_path(keyspace), std::move(contents),
                 graph.version);
}

Task<> Server::delete_srv_keyspace(Lock& lock, std::string cell, std::string keyspace) {
  return remove_if_there(lock.guarded(cell), srv_keyspace_path(keyspace));
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
  co_await overwrite(*global_, vschema_path(keyspace), std::move(contents));
}

Task<std::string> Server::combined_vschemas() {
  topodata::SrvVSchema combined;
  for (const std::string& keyspace : co_await get_keyspaces()) {
    auto vschema = co_await capture(get_vschema(keyspace));
    if (!vschema && vschema.error().code() != Errc::not_found) throw vschema.error();
    auto* entry = combined.add_keyspaces();
    entry->set_keyspace(keyspace);
    entry->set_json(vschema ? vschema->json() : "{}");
  }
  co_return combined.SerializeAsString();
}

Task<> Server::rebuild_srv_vschema(std::string cell) {
  auto conn = co_await conn_for_cell(cell);
  for (int attempt = 0; attempt < max_update_attempts; ++attempt) {
    // The version first: what replaces it knows all that it knew.
    auto version = co_await version_of(*conn, srv_vschema_path());
    auto contents = co_await combined_vschemas();
    auto written = co_await write_unless_overtaken(*conn, srv_vschema_path(), contents, version);
    if (written) co_return;
  }
  throw keeps_changing(srv_vschema_path());
}

Task<> Server::rebuild_srv_vschema(std::vector<std::string> cells) {
  for (const std::string& cell : cells) co_await rebuild_srv_vschema(cell);
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

Task<Lock> Server::lock_keyspace(std::string keyspace, std::string action,
                                 std::vector<std::string> cells) {
  return lock_path(keyspace_dir(keyspace), "keyspace " + keyspace, std::move(action),
                   std::move(cells));
}

Task<Lock> Server::lock_shard(std::string keyspace, std::string shard, std::string action) {
  std::vector<std::string> only_global;
  return lock_path(shard_dir(keyspace, shard), "shard " + keyspace + "/" + shard, std::move(action),
                   std::move(only_global));
}

Task<Lock> Server::lock_path(std::string path, std::string what, std::string action,
                             std::vector<std::string> cells) {
  const std::string contents = fmt::format(R"({{"Action":"{}","HostName":"{}","Time":"{}"}})",
                                           action, owner_, to_ns(clock_.now()));
  LockServers servers{{"", global_.get()}};
  const std::set<std::string> each_once(cells.begin(), cells.end());
  for (const std::string& cell : each_once) {
    auto conn = co_await conn_for_cell(cell);
    servers.emplace_back(cell, conn);
  }
  Lock::Parts parts;
  std::optional<Error> failure;
  try {
    co_await take_parts(servers, path, contents, parts);
  } catch (const std::exception&) {
    failure = current_error();
  }
  Lock lock(std::move(parts), what);
  if (!failure) co_return std::move(lock);
  if (failure->code() == Errc::cancelled) co_await ignore_cancellation();
  auto given_back = co_await capture(lock.unlock());
  throw failure->within(fmt::format("cannot lock {} for {}", what, action));
}

}  // namespace shardlab::topo

#include <fmt/format.h>

#include "core/base/children.h"
#include "core/topo/paths.h"
#include "core/topo/records.h"
#include "core/topo/server.h"
#include "core/topo/settled_write.h"

namespace shardlab::topo {

namespace {

/// Throws Error: failed_precondition when the record there is another tablet's.
void check_place(const topodata::Tablet& existing, const topodata::Tablet& tablet) {
  if (existing.keyspace() == tablet.keyspace() && existing.shard() == tablet.shard()) return;
  throw Error(
      Errc::failed_precondition,
      fmt::format("existing tablet {} belongs to {}/{}, not to {}/{}", alias_text(tablet.alias()),
                  existing.keyspace(), existing.shard(), tablet.keyspace(), tablet.shard()));
}

}  // namespace

Task<> Server::init_tablet(topodata::Tablet tablet) {
  auto conn = co_await conn_for_cell(tablet.alias().cell());
  const std::string path = tablet_path(alias_text(tablet.alias()));
  const std::string contents = tablet.SerializeAsString();
  bool is_written = false;
  for (int attempt = 0; attempt < max_update_attempts && !is_written; ++attempt) {
    auto existing = co_await capture(get_tablet(tablet.alias()));
    if (!existing && existing.error().code() != Errc::not_found) throw existing.error();
    std::optional<TopoVersion> version;
    if (existing) {
      check_place(existing->record, tablet);
      version = existing->version;
    }
    auto written = co_await write_unless_overtaken(*conn, path, contents, version);
    is_written = written.has_value();
  }
  if (!is_written) throw keeps_changing(path);
  co_await add_to_shard_replication(tablet);
}

Task<TabletInfo> Server::get_tablet(topodata::TabletAlias alias) {
  auto conn = co_await conn_for_cell(alias.cell());
  auto found = co_await read<topodata::Tablet>(*conn, tablet_path(alias_text(alias)));
  TabletInfo info;
  info.record = std::move(found.record);
  info.version = std::move(found.version);
  co_return info;
}

Task<topodata::Tablet> Server::update_tablet_fields(topodata::TabletAlias alias,
                                                    TabletUpdate update) {
  auto conn = co_await conn_for_cell(alias.cell());
  for (int attempt = 0; attempt < max_update_attempts; ++attempt) {
    auto info = co_await get_tablet(alias);
    if (update(info.record) == Update::no_update_needed) co_return info.record;
    std::string contents = info.record.SerializeAsString();
    auto written = co_await write_unless_overtaken(*conn, tablet_path(alias_text(alias)),
                                                   std::move(contents), info.version);
    if (written) co_return info.record;
  }
  throw keeps_changing("tablet " + alias_text(alias));
}

Task<> Server::delete_tablet(topodata::TabletAlias alias) {
  auto conn = co_await conn_for_cell(alias.cell());
  auto info = co_await get_tablet(alias);
  co_await remove_if_there(*conn, tablet_path(alias_text(alias)));
  co_await update_shard_replication(alias.cell(), info.record.keyspace(), info.record.shard(),
                                    [&](topodata::ShardReplication& replication) {
                                      auto& nodes = *replication.mutable_nodes();
                                      for (int i = nodes.size() - 1; i >= 0; --i) {
                                        if (same_alias(nodes[i].tablet_alias(), alias))
                                          nodes.DeleteSubrange(i, 1);
                                      }
                                    });
}

Task<std::vector<topodata::Tablet>> Server::get_tablets_by_cell(std::string cell) {
  auto conn = co_await conn_for_cell(cell);
  std::vector<topodata::Tablet> tablets;
  for (const std::string& alias : co_await list(*conn, "tablets")) {
    auto tablet = co_await capture(read<topodata::Tablet>(*conn, tablet_path(alias)));
    if (tablet) {
      tablets.push_back(std::move(tablet->record));
    } else if (tablet.error().code() != Errc::not_found) {
      throw tablet.error();
    }
  }
  co_return tablets;
}

Task<std::vector<topodata::Tablet>> Server::get_tablets_of_shard(std::string keyspace,
                                                                 std::string shard) {
  std::vector<topodata::Tablet> tablets;
  for (const std::string& cell : co_await get_cell_names()) {
    auto conn = co_await conn_for_cell(cell);
    auto replication = co_await capture(
        read<topodata::ShardReplication>(*conn, shard_replication_path(keyspace, shard)));
    if (!replication && replication.error().code() == Errc::not_found) continue;
    for (const auto& node : replication.value().record.nodes()) {
      auto tablet = co_await capture(get_tablet(node.tablet_alias()));
      if (tablet) {
        tablets.push_back(std::move(tablet->record));
      } else if (tablet.error().code() != Errc::not_found) {
        throw tablet.error();
      }
    }
  }
  co_return tablets;
}

Task<> Server::delete_shard_replication(std::string cell, std::string keyspace, std::string shard) {
  auto conn = co_await conn_for_cell(cell);
  co_await remove_if_there(*conn, shard_replication_path(keyspace, shard));
}

Task<> Server::add_to_shard_replication(topodata::Tablet tablet) {
  co_await update_shard_replication(
      tablet.alias().cell(), tablet.keyspace(), tablet.shard(),
      [&](topodata::ShardReplication& replication) {
        auto& nodes = *replication.mutable_nodes();
        for (const auto& node : nodes) {
          if (same_alias(node.tablet_alias(), tablet.alias())) return;
        }
        *nodes.Add()->mutable_tablet_alias() = tablet.alias();
        std::sort(nodes.begin(), nodes.end(), [](const auto& a, const auto& b) {
          return a.tablet_alias().uid() < b.tablet_alias().uid();
        });
      });
}

Task<> Server::update_shard_replication(std::string cell, std::string keyspace, std::string shard,
                                        std::function<void(topodata::ShardReplication&)> update) {
  auto conn = co_await conn_for_cell(cell);
  const std::string path = shard_replication_path(keyspace, shard);
  for (int attempt = 0; attempt < max_update_attempts; ++attempt) {
    auto found = co_await capture(read<topodata::ShardReplication>(*conn, path));
    if (!found && found.error().code() != Errc::not_found) throw found.error();
    topodata::ShardReplication record;
    std::optional<TopoVersion> version;
    if (found) {
      record = found->record;
      version = found->version;
    }
    update(record);
    std::string contents = record.SerializeAsString();
    auto written = co_await write_unless_overtaken(*conn, path, std::move(contents), version);
    if (written) co_return;
  }
  throw keeps_changing(path);
}

}  // namespace shardlab::topo

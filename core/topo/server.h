#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/ports/env.h"
#include "core/proto/topodata.pb.h"
#include "core/topo/lock.h"

namespace shardlab::topo {

/// Bound of one topology call made by a command. Source: Vitess `RemoteOperationTimeout`.
inline constexpr Duration remote_operation_timeout = 30s;

/// A shard record with the version it was read at.
struct ShardInfo {
  ShardInfo() = default;
  std::string keyspace;
  std::string name;  ///< `"-80"`
  topodata::Shard record;
  TopoVersion version;
  std::string path() const { return keyspace + "/" + name; }
};

struct TabletInfo {
  TabletInfo() = default;
  topodata::Tablet record;
  TopoVersion version;
};

/// Returned by an update function: write the changed record, or leave it as it is.
enum class Update { write, no_update_needed };

/// A keyspace's serving graph in a cell, with the version it was read at.
struct SrvKeyspaceInfo {
  SrvKeyspaceInfo() = default;
  topodata::SrvKeyspace record;
  std::optional<TopoVersion> version;  ///< none: there was no record
};

/// The topology: the global server and one per cell, as typed records.
/// Every function throws Error: not_found (`node doesn't exist: PATH`), already_exists
/// (`node already exists: PATH`), bad_version, unavailable, timed_out; those that write also
/// outcome_unknown, when not even reading told what became of a write; those that take a lock also
/// lock_lost, and then have not written. A write names the version it replaces, so that one whose
/// reply was lost has no effect once somebody has written after it.
/// Source: Vitess go/vt/topo; paths: reference M21 layout (`keyspaces/KS/shards/SHARD/Shard`).
class Server {
 public:
  /// `owner` is told in locks.
  Server(const Env& env, std::string owner, std::string global_address,
         std::string global_root = "/vitess/global");

  // Cells.
  Task<> create_cell_info(std::string cell, topodata::CellInfo info);
  Task<std::vector<std::string>> get_cell_names();
  /// The connection to a cell's own server. Throws Error: not_found for an unknown cell.
  Task<TopoConn*> conn_for_cell(std::string cell);

  // Keyspaces.
  Task<> create_keyspace(std::string keyspace);
  Task<topodata::Keyspace> get_keyspace(std::string keyspace);
  Task<std::vector<std::string>> get_keyspaces();

  // Shards.
  /// Creates the record: serving unless an existing serving shard intersects it. Under the
  /// keyspace's lock.
  Task<> create_shard(Lock& lock, std::string keyspace, std::string shard);
  Task<ShardInfo> get_or_create_shard(std::string keyspace, std::string shard);
  Task<ShardInfo> get_shard(std::string keyspace, std::string shard);
  Task<std::vector<std::string>> get_shard_names(std::string keyspace);
  /// All shards by name.
  Task<std::map<std::string, ShardInfo>> find_all_shards(std::string keyspace);
  using ShardUpdate = std::function<Update(topodata::Shard&)>;
  /// Reads, applies the function, writes with the version read; repeats on a conflict.
  Task<ShardInfo> update_shard_fields(std::string keyspace, std::string shard, ShardUpdate update);
  /// The same under the shard's or the keyspace's lock.
  Task<ShardInfo> update_shard_fields(Lock& lock, std::string keyspace, std::string shard,
                                      ShardUpdate update);
  /// As it was read, under the keyspace's lock.
  Task<> delete_shard(Lock& lock, ShardInfo shard);

  // Tablets.
  /// Creates or overwrites; refuses a record of another keyspace or shard.
  Task<> init_tablet(topodata::Tablet tablet);
  Task<TabletInfo> get_tablet(topodata::TabletAlias alias);
  using TabletUpdate = std::function<Update(topodata::Tablet&)>;
  Task<topodata::Tablet> update_tablet_fields(topodata::TabletAlias alias, TabletUpdate update);
  /// Removes the record and its entry in ShardReplication.
  Task<> delete_tablet(topodata::TabletAlias alias);
  /// In alias order.
  Task<std::vector<topodata::Tablet>> get_tablets_by_cell(std::string cell);
  /// Tablets of a shard in all cells, in alias order.
  Task<std::vector<topodata::Tablet>> get_tablets_of_shard(std::string keyspace, std::string shard);
  Task<> delete_shard_replication(std::string cell, std::string keyspace, std::string shard);

  // Serving graph.
  Task<topodata::SrvKeyspace> get_srv_keyspace(std::string cell, std::string keyspace);
  /// The same with its version; none is no error.
  Task<SrvKeyspaceInfo> find_srv_keyspace(std::string cell, std::string keyspace);
  /// Replaces what was read, under the keyspace's lock in that cell. Throws Error: bad_version,
  /// already_exists when it is not that any more.
  Task<> update_srv_keyspace(Lock& lock, std::string cell, std::string keyspace,
                             SrvKeyspaceInfo graph);
  Task<> delete_srv_keyspace(Lock& lock, std::string cell, std::string keyspace);
  /// Cells that have a serving graph of the keyspace, sorted.
  Task<std::vector<std::string>> get_srv_keyspace_cells(std::string keyspace);
  Task<std::unique_ptr<TopoWatch>> watch_srv_keyspace(std::string cell, std::string keyspace);

  // VSchemas.
  Task<topodata::KeyspaceVSchema> get_vschema(std::string keyspace);
  Task<> save_vschema(std::string keyspace, topodata::KeyspaceVSchema vschema);
  /// Combines all keyspaces' VSchemas into each cell's SrvVSchema.
  Task<> rebuild_srv_vschema(std::vector<std::string> cells);
  Task<> rebuild_srv_vschema(std::string cell);
  Task<topodata::SrvVSchema> get_srv_vschema(std::string cell);
  Task<std::unique_ptr<TopoWatch>> watch_srv_vschema(std::string cell);

  // Locks. Waiting for each of their parts is bounded by 30 s. Throws Error: timed_out.
  /// `cells`: those whose serving graphs are going to be written.
  Task<Lock> lock_keyspace(std::string keyspace, std::string action,
                           std::vector<std::string> cells = {});
  Task<Lock> lock_shard(std::string keyspace, std::string shard, std::string action);

 private:
  template <class Record>
  struct Versioned {
    Record record;
    TopoVersion version;
  };
  static constexpr int max_update_attempts = 20;

  Task<Lock> lock_path(std::string path, std::string what, std::string action,
                       std::vector<std::string> cells);
  Task<ShardInfo> update_shard(TopoConn& conn, std::string keyspace, std::string shard,
                               ShardUpdate update);
  Task<TopoVersion> write(TopoConn& conn, std::string path, std::string contents,
                          std::optional<TopoVersion> version);
  /// None when somebody else was faster: who reads again can go on.
  Task<std::optional<TopoVersion>> write_unless_overtaken(TopoConn& conn, std::string path,
                                                          std::string contents,
                                                          std::optional<TopoVersion> version);
  static Error keeps_changing(const std::string& what);
  /// The version of a file; none when it is missing.
  static Task<std::optional<TopoVersion>> version_of(TopoConn& conn, std::string path);
  /// Whatever is there.
  Task<> overwrite(TopoConn& conn, std::string path, std::string contents);
  Task<> remove_if_there(TopoConn& conn, std::string path);
  Task<std::string> combined_vschemas();
  /// The names under a directory; none when there is no such directory.
  static Task<std::vector<std::string>> list(TopoConn& conn, std::string path);
  Task<> add_to_shard_replication(topodata::Tablet tablet);
  Task<> update_shard_replication(std::string cell, std::string keyspace, std::string shard,
                                  std::function<void(topodata::ShardReplication&)> update);

  template <class Record>
  static Task<Versioned<Record>> read(TopoConn& conn, std::string path) {
    const std::string where = path;
    auto file = co_await conn.get(std::move(path));
    Versioned<Record> found;
    if (!found.record.ParseFromString(file.contents)) {
      throw Error(Errc::corrupt, "cannot decode the record at " + where);
    }
    found.version = std::move(file.version);
    co_return found;
  }

  TopoFactory& factory_;
  Clock& clock_;
  EventSink& events_;
  std::string owner_;
  std::unique_ptr<TopoConn> global_;
  std::map<std::string, std::unique_ptr<TopoConn>> cells_;
};

}  // namespace shardlab::topo

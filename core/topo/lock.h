#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/ports/topo_conn.h"

namespace shardlab::topo {

/// A held keyspace or shard lock: of the global server, and of each cell whose records are written
/// under it. Who holds a part of it keeps out everybody who wants the whole, so that nobody can
/// have lost one part to another holder and still write where he has not.
///
/// Release it with `unlock`; a forgotten one ends with its leases.
/// Decision: docs/decisions/0013-guarded-writes.md.
class Lock {
 public:
  /// Of each server the lock; that of the global one is under `""`.
  using Parts = std::map<std::string, std::unique_ptr<TopoLock>>;

  Lock(Parts parts, std::string what) : parts_(std::move(parts)), what_(std::move(what)) {}

  /// To be called before irreversible steps that are no guarded writes. Throws Error: lock_lost.
  Task<> check();
  /// Gives back every part, also when one fails. Throws Error: lock_lost, or what kept the first
  /// part that failed.
  Task<> unlock();
  /// For writes to the records of that cell, `""` for global ones, which take place only while the
  /// lock is held and otherwise throw Error: lock_lost. The lock must have been taken for the cell.
  TopoConn& guarded(const std::string& cell);

 private:
  Parts parts_;
  std::string what_;
};

}  // namespace shardlab::topo

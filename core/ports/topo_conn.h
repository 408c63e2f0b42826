#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/coroutine.h"

namespace shardlab {

/// Version of a node, opaque except for equality: `"42"`.
using TopoVersion = std::string;

struct TopoFile {
  TopoFile() = default;
  TopoFile(std::string contents, TopoVersion version)
      : contents(std::move(contents)), version(std::move(version)) {}
  std::string contents;
  TopoVersion version;
};

/// The value of one file over time. The first `next` gives the current value; later ones give newer
/// values, possibly skipping some.
class TopoWatch {
 public:
  virtual ~TopoWatch() = default;
  /// Throws Error: not_found when the file is deleted (the watch is over), unavailable when the
  /// server is lost: a new watch begins with the value there is then, so that nothing that lasts is
  /// missed, a deletion included.
  virtual Task<TopoFile> next() = 0;
};

class TopoConn;

/// A lock that is held as long as its lease is kept alive.
class TopoLock {
 public:
  virtual ~TopoLock() = default;
  /// Throws Error: lock_lost when the lease has ended.
  virtual Task<> check() = 0;
  /// Throws Error: lock_lost when somebody else may have had it. After outcome_unknown `check`
  /// tells whether it is still there; it may be given back again.
  virtual Task<> unlock() = 0;
  /// The server of the lock, good as long as this object. A write through it takes place only while
  /// the lock is held: the server looks and writes in one step, whatever kept the writer in
  /// between. Otherwise it has no effect and throws Error: lock_lost.
  virtual TopoConn& guarded() = 0;
};

/// One topology server (the global one, or a cell's): a tree of versioned files.
/// Paths have no leading slash: `"keyspaces/test_keyspace/Keyspace"`.
/// All calls throw Error: unavailable or timed_out when the server is not reached. After a write
/// whose reply was lost they throw outcome_unknown: read before trying again. Such a write may also
/// take place later, so that one without a version may undo what was written meanwhile.
class TopoConn {
 public:
  virtual ~TopoConn() = default;

  /// Names of the entries right under a directory, sorted. Throws Error: not_found.
  virtual Task<std::vector<std::string>> list_dir(std::string path) = 0;
  /// Throws Error: already_exists.
  virtual Task<TopoVersion> create(std::string path, std::string contents) = 0;
  /// With a version: writes only if it is current (bad_version, not_found otherwise). Without:
  /// creates or overwrites.
  virtual Task<TopoVersion> update(std::string path, std::string contents,
                                   std::optional<TopoVersion> version) = 0;
  /// Throws Error: not_found.
  virtual Task<TopoFile> get(std::string path) = 0;
  /// Throws Error: not_found, bad_version.
  virtual Task<> remove(std::string path, std::optional<TopoVersion> version) = 0;
  /// Waits until this caller holds the lock of the directory. `contents` tells others who and why.
  /// Waiting is fair. Throws Error: timed_out.
  virtual Task<std::unique_ptr<TopoLock>> lock(std::string dir_path, std::string contents,
                                               Duration timeout) = 0;
  virtual std::unique_ptr<TopoWatch> watch(std::string path) = 0;
};

/// Opens connections to topology servers.
class TopoFactory {
 public:
  virtual ~TopoFactory() = default;
  /// `address` of any member: `"10.64.0.2:2379"`; `root` is put before every path:
  /// `"/vitess/test"`.
  virtual std::unique_ptr<TopoConn> connect(std::string address, std::string root) = 0;
};

}  // namespace shardlab

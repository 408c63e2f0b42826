#pragma once

#include <memory>
#include <string>

#include "core/ports/topo_conn.h"
#include "fakes/etcd/client.h"

namespace shardlab::fakes::etcd {

/// The key of a held lock, as a guarded write compares it.
struct LockKey {
  LockKey() = default;
  std::string path;          ///< `"/vitess/global/keyspaces/ks/locks/7587848943239472131"`
  std::int64_t created = 0;  ///< its create revision: a key of that name made later is another one
  std::int64_t lease = 0;
};

/// A held lock of a directory: TopoLock without a connection.
class DirectoryLock {
 public:
  virtual ~DirectoryLock() = default;
  virtual const LockKey& key() const = 0;
  /// As in TopoLock.
  virtual Task<> check() = 0;
  virtual Task<> unlock() = 0;
};

/// Waits for the lock of the directory `path`, a whole key such as `"/vitess/global/keyspaces/ks"`.
/// Who waits has a key `PATH/locks/LEASE_ID` bound to a lease of `ttl` that is kept alive three
/// times in that time; the oldest key owns the lock. The keep-alive ends with the lock object, so
/// that the lease of a holder that forgets or dies ends by itself.
///
/// When it fails, nothing is left behind but what the lease's end will remove.
/// Throws Error: timed_out (`deadline exceeded: PATH`), unavailable, lock_lost (the lease ended
/// while waiting).
/// Source: Vitess go/vt/topo/etcd2topo/lock.go. There a waiter whose own key has vanished with its
/// lease believes it holds the lock; here it looks for its key.
Task<std::unique_ptr<DirectoryLock>> lock_directory(Client client, std::string path,
                                                    std::string contents, Duration ttl,
                                                    Duration timeout);

}  // namespace shardlab::fakes::etcd

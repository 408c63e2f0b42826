#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/time.h"
#include "fakes/etcd/etcd.pb.h"

namespace shardlab::fakes::etcd {

/// The keys that start with `prefix` are `[prefix, prefix_end(prefix))`: `"a/"` gives `"a0"`.
std::string prefix_end(std::string prefix);

/// The data of one etcd cluster: keys with their history, and leases. It has no clock and no
/// callers in parallel; a request either takes effect as a whole or throws and has none.
///
/// A new store is at revision 1. Only a request that changes a key counts the revision up, by one,
/// whatever number of keys it changes. The sentences of errors are etcd's.
/// Source: etcd 3.4 mvcc/kvstore_txn.go, lease/lessor.go, etcdserver/apply.go, api/v3rpc/key.go.
class Store {
 public:
  /// Times to live below this are raised to it, as with etcd's default election timeout.
  static constexpr std::int64_t min_ttl_s = 2;
  static constexpr int max_txn_ops = 128;

  std::int64_t revision() const { return revision_; }
  std::int64_t compact_revision() const { return compact_revision_; }
  /// What is stored now, by key.
  const std::map<std::string, KeyValue>& keys() const { return keys_; }
  std::size_t leases() const { return leases_.size(); }

  /// Throws Error: failed_precondition when the asked revision is compacted, invalid_argument when
  /// it lies in the future or the key is empty.
  RangeResponse range(const RangeRequest& request) const;
  /// Throws Error: not_found for an unknown lease, invalid_argument for an empty key.
  PutResponse put(const PutRequest& request);
  /// Deleting nothing is no change.
  DeleteRangeResponse delete_range(const DeleteRangeRequest& request);
  /// A comparison with a missing key sees zeros, and never holds for a value.
  /// Throws Error: invalid_argument when a branch puts a key twice or puts and deletes it, or has
  /// more than `max_txn_ops`; whatever its operations throw.
  TxnResponse txn(const TxnRequest& request);
  /// Forgets the history before `revision`. Throws Error: failed_precondition when that is done
  /// already, invalid_argument for a future revision.
  CompactResponse compact(const CompactRequest& request);

  /// Throws Error: already_exists, invalid_argument for a time to live beyond etcd's bound.
  LeaseGrantResponse lease_grant(const LeaseGrantRequest& request, TimePoint now);
  /// A lease whose time is over cannot be kept alive, even while its keys are still there.
  LeaseKeepAliveResponse lease_keep_alive(const LeaseKeepAliveRequest& request, TimePoint now);
  /// Deletes the lease's keys, in one revision. Throws Error: not_found.
  LeaseRevokeResponse lease_revoke(const LeaseRevokeRequest& request);
  std::optional<TimePoint> next_expiry() const;
  /// Revokes what has expired, one lease after the other, the oldest expiry first. Returns them.
  std::vector<std::int64_t> expire_leases(TimePoint now);
  /// A server that starts gives every lease its full time again.
  void renew_all_leases(TimePoint now);

  /// The changes of the keys in the range from `start_revision` up to now, in order.
  /// Throws Error: failed_precondition when they are compacted.
  std::vector<WatchEvent> events(std::int64_t start_revision, const std::string& key,
                                 const std::string& range_end) const;

 private:
  struct Lease {
    Duration ttl{};
    TimePoint expires;
    std::set<std::string> keys;
  };
  using Keys = std::map<std::string, KeyValue>;

  Keys keys_at(std::int64_t revision) const;
  bool holds(const Compare& compare) const;
  void check_branch(const google::protobuf::RepeatedPtrField<RequestOp>& ops) const;
  void check_range(const RangeRequest& request) const;
  void check_put(const PutRequest& request) const;
  RangeResponse do_range(const RangeRequest& request) const;
  void do_put(const PutRequest& request);
  std::int64_t do_delete(const std::string& key, const std::string& range_end);
  void do_delete(Keys::iterator found);
  ResponseOp do_op(const RequestOp& op);
  bool has_uncommitted() const;
  /// Ends a change: what was recorded under the next revision becomes the current one.
  void commit();

  std::int64_t revision_ = 1;
  std::int64_t compact_revision_ = 0;
  Keys keys_;
  Keys compacted_keys_;  ///< the keys as they were at `compact_revision_`
  std::vector<WatchEvent> history_;
  std::map<std::int64_t, Lease> leases_;
  std::int64_t leases_granted_ = 0;
};

}  // namespace shardlab::fakes::etcd

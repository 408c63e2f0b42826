#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/time.h"
#include "fakes/etcd/etcd.pb.h"
#include "fakes/etcd/key_range.h"

namespace shardlab::fakes::etcd {

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

  std::int64_t revision() const { return revision_; }
  std::int64_t compact_revision() const { return compact_revision_; }
  /// What is stored now, by key.
  const std::map<std::string, KeyValue>& keys() const { return keys_; }
  std::size_t leases() const { return leases_.size(); }

  /// Sorting by anything but the key without an order is ascending, but a limit then picks by key.
  /// Throws Error: failed_precondition when the asked revision is compacted, invalid_argument when
  /// it lies in the future or the key is empty.
  RangeResponse range(const RangeRequest& request) const;
  /// Throws Error: not_found for an unknown lease, or for an unknown key whose value or lease is to
  /// be kept; invalid_argument for an empty key.
  PutResponse put(const PutRequest& request);
  /// Deleting nothing is no change.
  DeleteRangeResponse delete_range(const DeleteRangeRequest& request);
  /// A comparison with a missing key sees zeros, and never holds for a value. All comparisons, also
  /// those of nested transactions, look at the state before the first operation.
  /// Throws Error: invalid_argument when a branch puts a key twice or puts and deletes it, or has
  /// more than `max_txn_ops`; whatever its operations throw.
  TxnResponse txn(const TxnRequest& request);
  /// Forgets the history before `revision`. Throws Error: failed_precondition when that is done
  /// already, invalid_argument for a future revision.
  CompactionResponse compact(const CompactionRequest& request);

  /// Throws Error: already_exists, invalid_argument for a time to live beyond etcd's bound.
  LeaseGrantResponse lease_grant(const LeaseGrantRequest& request, TimePoint now);
  /// A lease whose time is over cannot be kept alive, even while its keys are still there.
  LeaseKeepAliveResponse lease_keep_alive(const LeaseKeepAliveRequest& request, TimePoint now);
  /// Deletes the lease's keys, in one revision. Throws Error: not_found.
  LeaseRevokeResponse lease_revoke(const LeaseRevokeRequest& request);
  /// The keys come sorted. An unknown lease has a time to live of -1.
  LeaseTimeToLiveResponse lease_time_to_live(const LeaseTimeToLiveRequest& request,
                                             TimePoint now) const;
  LeaseLeasesResponse lease_leases() const;
  std::optional<TimePoint> next_expiry() const;
  /// Those whose time is over, the oldest expiry first.
  std::vector<std::int64_t> expired_leases(TimePoint now) const;
  /// Revokes what has expired, one lease after the other, the oldest expiry first. Returns them.
  std::vector<std::int64_t> expire_leases(TimePoint now);
  /// A server that starts gives every lease its full time again.
  void renew_all_leases(TimePoint now);

  /// The changes of the keys in the range from `start_revision` up to now, in order.
  /// Throws Error: failed_precondition when they are compacted.
  std::vector<Event> events(std::int64_t start_revision, const std::string& key,
                            const std::string& range_end) const;
  /// The key as it was before that change; none when it was not there, or that is compacted.
  std::optional<KeyValue> before(const Event& event) const;

 private:
  /// So far from the last TimePoint that a wait for it can be rounded up.
  static constexpr TimePoint end_of_time = TimePoint::max() - 1h;

  struct Lease {
    /// The last of all for one that ends beyond it, as the longest, of 285 years, does.
    TimePoint expires() const { return renewed > end_of_time - ttl ? end_of_time : renewed + ttl; }
    Duration left(TimePoint now) const { return ttl - (now - renewed); }

    Duration ttl{};
    TimePoint renewed;
    std::set<std::string> keys;
  };
  using Keys = std::map<std::string, KeyValue>;

  using Ops = google::protobuf::RepeatedPtrField<RequestOp>;
  /// Which branch each transaction takes, a transaction before those nested in it.
  using Branches = std::vector<bool>;

  Keys keys_at(std::int64_t revision) const;
  bool holds(const Compare& compare) const;
  void choose_branches(const TxnRequest& request, Branches& branches) const;
  void check_puts(const TxnRequest& request, Branches::const_iterator& branch) const;
  void check_ranges(const TxnRequest& request, Branches::const_iterator& branch) const;
  void check_revision(const RangeRequest& request) const;
  void check_lease(const PutRequest& request) const;
  void check_kept(const PutRequest& request) const;
  RangeResponse do_range(const RangeRequest& request) const;
  PutResponse do_put(const PutRequest& request);
  DeleteRangeResponse do_delete(const DeleteRangeRequest& request);
  void do_delete(Keys::iterator found);
  void do_ops(const TxnRequest& request, Branches::const_iterator& branch, TxnResponse& response);
  bool has_uncommitted() const;
  /// The revision as one sees it who also sees what is not committed yet.
  std::int64_t seen_revision() const { return revision_ + (has_uncommitted() ? 1 : 0); }
  /// Ends a change: what was recorded under the next revision becomes the current one.
  void commit();

  std::int64_t revision_ = 1;
  std::int64_t compact_revision_ = 0;
  Keys keys_;
  Keys compacted_keys_;  ///< the keys as they were at `compact_revision_`
  std::vector<Event> history_;
  std::map<std::int64_t, Lease> leases_;
  std::int64_t leases_granted_ = 0;
};

}  // namespace shardlab::fakes::etcd

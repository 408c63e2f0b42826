#pragma once

#include "fakes/etcd/etcd.pb.h"

namespace shardlab::fakes::etcd {

/// Operations of one branch, those of nested transactions included.
inline constexpr int max_txn_ops = 128;

// What etcd refuses by looking at the request alone. All throw Error: invalid_argument.
// Source: etcd 3.4 etcdserver/api/v3rpc/key.go.

void check_request(const RangeRequest& request);
void check_request(const PutRequest& request);
void check_request(const DeleteRangeRequest& request);
/// Refuses a transaction that has too many operations, or one of whose branches puts a key twice
/// or puts and deletes it. Of a nested transaction either branch counts; its two branches may put
/// the same key. An operation without content is `key not found`.
void check_request(const TxnRequest& request);

}  // namespace shardlab::fakes::etcd

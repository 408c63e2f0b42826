#include "fakes/etcd/request_checks.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "fakes/etcd/refusals.h"

namespace shardlab::fakes::etcd {
namespace {

using Ops = google::protobuf::RepeatedPtrField<RequestOp>;

void check_key(const std::string& key) {
  if (key.empty()) throw Error(refusal::no_key);
}

/// What a branch writes.
struct Writes {
  std::set<std::string> puts;
  std::vector<const DeleteRangeRequest*> deletes;
};

/// etcd compares the bounds as texts: a range to the end of all keys ("\0") seems empty to it.
bool seems_to_delete(const DeleteRangeRequest& request, const std::string& key) {
  if (request.range_end().empty()) return request.key() == key;
  return request.key() <= key && key < request.range_end();
}

bool seem_to_delete(const Writes& writes, const std::string& key) {
  return std::ranges::any_of(writes.deletes, [&](const DeleteRangeRequest* request) {
    return seems_to_delete(*request, key);
  });
}

void add_put(Writes& writes, const std::string& key, bool may_be_twice) {
  if (writes.puts.contains(key) && !may_be_twice) throw Error(refusal::duplicate_key);
  if (seem_to_delete(writes, key)) throw Error(refusal::duplicate_key);
  writes.puts.insert(key);
}

Writes writes_of(const Ops& ops) {
  Writes writes;
  for (const RequestOp& op : ops) {
    if (op.has_request_delete_range()) writes.deletes.push_back(&op.request_delete_range());
  }
  for (const RequestOp& op : ops) {
    if (!op.has_request_txn()) continue;
    const Writes then = writes_of(op.request_txn().success());
    const Writes otherwise = writes_of(op.request_txn().failure());
    for (const std::string& key : then.puts) add_put(writes, key, false);
    for (const std::string& key : otherwise.puts) add_put(writes, key, then.puts.contains(key));
    for (const Writes* branch : {&then, &otherwise}) {
      writes.deletes.insert(writes.deletes.end(), branch->deletes.begin(), branch->deletes.end());
    }
  }
  for (const RequestOp& op : ops) {
    if (op.has_request_put()) add_put(writes, op.request_put().key(), false);
  }
  return writes;
}

void check_ops(const TxnRequest& request, int ops_allowed);

void check_op(const RequestOp& op, int ops_allowed) {
  switch (op.request_case()) {
    case RequestOp::kRequestRange: return check_request(op.request_range());
    case RequestOp::kRequestPut: return check_request(op.request_put());
    case RequestOp::kRequestDeleteRange: return check_request(op.request_delete_range());
    case RequestOp::kRequestTxn: return check_ops(op.request_txn(), ops_allowed);
    default: throw Error(refusal::key_not_found);
  }
}

void check_ops(const TxnRequest& request, int ops_allowed) {
  const int ops =
      std::max({request.compare_size(), request.success_size(), request.failure_size()});
  if (ops > ops_allowed) throw Error(refusal::too_many_ops);
  for (const Compare& compare : request.compare()) check_key(compare.key());
  for (const RequestOp& op : request.success()) check_op(op, ops_allowed - ops);
  for (const RequestOp& op : request.failure()) check_op(op, ops_allowed - ops);
}

}  // namespace

void check_request(const RangeRequest& request) {
  check_key(request.key());
  if (!RangeRequest::SortOrder_IsValid(request.sort_order()) ||
      !RangeRequest::SortTarget_IsValid(request.sort_target())) {
    throw Error(refusal::bad_sort);
  }
}

void check_request(const PutRequest& request) {
  check_key(request.key());
  if (request.ignore_value() && !request.value().empty()) throw Error(refusal::value_given);
  if (request.ignore_lease() && request.lease() != 0) throw Error(refusal::lease_given);
}

void check_request(const DeleteRangeRequest& request) { check_key(request.key()); }

void check_request(const TxnRequest& request) {
  check_ops(request, max_txn_ops);
  writes_of(request.success());
  writes_of(request.failure());
}

}  // namespace shardlab::fakes::etcd

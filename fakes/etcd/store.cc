#include "fakes/etcd/store.h"

#include <algorithm>

namespace shardlab::fakes::etcd {
namespace {

constexpr std::int64_t max_ttl_s = 9'000'000'000;
/// Lease ids look like etcd's: large numbers that are never given twice.
constexpr std::int64_t first_lease_id = 7'587'848'943'239'472'129;

/// The `range_end` that means "and every key behind".
const std::string& no_end() {
  static const std::string end(1, '\0');
  return end;
}

bool is_in_range(const std::string& key, const std::string& begin, const std::string& end) {
  if (end.empty()) return key == begin;
  return key >= begin && (end == no_end() || key < end);
}

template <class Keys>
auto find_range(Keys& keys, const std::string& begin, const std::string& end) {
  auto first = keys.lower_bound(begin);
  if (end == no_end()) return std::pair(first, keys.end());
  if (end.empty()) return std::pair(first, keys.upper_bound(begin));
  return std::pair(first, end <= begin ? first : keys.lower_bound(end));
}

void check_key(const std::string& key) {
  if (key.empty()) throw Error(Errc::invalid_argument, "etcdserver: key is not provided");
}

Error compacted_error() {
  return Error(Errc::failed_precondition, "etcdserver: mvcc: required revision has been compacted");
}

Error future_error() {
  return Error(Errc::invalid_argument, "etcdserver: mvcc: required revision is a future revision");
}

Error lease_error() { return Error(Errc::not_found, "etcdserver: requested lease not found"); }

template <class T>
bool is_result(Compare::Result result, const T& actual, const T& wanted) {
  switch (result) {
    case Compare::EQUAL: return actual == wanted;
    case Compare::GREATER: return actual > wanted;
    case Compare::LESS: return actual < wanted;
    case Compare::NOT_EQUAL: return actual != wanted;
    default: return false;
  }
}

std::int64_t number_of(const KeyValue& kv, Compare::Target target) {
  switch (target) {
    case Compare::CREATE: return kv.create_revision();
    case Compare::MOD: return kv.mod_revision();
    case Compare::LEASE: return kv.lease();
    default: return kv.version();
  }
}

void apply(const WatchEvent& event, std::map<std::string, KeyValue>& keys) {
  if (event.deleted()) {
    keys.erase(event.kv().key());
  } else {
    keys[event.kv().key()] = event.kv();
  }
}

}  // namespace

std::string prefix_end(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (prefix.empty()) return no_end();
  ++prefix.back();
  return prefix;
}

// Reading.

Store::Keys Store::keys_at(std::int64_t revision) const {
  Keys keys = compacted_keys_;
  for (const WatchEvent& event : history_) {
    if (event.kv().mod_revision() > revision) break;
    apply(event, keys);
  }
  return keys;
}

void Store::check_range(const RangeRequest& request) const {
  check_key(request.key());
  if (request.revision() > revision_) throw future_error();
  if (request.revision() > 0 && request.revision() < compact_revision_) throw compacted_error();
}

RangeResponse Store::range(const RangeRequest& request) const {
  check_range(request);
  return do_range(request);
}

RangeResponse Store::do_range(const RangeRequest& request) const {
  const bool is_old =
      request.revision() > 0 && (request.revision() < revision_ || has_uncommitted());
  const Keys old_keys = is_old ? keys_at(request.revision()) : Keys();
  const auto [first, last] =
      find_range(is_old ? old_keys : keys_, request.key(), request.range_end());
  RangeResponse response;
  response.set_revision(revision_);
  response.set_count(std::distance(first, last));
  if (request.count_only()) return response;
  for (auto it = first; it != last; ++it) {
    if (request.limit() > 0 && response.kvs_size() >= request.limit()) {
      response.set_more(true);
      break;
    }
    KeyValue& kv = *response.add_kvs();
    kv = it->second;
    if (request.keys_only()) kv.clear_value();
  }
  return response;
}

std::vector<WatchEvent> Store::events(std::int64_t start_revision, const std::string& key,
                                      const std::string& range_end) const {
  if (start_revision < compact_revision_) throw compacted_error();
  auto event = std::lower_bound(history_.begin(), history_.end(), start_revision,
                                [](const WatchEvent& event, std::int64_t revision) {
                                  return event.kv().mod_revision() < revision;
                                });
  std::vector<WatchEvent> found;
  for (; event != history_.end(); ++event) {
    if (is_in_range(event->kv().key(), key, range_end)) found.push_back(*event);
  }
  return found;
}

// Writing.

void Store::check_put(const PutRequest& request) const {
  check_key(request.key());
  if (request.lease() != 0 && !leases_.count(request.lease())) throw lease_error();
}

void Store::do_put(const PutRequest& request) {
  KeyValue& kv = keys_[request.key()];
  if (kv.lease() != 0) leases_.at(kv.lease()).keys.erase(request.key());
  if (kv.version() == 0) kv.set_create_revision(revision_ + 1);
  kv.set_key(request.key());
  kv.set_value(request.value());
  kv.set_version(kv.version() + 1);
  kv.set_mod_revision(revision_ + 1);
  kv.set_lease(request.lease());
  if (kv.lease() != 0) leases_.at(kv.lease()).keys.insert(request.key());
  *history_.emplace_back().mutable_kv() = kv;
}

void Store::do_delete(Keys::iterator found) {
  const KeyValue& kv = found->second;
  if (kv.lease() != 0) leases_.at(kv.lease()).keys.erase(found->first);
  WatchEvent& event = history_.emplace_back();
  event.set_deleted(true);
  event.mutable_kv()->set_key(found->first);
  event.mutable_kv()->set_mod_revision(revision_ + 1);
  keys_.erase(found);
}

std::int64_t Store::do_delete(const std::string& key, const std::string& range_end) {
  auto [first, last] = find_range(keys_, key, range_end);
  std::int64_t deleted = 0;
  for (; first != last; ++deleted) do_delete(first++);
  return deleted;
}

bool Store::has_uncommitted() const {
  return !history_.empty() && history_.back().kv().mod_revision() > revision_;
}

void Store::commit() {
  if (has_uncommitted()) ++revision_;
}

PutResponse Store::put(const PutRequest& request) {
  check_put(request);
  do_put(request);
  commit();
  PutResponse response;
  response.set_revision(revision_);
  return response;
}

DeleteRangeResponse Store::delete_range(const DeleteRangeRequest& request) {
  check_key(request.key());
  DeleteRangeResponse response;
  response.set_deleted(do_delete(request.key(), request.range_end()));
  commit();
  response.set_revision(revision_);
  return response;
}

bool Store::holds(const Compare& compare) const {
  auto found = keys_.find(compare.key());
  const bool exists = found != keys_.end();
  if (compare.target() == Compare::VALUE) {
    return exists && is_result(compare.result(), found->second.value(), compare.value());
  }
  const std::int64_t actual = exists ? number_of(found->second, compare.target()) : 0;
  return is_result(compare.result(), actual, compare.number());
}

void Store::check_branch(const google::protobuf::RepeatedPtrField<RequestOp>& ops) const {
  if (ops.size() > max_txn_ops) {
    throw Error(Errc::invalid_argument, "etcdserver: too many operations in txn request");
  }
  std::set<std::string> puts;
  bool is_twice = false;
  for (const RequestOp& op : ops) {
    if (op.has_range()) check_key(op.range().key());
    if (op.has_delete_range()) check_key(op.delete_range().key());
    if (!op.has_put()) continue;
    check_key(op.put().key());
    is_twice |= !puts.insert(op.put().key()).second;
  }
  for (const RequestOp& op : ops) {
    if (!op.has_delete_range()) continue;
    const auto [first, last] =
        find_range(puts, op.delete_range().key(), op.delete_range().range_end());
    is_twice |= first != last;
  }
  if (is_twice) {
    throw Error(Errc::invalid_argument, "etcdserver: duplicate key given in txn request");
  }
}

ResponseOp Store::do_op(const RequestOp& op) {
  ResponseOp response;
  if (op.has_range()) {
    *response.mutable_range() = do_range(op.range());
  } else if (op.has_put()) {
    do_put(op.put());
    response.mutable_put()->set_revision(revision_ + 1);
  } else if (op.has_delete_range()) {
    const DeleteRangeRequest& request = op.delete_range();
    response.mutable_delete_range()->set_deleted(do_delete(request.key(), request.range_end()));
  }
  return response;
}

TxnResponse Store::txn(const TxnRequest& request) {
  if (request.compare_size() > max_txn_ops) {
    throw Error(Errc::invalid_argument, "etcdserver: too many operations in txn request");
  }
  for (const Compare& compare : request.compare()) check_key(compare.key());
  check_branch(request.success());
  check_branch(request.failure());
  const bool succeeded = std::ranges::all_of(
      request.compare(), [&](const Compare& compare) { return holds(compare); });
  const auto& ops = succeeded ? request.success() : request.failure();
  // All that can be refused is refused before the first operation takes effect.
  for (const RequestOp& op : ops) {
    if (op.has_range()) check_range(op.range());
    if (op.has_put()) check_put(op.put());
  }
  TxnResponse response;
  response.set_succeeded(succeeded);
  for (const RequestOp& op : ops) *response.add_responses() = do_op(op);
  commit();
  response.set_revision(revision_);
  return response;
}

CompactResponse Store::compact(const CompactRequest& request) {
  const std::int64_t revision = request.revision();
  if (revision <= compact_revision_) throw compacted_error();
  if (revision > revision_) throw future_error();
  compacted_keys_ = keys_at(revision);
  compact_revision_ = revision;
  std::erase_if(history_, [revision](const WatchEvent& event) {
    const std::int64_t at = event.kv().mod_revision();
    return at < revision || (at == revision && event.deleted());
  });
  CompactResponse response;
  response.set_revision(revision_);
  return response;
}

// Leases.

LeaseGrantResponse Store::lease_grant(const LeaseGrantRequest& request, TimePoint now) {
  if (request.ttl() > max_ttl_s) {
    throw Error(Errc::invalid_argument, "etcdserver: too large lease TTL");
  }
  if (leases_.count(request.id())) {
    throw Error(Errc::already_exists, "etcdserver: lease already exists");
  }
  const std::int64_t ttl_s = std::max(request.ttl(), min_ttl_s);
  const std::int64_t id = request.id() != 0 ? request.id() : first_lease_id + leases_granted_++;
  Lease& lease = leases_[id];
  lease.ttl = std::chrono::seconds(ttl_s);
  lease.expires = now + lease.ttl;
  LeaseGrantResponse response;
  response.set_revision(revision_);
  response.set_id(id);
  response.set_ttl(ttl_s);
  return response;
}

LeaseKeepAliveResponse Store::lease_keep_alive(const LeaseKeepAliveRequest& request,
                                               TimePoint now) {
  LeaseKeepAliveResponse response;
  response.set_revision(revision_);
  response.set_id(request.id());
  auto found = leases_.find(request.id());
  if (found == leases_.end() || found->second.expires <= now) return response;
  Lease& lease = found->second;
  lease.expires = now + lease.ttl;
  response.set_ttl(std::chrono::duration_cast<std::chrono::seconds>(lease.ttl).count());
  return response;
}

LeaseRevokeResponse Store::lease_revoke(const LeaseRevokeRequest& request) {
  auto found = leases_.find(request.id());
  if (found == leases_.end()) throw lease_error();
  const std::set<std::string> keys = found->second.keys;
  for (const std::string& key : keys) do_delete(keys_.find(key));
  leases_.erase(found);
  commit();
  LeaseRevokeResponse response;
  response.set_revision(revision_);
  return response;
}

std::optional<TimePoint> Store::next_expiry() const {
  std::optional<TimePoint> next;
  for (const auto& [id, lease] : leases_) {
    if (!next || lease.expires < *next) next = lease.expires;
  }
  return next;
}

std::vector<std::int64_t> Store::expire_leases(TimePoint now) {
  std::vector<std::pair<TimePoint, std::int64_t>> expired;
  for (const auto& [id, lease] : leases_) {
    if (lease.expires <= now) expired.emplace_back(lease.expires, id);
  }
  std::ranges::sort(expired);
  std::vector<std::int64_t> ids;
  for (const auto& [expires, id] : expired) {
    LeaseRevokeRequest revoke;
    revoke.set_id(id);
    lease_revoke(revoke);
    ids.push_back(id);
  }
  return ids;
}

void Store::renew_all_leases(TimePoint now) {
  for (auto& [id, lease] : leases_) lease.expires = now + lease.ttl;
}

}  // namespace shardlab::fakes::etcd

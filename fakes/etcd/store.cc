#include "fakes/etcd/store.h"

#include <algorithm>

#include "fakes/etcd/refusals.h"
#include "fakes/etcd/request_checks.h"

namespace shardlab::fakes::etcd {
namespace {

constexpr std::int64_t max_ttl_s = 9'000'000'000;
/// Lease ids look like etcd's: large numbers that are never given twice.
constexpr std::int64_t first_lease_id = 7'587'848'943'239'472'129;

template <class Response>
void set_revision(Response& response, std::int64_t revision) {
  response.mutable_header()->set_revision(revision);
}

template <class T>
bool is_result(Compare::CompareResult result, const T& actual, const T& wanted) {
  switch (result) {
    case Compare::EQUAL: return actual == wanted;
    case Compare::GREATER: return actual > wanted;
    case Compare::LESS: return actual < wanted;
    case Compare::NOT_EQUAL: return actual != wanted;
    default: return false;
  }
}

bool is_true(const Compare& compare, const KeyValue& kv) {
  switch (compare.target()) {
    case Compare::VALUE: return is_result(compare.result(), kv.value(), compare.value());
    case Compare::CREATE:
      return is_result(compare.result(), kv.create_revision(), compare.create_revision());
    case Compare::MOD:
      return is_result(compare.result(), kv.mod_revision(), compare.mod_revision());
    case Compare::LEASE: return is_result(compare.result(), kv.lease(), compare.lease());
    case Compare::VERSION: return is_result(compare.result(), kv.version(), compare.version());
    default: return true;
  }
}

void apply(const Event& event, std::map<std::string, KeyValue>& keys) {
  if (event.type() == Event::DELETE) {
    keys.erase(event.kv().key());
  } else {
    keys[event.kv().key()] = event.kv();
  }
}

// What a range hides, and how it sorts.

bool is_bounded(const RangeRequest& request) {
  return request.min_mod_revision() != 0 || request.max_mod_revision() != 0 ||
         request.min_create_revision() != 0 || request.max_create_revision() != 0;
}

/// A bound of 0 is none.
bool is_within(std::int64_t revision, std::int64_t min, std::int64_t max) {
  return (min == 0 || revision >= min) && (max == 0 || revision <= max);
}

bool is_within_bounds(const RangeRequest& request, const KeyValue& kv) {
  return is_within(kv.mod_revision(), request.min_mod_revision(), request.max_mod_revision()) &&
         is_within(kv.create_revision(), request.min_create_revision(),
                   request.max_create_revision());
}

bool is_before(RangeRequest::SortTarget target, const KeyValue& a, const KeyValue& b) {
  switch (target) {
    case RangeRequest::VERSION: return a.version() < b.version();
    case RangeRequest::CREATE: return a.create_revision() < b.create_revision();
    case RangeRequest::MOD: return a.mod_revision() < b.mod_revision();
    case RangeRequest::VALUE: return a.value() < b.value();
    default: return a.key() < b.key();
  }
}

bool is_sorted(const RangeRequest& request) {
  return request.sort_order() != RangeRequest::NONE || request.sort_target() != RangeRequest::KEY;
}

void sort(const RangeRequest& request, std::vector<const KeyValue*>& kvs) {
  const auto target = request.sort_target();
  const bool descends = request.sort_order() == RangeRequest::DESCEND;
  std::ranges::stable_sort(kvs, [&](const KeyValue* a, const KeyValue* b) {
    return descends ? is_before(target, *b, *a) : is_before(target, *a, *b);
  });
}

const google::protobuf::RepeatedPtrField<RequestOp>& ops_of(const TxnRequest& request,
                                                            bool succeeded) {
  return succeeded ? request.success() : request.failure();
}

}  // namespace

std::string prefix_end(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (prefix.empty()) return no_end;
  ++prefix.back();
  return prefix;
}

// Reading.

Store::Keys Store::keys_at(std::int64_t revision) const {
  Keys keys = compacted_keys_;
  for (const Event& event : history_) {
    if (event.kv().mod_revision() > revision) break;
    apply(event, keys);
  }
  return keys;
}

void Store::check_revision(const RangeRequest& request) const {
  if (request.revision() > seen_revision()) throw Error(refusal::future);
  if (request.revision() > 0 && request.revision() < compact_revision_) {
    throw Error(refusal::compacted);
  }
}

RangeResponse Store::range(const RangeRequest& request) const {
  check_request(request);
  check_revision(request);
  return do_range(request);
}

RangeResponse Store::do_range(const RangeRequest& request) const {
  const bool is_old =
      request.revision() > 0 && (request.revision() < revision_ || has_uncommitted());
  const Keys old_keys = is_old ? keys_at(request.revision()) : Keys();
  const auto [first, last] =
      find_range(is_old ? old_keys : keys_, request.key(), request.range_end());
  RangeResponse response;
  set_revision(response, seen_revision());
  response.set_count(std::distance(first, last));
  if (request.count_only()) return response;
  // With bounds or an order all keys are looked at, else one more than the limit, for `more`.
  const bool looks_at_all = is_bounded(request) || request.sort_order() != RangeRequest::NONE;
  const auto limit = request.limit() > 0 ? static_cast<std::size_t>(request.limit()) : 0;
  std::vector<const KeyValue*> found;
  for (auto it = first; it != last; ++it) {
    if (limit > 0 && !looks_at_all && found.size() > limit) break;
    if (is_within_bounds(request, it->second)) found.push_back(&it->second);
  }
  if (is_sorted(request)) sort(request, found);
  if (limit > 0 && found.size() > limit) {
    found.resize(limit);
    response.set_more(true);
  }
  for (const KeyValue* kv : found) {
    *response.add_kvs() = *kv;
    if (request.keys_only()) response.mutable_kvs()->rbegin()->clear_value();
  }
  return response;
}

std::vector<Event> Store::events(std::int64_t start_revision, const std::string& key,
                                 const std::string& range_end) const {
  if (start_revision < compact_revision_) throw Error(refusal::compacted);
  auto event = std::lower_bound(history_.begin(), history_.end(), start_revision,
                                [](const Event& event, std::int64_t revision) {
                                  return event.kv().mod_revision() < revision;
                                });
  std::vector<Event> found;
  for (; event != history_.end(); ++event) {
    if (is_in_range(event->kv().key(), key, range_end)) found.push_back(*event);
  }
  return found;
}

std::optional<KeyValue> Store::before(const Event& event) const {
  const std::int64_t revision = event.kv().mod_revision() - 1;
  if (revision < compact_revision_) return std::nullopt;
  // Also a key that the same transaction deleted before is new.
  if (event.type() == Event::PUT && event.kv().version() == 1) return std::nullopt;
  auto older = std::lower_bound(
      history_.begin(), history_.end(), event.kv().mod_revision(),
      [](const Event& older, std::int64_t limit) { return older.kv().mod_revision() < limit; });
  while (older != history_.begin()) {
    --older;
    if (older->kv().key() != event.kv().key()) continue;
    if (older->type() == Event::DELETE) return std::nullopt;
    return older->kv();
  }
  const auto found = compacted_keys_.find(event.kv().key());
  if (found == compacted_keys_.end()) return std::nullopt;
  return found->second;
}

// Writing.

void Store::check_lease(const PutRequest& request) const {
  if (request.lease() != 0 && !leases_.contains(request.lease())) {
    throw Error(refusal::lease_not_found);
  }
}

void Store::check_kept(const PutRequest& request) const {
  if ((request.ignore_value() || request.ignore_lease()) && !keys_.contains(request.key())) {
    throw Error(refusal::key_not_found);
  }
}

PutResponse Store::do_put(const PutRequest& request) {
  PutResponse response;
  set_revision(response, revision_ + 1);
  KeyValue& kv = keys_[request.key()];
  if (request.prev_kv() && kv.version() > 0) *response.mutable_prev_kv() = kv;
  if (kv.version() == 0) kv.set_create_revision(revision_ + 1);
  kv.set_key(request.key());
  if (!request.ignore_value()) kv.set_value(request.value());
  kv.set_version(kv.version() + 1);
  kv.set_mod_revision(revision_ + 1);
  if (!request.ignore_lease()) {
    if (kv.lease() != 0) leases_.at(kv.lease()).keys.erase(request.key());
    kv.set_lease(request.lease());
    if (kv.lease() != 0) leases_.at(kv.lease()).keys.insert(request.key());
  }
  *history_.emplace_back().mutable_kv() = kv;
  return response;
}

void Store::do_delete(Keys::iterator found) {
  const KeyValue& kv = found->second;
  if (kv.lease() != 0) leases_.at(kv.lease()).keys.erase(found->first);
  Event& event = history_.emplace_back();
  event.set_type(Event::DELETE);
  event.mutable_kv()->set_key(found->first);
  event.mutable_kv()->set_mod_revision(revision_ + 1);
  keys_.erase(found);
}

DeleteRangeResponse Store::do_delete(const DeleteRangeRequest& request) {
  DeleteRangeResponse response;
  auto [first, last] = find_range(keys_, request.key(), request.range_end());
  std::int64_t deleted = 0;
  for (; first != last; ++deleted) {
    if (request.prev_kv()) *response.add_prev_kvs() = first->second;
    do_delete(first++);
  }
  response.set_deleted(deleted);
  set_revision(response, seen_revision());
  return response;
}

bool Store::has_uncommitted() const {
  return !history_.empty() && history_.back().kv().mod_revision() > revision_;
}

void Store::commit() {
  if (has_uncommitted()) ++revision_;
}

PutResponse Store::put(const PutRequest& request) {
  check_request(request);
  check_lease(request);
  check_kept(request);
  PutResponse response = do_put(request);
  commit();
  return response;
}

DeleteRangeResponse Store::delete_range(const DeleteRangeRequest& request) {
  check_request(request);
  DeleteRangeResponse response = do_delete(request);
  commit();
  return response;
}

bool Store::holds(const Compare& compare) const {
  const auto [first, last] = find_range(keys_, compare.key(), compare.range_end());
  if (first == last) return compare.target() != Compare::VALUE && is_true(compare, KeyValue());
  return std::all_of(first, last,
                     [&](const auto& entry) { return is_true(compare, entry.second); });
}

void Store::choose_branches(const TxnRequest& request, Branches& branches) const {
  const bool succeeded = std::ranges::all_of(
      request.compare(), [&](const Compare& compare) { return holds(compare); });
  branches.push_back(succeeded);
  for (const RequestOp& op : ops_of(request, succeeded)) {
    if (op.has_request_txn()) choose_branches(op.request_txn(), branches);
  }
}

void Store::check_puts(const TxnRequest& request, Branches::const_iterator& branch) const {
  for (const RequestOp& op : ops_of(request, *branch++)) {
    if (op.has_request_txn()) check_puts(op.request_txn(), branch);
    if (!op.has_request_put()) continue;
    check_kept(op.request_put());
    check_lease(op.request_put());
  }
}

void Store::check_ranges(const TxnRequest& request, Branches::const_iterator& branch) const {
  for (const RequestOp& op : ops_of(request, *branch++)) {
    if (op.has_request_txn()) check_ranges(op.request_txn(), branch);
    if (op.has_request_range()) check_revision(op.request_range());
  }
}

void Store::do_ops(const TxnRequest& request, Branches::const_iterator& branch,
                   TxnResponse& response) {
  response.set_succeeded(*branch++);
  for (const RequestOp& op : ops_of(request, response.succeeded())) {
    ResponseOp& done = *response.add_responses();
    if (op.has_request_range()) *done.mutable_response_range() = do_range(op.request_range());
    if (op.has_request_put()) *done.mutable_response_put() = do_put(op.request_put());
    if (op.has_request_delete_range()) {
      *done.mutable_response_delete_range() = do_delete(op.request_delete_range());
    }
    if (op.has_request_txn()) {
      done.mutable_response_txn()->mutable_header();  // without a revision, as with etcd
      do_ops(op.request_txn(), branch, *done.mutable_response_txn());
    }
  }
}

TxnResponse Store::txn(const TxnRequest& request) {
  check_request(request);
  Branches branches;
  choose_branches(request, branches);
  // All that can be refused is refused before the first operation takes effect.
  auto branch = branches.cbegin();
  check_puts(request, branch);
  branch = branches.cbegin();
  check_ranges(request, branch);
  branch = branches.cbegin();
  TxnResponse response;
  do_ops(request, branch, response);
  commit();
  set_revision(response, revision_);
  return response;
}

CompactionResponse Store::compact(const CompactionRequest& request) {
  const std::int64_t revision = request.revision();
  if (revision <= compact_revision_) throw Error(refusal::compacted);
  if (revision > revision_) throw Error(refusal::future);
  compacted_keys_ = keys_at(revision);
  compact_revision_ = revision;
  std::erase_if(history_, [revision](const Event& event) {
    const std::int64_t at = event.kv().mod_revision();
    return at < revision || (at == revision && event.type() == Event::DELETE);
  });
  CompactionResponse response;
  set_revision(response, revision_);
  return response;
}

// Leases.

LeaseGrantResponse Store::lease_grant(const LeaseGrantRequest& request, TimePoint now) {
  if (request.ttl() > max_ttl_s) {
    throw Error(refusal::ttl_too_large);
  }
  if (leases_.count(request.id())) {
    throw Error(refusal::lease_exists);
  }
  const std::int64_t ttl_s = std::max(request.ttl(), min_ttl_s);
  const std::int64_t id = request.id() != 0 ? request.id() : first_lease_id + leases_granted_++;
  Lease& lease = leases_[id];
  lease.ttl = std::chrono::seconds(ttl_s);
  lease.renewed = now;
  LeaseGrantResponse response;
  set_revision(response, revision_);
  response.set_id(id);
  response.set_ttl(ttl_s);
  return response;
}

LeaseKeepAliveResponse Store::lease_keep_alive(const LeaseKeepAliveRequest& request,
                                               TimePoint now) {
  LeaseKeepAliveResponse response;
  set_revision(response, revision_);
  response.set_id(request.id());
  auto found = leases_.find(request.id());
  if (found == leases_.end() || found->second.left(now) <= Duration(0)) return response;
  Lease& lease = found->second;
  lease.renewed = now;
  response.set_ttl(std::chrono::duration_cast<std::chrono::seconds>(lease.ttl).count());
  return response;
}

LeaseRevokeResponse Store::lease_revoke(const LeaseRevokeRequest& request) {
  auto found = leases_.find(request.id());
  if (found == leases_.end()) throw Error(refusal::lease_not_found);
  const std::set<std::string> keys = found->second.keys;
  for (const std::string& key : keys) do_delete(keys_.find(key));
  leases_.erase(found);
  commit();
  LeaseRevokeResponse response;
  set_revision(response, revision_);
  return response;
}

LeaseTimeToLiveResponse Store::lease_time_to_live(const LeaseTimeToLiveRequest& request,
                                                  TimePoint now) const {
  LeaseTimeToLiveResponse response;
  set_revision(response, revision_);
  response.set_id(request.id());
  response.set_ttl(-1);
  const auto found = leases_.find(request.id());
  if (found == leases_.end()) return response;
  const Lease& lease = found->second;
  const auto seconds = [](Duration time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time).count();
  };
  response.set_ttl(seconds(lease.left(now)));
  response.set_granted_ttl(seconds(lease.ttl));
  if (!request.keys()) return response;
  for (const std::string& key : lease.keys) response.add_keys(key);
  return response;
}

LeaseLeasesResponse Store::lease_leases() const {
  std::vector<std::pair<TimePoint, std::int64_t>> by_end;
  for (const auto& [id, lease] : leases_) by_end.emplace_back(lease.expires(), id);
  std::ranges::sort(by_end);
  LeaseLeasesResponse response;
  set_revision(response, revision_);
  for (const auto& [expires, id] : by_end) response.add_leases()->set_id(id);
  return response;
}

std::optional<TimePoint> Store::next_expiry() const {
  std::optional<TimePoint> next;
  for (const auto& [id, lease] : leases_) {
    if (!next || lease.expires() < *next) next = lease.expires();
  }
  return next;
}

std::vector<std::int64_t> Store::expired_leases(TimePoint now) const {
  std::vector<std::pair<TimePoint, std::int64_t>> expired;
  for (const auto& [id, lease] : leases_) {
    if (lease.left(now) <= Duration(0)) expired.emplace_back(lease.expires(), id);
  }
  std::ranges::sort(expired);
  std::vector<std::int64_t> ids;
  for (const auto& [expires, id] : expired) ids.push_back(id);
  return ids;
}

std::vector<std::int64_t> Store::expire_leases(TimePoint now) {
  const std::vector<std::int64_t> ids = expired_leases(now);
  for (const std::int64_t id : ids) {
    LeaseRevokeRequest revoke;
    revoke.set_id(id);
    lease_revoke(revoke);
  }
  return ids;
}

void Store::renew_all_leases(TimePoint now) {
  for (auto& [id, lease] : leases_) lease.renewed = now;
}

}  // namespace shardlab::fakes::etcd

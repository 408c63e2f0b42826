#include "fakes/etcd/store.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "tests/fakes/etcd/requests.h"

namespace shardlab::fakes::etcd {
namespace {

constexpr TimePoint start = from_ns(1'000'000'000);

RangeRequest range_of(std::string key, std::string range_end = "") {
  RangeRequest request;
  request.set_key(std::move(key));
  request.set_range_end(std::move(range_end));
  return request;
}

RangeRequest below(const std::string& prefix) { return range_of(prefix, prefix_end(prefix)); }

DeleteRangeRequest delete_of(std::string key, std::string range_end = "") {
  DeleteRangeRequest request;
  request.set_key(std::move(key));
  request.set_range_end(std::move(range_end));
  return request;
}

std::int64_t grant(Store& store, std::int64_t ttl_s, TimePoint now = start) {
  LeaseGrantRequest request;
  request.set_ttl(ttl_s);
  return store.lease_grant(request, now).id();
}

std::int64_t kept_alive(Store& store, std::int64_t lease, TimePoint now) {
  LeaseKeepAliveRequest request;
  request.set_id(lease);
  return store.lease_keep_alive(request, now).ttl();
}

void compact(Store& store, std::int64_t revision) {
  CompactionRequest request;
  request.set_revision(revision);
  store.compact(request);
}

Compare comparing(std::string key, Compare::CompareTarget target, Compare::CompareResult result,
                  std::int64_t number) {
  Compare compare;
  compare.set_key(std::move(key));
  compare.set_target(target);
  compare.set_result(result);
  switch (target) {
    case Compare::CREATE: compare.set_create_revision(number); break;
    case Compare::MOD: compare.set_mod_revision(number); break;
    case Compare::LEASE: compare.set_lease(number); break;
    default: compare.set_version(number);
  }
  return compare;
}

bool is_true(Store& store, Compare compare) {
  TxnRequest request;
  *request.add_compare() = std::move(compare);
  return store.txn(request).succeeded();
}

std::vector<std::string> keys_of(const RangeResponse& response) {
  std::vector<std::string> keys;
  for (const KeyValue& kv : response.kvs()) keys.push_back(kv.key());
  return keys;
}

template <class F>
std::string refusal_of(F&& call) {
  try {
    call();
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.message();
  }
  return "";
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("etcd store: a new store is at revision 1 and every put counts it up") {
  Store store;
  REQUIRE(store.revision() == 1);
  REQUIRE(store.put(put_of("a", "1")).header().revision() == 2);
  REQUIRE(store.put(put_of("a", "1")).header().revision() == 3);
  REQUIRE(store.range(range_of("a")).header().revision() == 3);
}

TEST_CASE("etcd store: a key knows its creation, its last change and how often it was written") {
  Store store;
  store.put(put_of("a", "1"));
  store.put(put_of("b", "1"));
  store.put(put_of("a", "2"));
  const KeyValue& kv = store.keys().at("a");
  REQUIRE(kv.create_revision() == 2);
  REQUIRE(kv.mod_revision() == 4);
  REQUIRE(kv.version() == 2);
  REQUIRE(kv.value() == "2");
}

TEST_CASE("etcd store: a key that comes again starts with version 1") {
  Store store;
  store.put(put_of("a", "1"));
  store.put(put_of("a", "2"));
  store.delete_range(delete_of("a"));
  store.put(put_of("a", "3"));
  REQUIRE(store.keys().at("a").version() == 1);
  REQUIRE(store.keys().at("a").create_revision() == 5);
}

TEST_CASE("etcd store: deleting nothing is no change") {
  Store store;
  store.put(put_of("a", "1"));
  REQUIRE(store.delete_range(delete_of("b")).deleted() == 0);
  REQUIRE(store.revision() == 2);
}

TEST_CASE("etcd store: deleting several keys is one revision") {
  Store store;
  store.put(put_of("d/a", "1"));
  store.put(put_of("d/b", "1"));
  REQUIRE(store.delete_range(delete_of("d/", prefix_end("d/"))).deleted() == 2);
  REQUIRE(store.revision() == 4);
}

TEST_CASE("etcd store: an empty key is refused") {
  Store store;
  const std::string refused = "invalid_argument: etcdserver: key is not provided";
  REQUIRE(refusal_of([&] { store.put(put_of("", "1")); }) == refused);
  REQUIRE(refusal_of([&] { store.range(range_of("")); }) == refused);
  REQUIRE(refusal_of([&] { store.delete_range(delete_of("")); }) == refused);
}

TEST_CASE("etcd store: a prefix range holds what lies below and not its neighbours") {
  Store store;
  for (const char* key : {"a", "a-b", "a/", "a/x", "a/x/y", "a0", "b"}) store.put(put_of(key, ""));
  REQUIRE(keys_of(store.range(below("a/"))) == Names{"a/", "a/x", "a/x/y"});
  REQUIRE(keys_of(store.range(below("a/x/"))) == Names{"a/x/y"});
  REQUIRE(keys_of(store.range(range_of("a0", std::string(1, '\0')))) == Names{"a0", "b"});
  REQUIRE(store.range(range_of("b", "a")).count() == 0);
}

TEST_CASE("etcd store: the end of a prefix of highest bytes is the end of everything") {
  REQUIRE(prefix_end("a/") == "a0");
  REQUIRE(prefix_end("a\xff") == "b");
  REQUIRE(prefix_end("\xff\xff") == std::string(1, '\0'));
}

TEST_CASE("etcd store: a limit cuts the list and not the count") {
  Store store;
  for (const char* key : {"a/1", "a/2", "a/3"}) store.put(put_of(key, "value"));
  RangeRequest request = below("a/");
  request.set_limit(2);
  request.set_keys_only(true);
  const RangeResponse response = store.range(request);
  REQUIRE(keys_of(response) == Names{"a/1", "a/2"});
  REQUIRE(response.more());
  REQUIRE(response.count() == 3);
  REQUIRE(response.kvs(0).value().empty());
  request.set_limit(3);
  REQUIRE_FALSE(store.range(request).more());
}

TEST_CASE("etcd store: an old revision can be read until it is compacted") {
  Store store;
  store.put(put_of("a", "1"));
  store.put(put_of("a", "2"));
  store.delete_range(delete_of("a"));
  RangeRequest request = range_of("a");
  request.set_revision(2);
  REQUIRE(store.range(request).kvs(0).value() == "1");
  REQUIRE(store.range(request).header().revision() == 4);
  request.set_revision(4);
  REQUIRE(store.range(request).count() == 0);

  compact(store, 3);
  request.set_revision(3);
  REQUIRE(store.range(request).kvs(0).value() == "2");
  request.set_revision(2);
  REQUIRE(refusal_of([&] { store.range(request); }) ==
          "failed_precondition: etcdserver: mvcc: required revision has been compacted");
}

TEST_CASE("etcd store: a future revision is refused") {
  Store store;
  RangeRequest request = range_of("a");
  request.set_revision(2);
  const std::string refused =
      "invalid_argument: etcdserver: mvcc: required revision is a future revision";
  REQUIRE(refusal_of([&] { store.range(request); }) == refused);
  REQUIRE(refusal_of([&] { compact(store, 2); }) == refused);
}

TEST_CASE("etcd store: compacting twice is refused and changes no key") {
  Store store;
  store.put(put_of("a", "1"));
  store.put(put_of("b", "1"));
  compact(store, 2);
  REQUIRE(store.revision() == 3);
  REQUIRE(store.keys().size() == 2);
  REQUIRE(refusal_of([&] { compact(store, 2); }) ==
          "failed_precondition: etcdserver: mvcc: required revision has been compacted");
}

TEST_CASE("etcd store: a transaction compares version, revisions, value and lease") {
  Store store;
  const std::int64_t lease = grant(store, 10);
  store.put(put_of("x", ""));
  store.put(put_of("a", "m", lease));
  store.put(put_of("a", "m", lease));
  REQUIRE(is_true(store, comparing("a", Compare::VERSION, Compare::EQUAL, 2)));
  REQUIRE(is_true(store, comparing("a", Compare::CREATE, Compare::EQUAL, 3)));
  REQUIRE(is_true(store, comparing("a", Compare::MOD, Compare::EQUAL, 4)));
  REQUIRE(is_true(store, comparing("a", Compare::LEASE, Compare::EQUAL, lease)));
  REQUIRE(is_true(store, comparing("a", Compare::MOD, Compare::GREATER, 3)));
  REQUIRE_FALSE(is_true(store, comparing("a", Compare::MOD, Compare::LESS, 4)));
  REQUIRE_FALSE(is_true(store, comparing("a", Compare::MOD, Compare::NOT_EQUAL, 4)));
  Compare value = comparing("a", Compare::VALUE, Compare::GREATER, 0);
  value.set_value("l");
  REQUIRE(is_true(store, value));
}

TEST_CASE("etcd store: a missing key compares as zeros, and with no value at all") {
  Store store;
  REQUIRE(is_true(store, comparing("a", Compare::VERSION, Compare::EQUAL, 0)));
  REQUIRE(is_true(store, comparing("a", Compare::MOD, Compare::EQUAL, 0)));
  REQUIRE_FALSE(is_true(store, comparing("a", Compare::VALUE, Compare::EQUAL, 0)));
  REQUIRE_FALSE(is_true(store, comparing("a", Compare::VALUE, Compare::NOT_EQUAL, 0)));
}

TEST_CASE("etcd store: a transaction is one revision, and reads see its own writes") {
  Store store;
  TxnRequest request;
  *request.add_success()->mutable_request_put() = put_of("a", "1");
  *request.add_success()->mutable_request_put() = put_of("b", "1");
  *request.add_success()->mutable_request_range() = range_of("a", "c");
  const TxnResponse response = store.txn(request);
  REQUIRE(response.succeeded());
  REQUIRE(response.header().revision() == 2);
  REQUIRE(response.responses(2).response_range().count() == 2);
  REQUIRE(store.keys().at("a").mod_revision() == 2);
  REQUIRE(store.keys().at("b").mod_revision() == 2);
}

TEST_CASE("etcd store: a transaction that only reads leaves the revision") {
  Store store;
  store.put(put_of("a", "1"));
  TxnRequest request;
  *request.add_compare() = comparing("a", Compare::VERSION, Compare::EQUAL, 0);
  *request.add_success()->mutable_request_put() = put_of("a", "2");
  *request.add_failure()->mutable_request_range() = range_of("a");
  const TxnResponse response = store.txn(request);
  REQUIRE_FALSE(response.succeeded());
  REQUIRE(response.responses(0).response_range().kvs(0).value() == "1");
  REQUIRE(response.header().revision() == 2);
}

TEST_CASE("etcd store: a transaction may not write a key twice, in either branch") {
  Store store;
  const std::string refused = "invalid_argument: etcdserver: duplicate key given in txn request";
  TxnRequest two_puts;
  *two_puts.add_failure()->mutable_request_put() = put_of("a", "1");
  *two_puts.add_failure()->mutable_request_put() = put_of("a", "2");
  REQUIRE(refusal_of([&] { store.txn(two_puts); }) == refused);
  TxnRequest put_and_delete;
  *put_and_delete.add_success()->mutable_request_delete_range() = delete_of("a", "c");
  *put_and_delete.add_success()->mutable_request_put() = put_of("b", "1");
  REQUIRE(refusal_of([&] { store.txn(put_and_delete); }) == refused);
  REQUIRE(store.revision() == 1);
}

TEST_CASE("etcd store: a refused transaction has no effect at all") {
  Store store;
  TxnRequest request;
  *request.add_success()->mutable_request_put() = put_of("a", "1");
  *request.add_success()->mutable_request_put() = put_of("b", "1", 77);
  REQUIRE(refusal_of([&] { store.txn(request); }) ==
          "not_found: etcdserver: requested lease not found");
  REQUIRE(store.keys().empty());
  REQUIRE(store.revision() == 1);
}

TEST_CASE("etcd store: a transaction has at most 128 operations") {
  Store store;
  TxnRequest request;
  for (int i = 0; i < 129; ++i) {
    *request.add_success()->mutable_request_put() = put_of(std::to_string(i), "");
  }
  REQUIRE(refusal_of([&] { store.txn(request); }) ==
          "invalid_argument: etcdserver: too many operations in txn request");
}

TEST_CASE("etcd store: granting and keeping alive a lease leaves the revision") {
  Store store;
  const std::int64_t lease = grant(store, 10);
  REQUIRE(kept_alive(store, lease, start + 5s) == 10);
  REQUIRE(store.revision() == 1);
  LeaseRevokeRequest revoke;
  revoke.set_id(lease);
  store.lease_revoke(revoke);
  REQUIRE(store.revision() == 1);
  REQUIRE(refusal_of([&] { store.lease_revoke(revoke); }) ==
          "not_found: etcdserver: requested lease not found");
}

TEST_CASE("etcd store: a lease that expires takes all its keys in one revision") {
  Store store;
  const std::int64_t lease = grant(store, 10);
  store.put(put_of("b", "1", lease));
  store.put(put_of("a", "1", lease));
  store.put(put_of("c", "1"));
  REQUIRE(store.expire_leases(start + 10s - 1ns).empty());
  REQUIRE(store.expire_leases(start + 10s) == std::vector<std::int64_t>{lease});
  REQUIRE(store.revision() == 5);
  REQUIRE(keys_of(store.range(range_of("a", "z"))) == Names{"c"});
  const auto events = store.events(5, "a", "z");
  REQUIRE(events.size() == 2);
  REQUIRE(events[0].kv().key() == "a");
  REQUIRE(events[0].type() == Event::DELETE);
  REQUIRE(events[1].kv().mod_revision() == 5);
}

TEST_CASE("etcd store: keeping alive counts from then on, and comes too late at the end") {
  Store store;
  const std::int64_t lease = grant(store, 10);
  REQUIRE(kept_alive(store, lease, start + 8s) == 10);
  REQUIRE(store.next_expiry() == start + 18s);
  REQUIRE(kept_alive(store, lease, start + 18s) == 0);
  REQUIRE(kept_alive(store, 77, start) == 0);
}

TEST_CASE("etcd store: a put without the lease frees the key from it") {
  Store store;
  const std::int64_t lease = grant(store, 10);
  store.put(put_of("a", "1", lease));
  store.put(put_of("a", "2"));
  store.expire_leases(start + 10s);
  REQUIRE(store.keys().at("a").value() == "2");
}

TEST_CASE("etcd store: leases live at least two seconds, have ids of their own, and restart anew") {
  Store store;
  const std::int64_t one = grant(store, 1);
  const std::int64_t two = grant(store, 5);
  REQUIRE(one != two);
  REQUIRE(store.next_expiry() == start + 2s);
  store.renew_all_leases(start + 100s);
  REQUIRE(store.next_expiry() == start + 102s);
}

TEST_CASE("etcd store: history is given from a revision on, for a range") {
  Store store;
  store.put(put_of("a/x", "1"));
  store.put(put_of("b", "1"));
  store.put(put_of("a/x", "2"));
  store.delete_range(delete_of("a/x"));
  const auto events = store.events(3, "a/", prefix_end("a/"));
  REQUIRE(events.size() == 2);
  REQUIRE(events[0].kv().value() == "2");
  REQUIRE(events[1].type() == Event::DELETE);
  REQUIRE(store.events(6, "a/", prefix_end("a/")).empty());
  compact(store, 4);
  REQUIRE(store.events(4, "a/x", "").size() == 2);
  REQUIRE(refusal_of([&] { store.events(3, "a/x", ""); }) ==
          "failed_precondition: etcdserver: mvcc: required revision has been compacted");
}

TEST_CASE("etcd store: an unknown sort target is refused, where etcd 3.4.23 ends") {
  Store store;
  RangeRequest request = range_of("a");
  request.set_sort_target(static_cast<RangeRequest::SortTarget>(9));
  REQUIRE(refusal_of([&] { store.range(request); }) ==
          "invalid_argument: etcdserver: invalid sort option");
}

TEST_CASE("etcd store: a value kept of a key just deleted is empty, where etcd 3.4.23 ends") {
  Store store;
  store.put(put_of("a", "1"));
  TxnRequest request;
  *request.add_success()->mutable_request_delete_range() = delete_of("a", no_end);
  *request.add_success()->mutable_request_put() = put_of("a", "");
  request.mutable_success(1)->mutable_request_put()->set_ignore_value(true);
  store.txn(request);
  REQUIRE(store.keys().at("a").value().empty());
  REQUIRE(store.keys().at("a").version() == 1);
}

TEST_CASE("etcd store: keys that sort equal stay in key order, however many there are") {
  Store store;
  for (int i = 99; i >= 10; --i) store.put(put_of(std::to_string(i), "same"));
  RangeRequest request = range_of("1", no_end);
  request.set_sort_target(RangeRequest::VALUE);
  for (const auto order : {RangeRequest::ASCEND, RangeRequest::DESCEND}) {
    request.set_sort_order(order);
    const Names keys = keys_of(store.range(request));
    REQUIRE(keys.size() == 90);
    REQUIRE(std::ranges::is_sorted(keys));
  }
}

TEST_CASE("etcd store: leases are listed by their end, then by id") {
  Store store;
  for (std::int64_t ttl_s : {30, 10, 20, 10}) grant(store, ttl_s);
  std::vector<std::int64_t> order;
  const LeaseLeasesResponse response = store.lease_leases();
  for (const LeaseStatus& lease : response.leases()) {
    order.push_back(lease.id() - response.leases(0).id());
  }
  REQUIRE(order == std::vector<std::int64_t>{0, 2, 1, -1});
}

TEST_CASE("etcd store: leases that ask for no id get large ones in a row") {
  Store store;
  for (int i = 0; i < 3; ++i) grant(store, 10);
  std::vector<std::int64_t> ids;
  const LeaseLeasesResponse response = store.lease_leases();
  for (const LeaseStatus& lease : response.leases()) ids.push_back(lease.id());
  REQUIRE(ids.size() == 3);
  CHECK(ids[0] > 1'000'000'000'000'000'000);
  CHECK(ids[1] == ids[0] + 1);
  CHECK(ids[2] == ids[0] + 2);
}

TEST_CASE("etcd store: a deletion at the compacted revision is forgotten at once") {
  Store store;
  store.put(put_of("a", "1"));
  store.delete_range(delete_of("a"));
  compact(store, 3);
  REQUIRE(store.events(3, "a", "").empty());
}

TEST_CASE("etcd store: history replayed is what is stored, at every revision", "[property]") {
  rc::prop("", [] {
    Store store;
    std::map<std::int64_t, std::map<std::string, std::string>> states;
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 60));
    const std::int64_t lease = grant(store, 10);
    for (int step : steps) {
      const std::string key(1, static_cast<char>('a' + step % 5));
      const std::int64_t before = store.revision();
      if (step < 40) {
        store.put(put_of(key, std::to_string(step), step % 3 == 0 ? lease : 0));
      } else {
        store.delete_range(delete_of(key, step < 55 ? "" : "e"));
      }
      RC_ASSERT(store.revision() - before <= 1);
      auto& state = states[store.revision()];
      state.clear();
      for (const auto& [k, kv] : store.keys()) state[k] = kv.value();
    }
    for (const auto& [revision, state] : states) {
      RangeRequest request = range_of("a", "z");
      request.set_revision(revision);
      std::map<std::string, std::string> old;
      const RangeResponse response = store.range(request);
      for (const KeyValue& kv : response.kvs()) old[kv.key()] = kv.value();
      RC_ASSERT(old == state);
    }
    std::map<std::string, std::string> replayed;
    for (const Event& event : store.events(1, "a", "z")) {
      replayed.erase(event.kv().key());
      if (event.type() == Event::PUT) replayed[event.kv().key()] = event.kv().value();
    }
    if (!states.empty()) RC_ASSERT(replayed == states.rbegin()->second);
  });
}

}  // namespace shardlab::fakes::etcd

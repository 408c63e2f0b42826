#include "fakes/etcd/lock.h"

#include <fmt/format.h>

#include "core/base/children.h"
#include "fakes/etcd/events.h"
#include "fakes/etcd/store.h"

namespace shardlab::fakes::etcd {
namespace {

/// How long a lock that was not got is cleaned up; what is left then ends with the lease.
constexpr Duration give_up_timeout = 2s;
constexpr Duration pause_after_lost_watch = 100ms;

/// Ends with the lease, or by cancellation.
Task<> keep_alive(Client client, std::int64_t lease, Duration ttl) {
  Duration pause = ttl / 3;
  bool alive = true;
  while (alive) {
    co_await sleep_until(client.now() + pause);
    auto kept = co_await capture(client.lease_keep_alive(lease));
    pause = kept ? ttl / 3 : ttl / 30;
    if (kept) alive = *kept;
  }
}

class Lock final : public DirectoryLock {
 public:
  Lock(Client client, std::string path, std::int64_t lease, Duration ttl)
      : client_(std::move(client)),
        path_(std::move(path)),
        keep_alive_(client_.process().executor(), TaskGroup::OnError::fail_loop) {
    key_.path = fmt::format("{}/locks/{}", path_, lease);
    key_.lease = lease;
    keep_alive_.spawn(keep_alive(client_.with_timeout(ttl / 3), lease, ttl));
  }

  const LockKey& key() const override { return key_; }

  Task<> check() override {
    RangeRequest request;
    request.set_key(key_.path);
    request.set_keys_only(true);
    auto found = co_await client_.range(std::move(request));
    if (found.kvs_size() > 0 && found.kvs(0).create_revision() == key_.created) co_return;
    LockFoundLost event{path_};
    client_.process().emit(event);
    throw lost();
  }

  Task<> unlock() override {
    co_await stop_keep_alive();
    auto revoked = co_await capture(client_.lease_revoke(key_.lease));
    if (!revoked) throw_as_lost(revoked.error());
    LockReleased event{path_};
    client_.process().emit(event);
  }

  Task<> acquire(std::string contents) {
    key_.created = co_await put_key(std::move(contents));
    // Bound: the caller's deadline cancels it.
    for (;;) {
      auto keys = co_await client_.range(lock_keys());
      const KeyValue* older = newest_before(key_.created, keys);
      if (!older) break;
      auto watch = client_.watch(older->key(), keys.header().revision() + 1);
      co_await wait_for_deletion(std::move(watch));
    }
    LockTaken event{path_};
    client_.process().emit(event);
  }

  /// After a failed `acquire`: removes the own key as far as possible.
  Task<> give_up() {
    co_await stop_keep_alive();
    auto client = client_.with_timeout(give_up_timeout);
    co_await capture(client.lease_revoke(key_.lease));
  }

 private:
  Error lost() const {
    return Error(Errc::lock_lost, fmt::format("lock lost: the lease of {} has ended", path_));
  }

  void throw_as_lost(const Error& error) const {
    if (error.code() == Errc::not_found) throw lost();
    throw error;
  }

  Task<> stop_keep_alive() {
    keep_alive_.cancel();
    co_await keep_alive_.join();
  }

  /// Writes the own key; its revision is the place in the queue.
  Task<std::int64_t> put_key(std::string contents) {
    TxnRequest request;
    Compare& is_new = *request.add_compare();
    is_new.set_key(key_.path);
    is_new.set_target(Compare::VERSION);
    request.mutable_sender()->set_host(client_.process().host().name());
    PutRequest& put = *request.add_success()->mutable_request_put();
    put.set_key(key_.path);
    put.set_value(std::move(contents));
    put.set_lease(key_.lease);
    auto response = co_await capture(client_.txn(std::move(request)));
    if (!response) throw_as_lost(response.error());
    if (!response->succeeded()) {
      throw Error(Errc::already_exists, fmt::format("node already exists: {}", key_.path));
    }
    co_return response->header().revision();
  }

  RangeRequest lock_keys() const {
    RangeRequest request;
    request.set_key(path_ + "/locks/");
    request.set_range_end(prefix_end(request.key()));
    request.set_keys_only(true);
    return request;
  }

  /// Waiting for the newest of the older keys wakes one waiter per release.
  const KeyValue* newest_before(std::int64_t revision, const RangeResponse& keys) const {
    const KeyValue* newest = nullptr;
    bool is_own_there = false;
    for (const KeyValue& kv : keys.kvs()) {
      if (kv.key() == key_.path) is_own_there = true;
      if (kv.create_revision() >= revision) continue;
      if (!newest || kv.create_revision() > newest->create_revision()) newest = &kv;
    }
    if (!is_own_there) throw lost();
    return newest;
  }

  /// Also returns when the watch is lost; the caller looks again.
  Task<> wait_for_deletion(KeyWatch watch) {
    // Bound: the caller's deadline cancels it.
    for (;;) {
      auto response = co_await capture(watch.next());
      if (!response) break;
      for (const Event& event : response->events()) {
        if (event.type() == Event::DELETE) co_return;
      }
    }
    co_await sleep_until(client_.now() + pause_after_lost_watch);
  }

  Client client_;
  std::string path_;
  LockKey key_;
  TaskGroup keep_alive_;
};

Error not_locked(const Error& error, const std::string& path) {
  if (error.code() == Errc::timed_out) {
    return Error(Errc::timed_out, fmt::format("deadline exceeded: {}", path));
  }
  // Whatever became of the own key, the lock is not held.
  if (error.code() == Errc::outcome_unknown) return Error(Errc::unavailable, error.message());
  return error;
}

}  // namespace

Task<std::unique_ptr<DirectoryLock>> lock_directory(Client client, std::string path,
                                                    std::string contents, Duration ttl,
                                                    Duration timeout) {
  const TimePoint deadline = client.now() + timeout;
  std::unique_ptr<Lock> lock;
  std::optional<Error> failure;
  try {
    auto lease = co_await until(deadline, client.lease_grant(ttl));
    lock = std::make_unique<Lock>(client, path, lease.id(), std::chrono::seconds(lease.ttl()));
    co_await until(deadline, lock->acquire(std::move(contents)));
  } catch (const std::exception&) {
    failure = current_error();
  }
  if (!failure) co_return std::move(lock);
  if (lock) {
    if (failure->code() == Errc::cancelled) co_await ignore_cancellation();
    co_await lock->give_up();
  }
  throw not_locked(*failure, path);
}

}  // namespace shardlab::fakes::etcd

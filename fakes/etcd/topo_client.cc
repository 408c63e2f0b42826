#include "fakes/etcd/topo_client.h"

#include <charconv>
#include <fmt/format.h>
#include <set>

#include "fakes/etcd/client.h"
#include "fakes/etcd/events.h"
#include "fakes/etcd/lock.h"
#include "fakes/etcd/store.h"

namespace shardlab::fakes::etcd {
namespace {

Error no_node(const std::string& path) {
  return Error(Errc::not_found, fmt::format("node doesn't exist: {}", path));
}

Error node_exists(const std::string& path) {
  return Error(Errc::already_exists, fmt::format("node already exists: {}", path));
}

Error bad_version(const std::string& path) {
  return Error(Errc::bad_version, fmt::format("bad node version: {}", path));
}

/// A text that is no version of ours equals none.
std::int64_t revision_of(const TopoVersion& version) {
  std::int64_t revision = -1;
  const char* end = version.data() + version.size();
  const auto parsed = std::from_chars(version.data(), end, revision);
  return parsed.ec == std::errc() && parsed.ptr == end ? revision : -1;
}

TopoVersion version_of(std::int64_t revision) { return fmt::format("{}", revision); }

TopoFile file_of(const KeyValue& kv) { return TopoFile(kv.value(), version_of(kv.mod_revision())); }

RangeRequest range_of(const std::string& path) {
  RangeRequest request;
  request.set_key(path);
  return request;
}

/// Holds when there is no such file.
void compare_missing(TxnRequest& request, const std::string& path) {
  Compare& is_new = *request.add_compare();
  is_new.set_key(path);
  is_new.set_target(Compare::VERSION);
}

void compare_version(TxnRequest& request, const std::string& path, const TopoVersion& version) {
  Compare& is_current = *request.add_compare();
  is_current.set_key(path);
  is_current.set_target(Compare::MOD);
  is_current.set_mod_revision(revision_of(version));
}

/// Holds while the lock is held: that key was the oldest one from the moment it was got.
void compare_held(TxnRequest& request, const LockKey& lock) {
  Compare& is_held = *request.add_compare();
  is_held.set_key(lock.path);
  is_held.set_target(Compare::CREATE);
  is_held.set_create_revision(lock.created);
}

/// What a transaction that does not take place looks at.
void look_at(TxnRequest& request, const std::string& path) {
  RangeRequest& look = *request.add_failure()->mutable_request_range();
  look.set_key(path);
  look.set_keys_only(true);
}

void check_succeeded(const TxnResponse& response, const std::string& path) {
  if (response.succeeded()) return;
  if (response.responses(0).response_range().count() == 0) throw no_node(path);
  throw bad_version(path);
}

/// The current value by reading, then what the server sends of later ones.
class Watch final : public TopoWatch {
 public:
  Watch(Client client, std::string path) : client_(std::move(client)), path_(std::move(path)) {}

  Task<TopoFile> next() override {
    if (end_) throw *end_;
    std::optional<Error> failure;
    try {
      if (watch_) {
        auto changed = co_await next_change();
        co_return changed;
      }
      auto first = co_await current();
      co_return first;
    } catch (const std::exception&) {
      failure = current_error();
    }
    // A caller that only stopped waiting has missed nothing and may wait again.
    if (failure->code() != Errc::cancelled) end_ = failure;
    throw *failure;
  }

 private:
  /// What is there at one revision; the watch tells what comes after it.
  Task<TopoFile> current() {
    auto found = co_await client_.range(range_of(path_));
    if (found.kvs_size() == 0) throw no_node(path_);
    watch_.emplace(client_.watch(path_, found.header().revision() + 1));
    co_return file_of(found.kvs(0));
  }

  Task<TopoFile> next_change() {
    auto changes = co_await capture(watch_->next());
    if (!changes && changes.error().code() == Errc::failed_precondition) {
      // Only a watch that was long on its way to the server can have fallen behind.
      WatchCompacted event{path_};
      client_.process().emit(event);
      co_return co_await current();
    }
    for (const Event& event : changes.value().events()) {
      if (event.type() == Event::DELETE) throw no_node(path_);
    }
    co_return file_of(changes->events(changes->events_size() - 1).kv());
  }

  Client client_;
  std::string path_;
  std::optional<KeyWatch> watch_;
  std::optional<Error> end_;
};

class Conn final : public TopoConn {
 public:
  /// With a lock its writes are guarded by that.
  Conn(Client client, std::string root, Duration lock_ttl, std::optional<LockKey> guard)
      : client_(std::move(client)),
        root_(std::move(root)),
        lock_ttl_(lock_ttl),
        guard_(std::move(guard)) {
    while (root_.ends_with('/')) root_.pop_back();
  }

  Task<std::vector<std::string>> list_dir(std::string path) override {
    const std::string prefix = key_of(path) + "/";
    RangeRequest request = range_of(prefix);
    request.set_range_end(prefix_end(prefix));
    request.set_keys_only(true);
    auto found = co_await client_.range(std::move(request));
    if (found.kvs_size() == 0) throw no_node(prefix);
    std::set<std::string> names;
    for (const KeyValue& kv : found.kvs()) {
      const std::string below = kv.key().substr(prefix.size());
      names.insert(below.substr(0, below.find('/')));
    }
    co_return std::vector<std::string>(names.begin(), names.end());
  }

  Task<TopoVersion> create(std::string path, std::string contents) override {
    const std::string key = key_of(path);
    TxnRequest request;
    compare_missing(request, key);
    *request.add_success()->mutable_request_put() = put_of(key, std::move(contents));
    auto response = co_await write(key, std::move(request));
    if (!response.succeeded()) throw node_exists(key);
    co_return version_of(response.header().revision());
  }

  Task<TopoVersion> update(std::string path, std::string contents,
                           std::optional<TopoVersion> version) override {
    const std::string key = key_of(path);
    if (!version && !guard_) {
      PutRequest request = put_of(key, std::move(contents));
      *request.mutable_sender() = sender();
      auto put = co_await client_.put(std::move(request));
      co_return version_of(put.header().revision());
    }
    TxnRequest request;
    if (version) compare_version(request, key, *version);
    *request.add_success()->mutable_request_put() = put_of(key, std::move(contents));
    auto response = co_await write(key, std::move(request));
    check_succeeded(response, key);
    co_return version_of(response.header().revision());
  }

  Task<TopoFile> get(std::string path) override {
    const std::string key = key_of(path);
    auto found = co_await client_.range(range_of(key));
    if (found.kvs_size() == 0) throw no_node(key);
    co_return file_of(found.kvs(0));
  }

  Task<> remove(std::string path, std::optional<TopoVersion> version) override {
    const std::string key = key_of(path);
    TxnRequest request;
    if (version) compare_version(request, key, *version);
    request.add_success()->mutable_request_delete_range()->set_key(key);
    auto response = co_await write(key, std::move(request));
    check_succeeded(response, key);
    if (response.responses(0).response_delete_range().deleted() == 0) throw no_node(key);
  }

  Task<std::unique_ptr<TopoLock>> lock(std::string dir_path, std::string contents,
                                       Duration timeout) override;

  std::unique_ptr<TopoWatch> watch(std::string path) override {
    return std::make_unique<Watch>(client_, key_of(path));
  }

 private:
  static PutRequest put_of(const std::string& key, std::string contents) {
    PutRequest request;
    request.set_key(key);
    request.set_value(std::move(contents));
    return request;
  }

  Sender sender() const {
    Sender sender;
    sender.set_host(client_.process().host().name());
    if (guard_) sender.set_lock(guard_->lease);
    return sender;
  }

  /// Sends a transaction on a file, to which the guard is added. When it does not take place the
  /// first reply in it tells of the file. Throws Error: lock_lost.
  Task<TxnResponse> write(std::string key, TxnRequest request) {
    *request.mutable_sender() = sender();
    look_at(request, key);
    if (guard_) {
      compare_held(request, *guard_);
      look_at(request, guard_->path);
    }
    auto response = co_await client_.txn(std::move(request));
    if (guard_ && !response.succeeded()) check_held(key, response.responses(1).response_range());
    co_return response;
  }

  void check_held(const std::string& key, const RangeResponse& lock) {
    if (lock.kvs_size() > 0 && lock.kvs(0).create_revision() == guard_->created) return;
    GuardedWriteRefused event{key};
    client_.process().emit(event);
    throw Error(Errc::lock_lost, fmt::format("lock lost: {} is not written", key));
  }

  std::string key_of(const std::string& path) const {
    return path.empty() ? root_ : root_ + "/" + path;
  }

  Client client_;
  std::string root_;
  Duration lock_ttl_;
  std::optional<LockKey> guard_;
};

class HeldLock final : public TopoLock {
 public:
  HeldLock(std::unique_ptr<DirectoryLock> lock, Client client, std::string root, Duration lock_ttl)
      : lock_(std::move(lock)), conn_(std::move(client), std::move(root), lock_ttl, lock_->key()) {}
  Task<> check() override { return lock_->check(); }
  Task<> unlock() override { return lock_->unlock(); }
  TopoConn& guarded() override { return conn_; }

 private:
  std::unique_ptr<DirectoryLock> lock_;
  Conn conn_;
};

Task<std::unique_ptr<TopoLock>> Conn::lock(std::string dir_path, std::string contents,
                                           Duration timeout) {
  auto held =
      co_await lock_directory(client_, key_of(dir_path), std::move(contents), lock_ttl_, timeout);
  co_return std::make_unique<HeldLock>(std::move(held), client_, root_, lock_ttl_);
}

}  // namespace

TopoClient::TopoClient(sim::Process& process, TopoClientOptions options)
    : process_(process), options_(options) {}

std::unique_ptr<TopoConn> TopoClient::connect(std::string address, std::string root) {
  Client client(process_, std::move(address), options_.request_timeout);
  return std::make_unique<Conn>(std::move(client), std::move(root), options_.lock_ttl,
                                std::nullopt);
}

}  // namespace shardlab::fakes::etcd

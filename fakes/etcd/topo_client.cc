#include "fakes/etcd/topo_client.h"

#include <charconv>
#include <fmt/format.h>
#include <set>

#include "fakes/etcd/client.h"
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

PutRequest put_of(const std::string& path, std::string contents) {
  PutRequest request;
  request.set_key(path);
  request.set_value(std::move(contents));
  return request;
}

/// A transaction that takes place only if the file has the version, and otherwise looks at it.
TxnRequest if_version(const std::string& path, const TopoVersion& version) {
  TxnRequest request;
  Compare& is_current = *request.add_compare();
  is_current.set_key(path);
  is_current.set_target(Compare::MOD);
  is_current.set_mod_revision(revision_of(version));
  RangeRequest& look = *request.add_failure()->mutable_request_range();
  look.set_key(path);
  look.set_keys_only(true);
  return request;
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
  Task<TopoFile> current() {
    auto found = co_await client_.range(range_of(path_));
    if (found.kvs_size() == 0) throw no_node(path_);
    watch_.emplace(client_.watch(path_, found.header().revision() + 1));
    co_return file_of(found.kvs(0));
  }

  Task<TopoFile> next_change() {
    auto changes = co_await watch_->next();
    for (const Event& event : changes.events()) {
      if (event.type() == Event::DELETE) throw no_node(path_);
    }
    co_return file_of(changes.events(changes.events_size() - 1).kv());
  }

  Client client_;
  std::string path_;
  std::optional<KeyWatch> watch_;
  std::optional<Error> end_;
};

class Conn final : public TopoConn {
 public:
  Conn(Client client, std::string root, Duration lock_ttl)
      : client_(std::move(client)), root_(std::move(root)), lock_ttl_(lock_ttl) {
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
    Compare& is_new = *request.add_compare();
    is_new.set_key(key);
    is_new.set_target(Compare::VERSION);
    *request.add_success()->mutable_request_put() = put_of(key, std::move(contents));
    auto response = co_await client_.txn(std::move(request));
    if (!response.succeeded()) throw node_exists(key);
    co_return version_of(response.header().revision());
  }

  Task<TopoVersion> update(std::string path, std::string contents,
                           std::optional<TopoVersion> version) override {
    const std::string key = key_of(path);
    if (!version) {
      auto put = co_await client_.put(put_of(key, std::move(contents)));
      co_return version_of(put.header().revision());
    }
    TxnRequest request = if_version(key, *version);
    *request.add_success()->mutable_request_put() = put_of(key, std::move(contents));
    auto response = co_await client_.txn(std::move(request));
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
    if (!version) {
      DeleteRangeRequest request;
      request.set_key(key);
      auto response = co_await client_.delete_range(std::move(request));
      if (response.deleted() == 0) throw no_node(key);
      co_return;
    }
    TxnRequest request = if_version(key, *version);
    request.add_success()->mutable_request_delete_range()->set_key(key);
    auto response = co_await client_.txn(std::move(request));
    check_succeeded(response, key);
  }

  Task<std::unique_ptr<TopoLock>> lock(std::string dir_path, std::string contents,
                                       Duration timeout) override {
    return lock_directory(client_, key_of(dir_path), std::move(contents), lock_ttl_, timeout);
  }

  std::unique_ptr<TopoWatch> watch(std::string path) override {
    return std::make_unique<Watch>(client_, key_of(path));
  }

 private:
  std::string key_of(const std::string& path) const {
    return path.empty() ? root_ : root_ + "/" + path;
  }

  Client client_;
  std::string root_;
  Duration lock_ttl_;
};

}  // namespace

TopoClient::TopoClient(sim::Process& process, TopoClientOptions options)
    : process_(process), options_(options) {}

std::unique_ptr<TopoConn> TopoClient::connect(std::string address, std::string root) {
  Client client(process_, std::move(address), options_.request_timeout);
  return std::make_unique<Conn>(std::move(client), std::move(root), options_.lock_ttl);
}

}  // namespace shardlab::fakes::etcd

#include "fakes/etcd/server.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/children.h"
#include "fakes/etcd/events.h"
#include "fakes/etcd/methods.h"
#include "fakes/etcd/refusals.h"
#include "fakes/etcd/wire.h"
#include "sim/world.h"

namespace shardlab::fakes::etcd {
namespace {

/// Expired leases are looked for at this pace. Source: etcd 3.4 lease/lessor.go runLoop.
constexpr Duration expiry_period = 500ms;
/// Source: etcd 3.4 embed/config.go DefaultMaxRequestBytes.
constexpr std::size_t max_request_bytes = 3 * 512 * 1024;

/// The log begins again here. Source: etcd 3.4 wal/wal.go SegmentSizeBytes.
constexpr std::uint64_t log_segment = 64 * 1024 * 1024;

/// Source: etcd 3.4 etcdserver/api/v3rpc/watch.go progressReportInterval.
constexpr Duration progress_period = 10min;

bool is_logged(std::string_view method) {
  return method == "Put" || method == "DeleteRange" || method == "Txn" || method == "Compact" ||
         method == "LeaseGrant" || method == "LeaseRevoke";
}

/// One more as long as it lives.
class Counted {
 public:
  explicit Counted(std::size_t& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::size_t& count_;
};

/// Under this name as long as it lives, unless the name is empty.
template <class T>
class Named {
 public:
  Named(std::map<std::string, T*>& names, std::string name, T* named)
      : names_(names), name_(std::move(name)) {
    if (!name_.empty()) names_[name_] = named;
  }
  ~Named() { names_.erase(name_); }
  Named(const Named&) = delete;
  Named& operator=(const Named&) = delete;

 private:
  std::map<std::string, T*>& names_;
  std::string name_;
};

}  // namespace

EtcdServer::EtcdServer(sim::Process& process, std::shared_ptr<Store> store, sim::Disk* disk,
                       std::shared_ptr<Disturbances> disturbances)
    : process_(process),
      store_(std::move(store)),
      started_(process.world().now()),
      disk_(disk),
      disturbances_(std::move(disturbances)) {
  store_->renew_all_leases(started_);
}

Task<> EtcdServer::run() {
  process_.listen(port, *this);
  // Bound: the end of the process.
  while (!aborted_) {
    const auto expiry = store_->next_expiry();
    if (!expiry) {
      co_await lease_granted_.wait();
      continue;
    }
    const auto periods = (*expiry - started_ + expiry_period - 1ns) / expiry_period;
    bool granted = co_await lease_granted_.wait_until(started_ + periods * expiry_period);
    if (granted) continue;  // the new lease may be the next to expire, or the server ends
    expire_leases(process_.world().now());
  }
}

std::size_t EtcdServer::expire_leases(TimePoint now) {
  const std::int64_t revision = store_->revision();
  const std::vector<std::int64_t> leases = store_->expire_leases(now);
  for (std::int64_t lease : leases) {
    LeaseExpired event;
    event.lease = lease;
    process_.emit(event);
  }
  publish_since(revision);
  return leases.size();
}

std::size_t EtcdServer::expire_all_leases() { return expire_leases(TimePoint::max()); }

Task<std::string> EtcdServer::handle(std::string method, std::string request) {
  const Duration delay(disturbances_ ? disturbances_->amount(Disturbance::slow_answer) : 0);
  if (delay > Duration(0)) {
    disturbances_->count(Disturbance::slow_answer);
    co_await sleep_until(process_.world().now() + delay);
  }
  if (!is_logged(method)) co_return answer(method, request);
  if (request.size() > max_request_bytes) {
    throw Error(refusal::too_large);
  }
  sim::World& world = process_.world();
  const Duration half = 100us + 10us * world.choices().draw("etcd.disk_write", 64);
  co_await sleep_until(world.now() + half);
  if (disk_) co_await write_log(request);
  const std::int64_t revision = store_->revision();
  std::string reply = answer(method, request);
  publish_since(revision, sender_of(method, request));
  co_await sleep_until(world.now() + half);
  co_return reply;
}

std::size_t EtcdServer::cancel_all_watches() {
  ++watches_cancelled_;
  written_.notify_all();
  return watches_;
}

Task<> EtcdServer::write_log(std::string request) {
  if (aborted_) co_await never_.wait();
  const auto log = disk_->open("wal", true);
  if (log_end_ > log_segment) log_end_ = 0;
  sim::DiskStatus status = log->write(log_end_, request.data(), request.size());
  if (status == sim::DiskStatus::ok) status = log->sync();
  if (status != sim::DiskStatus::ok) {
    EtcdAborted event;
    event.error = status == sim::DiskStatus::full ? "wal: no space left on device"
                                                  : "wal: input/output error";
    process_.emit(event);
    aborted_ = true;
    lease_granted_.notify_all();  // where `run` waits
    co_await never_.wait();
  }
  log_end_ += request.size();
  const Duration took = disk_->take_delay();
  if (took > Duration()) co_await sleep_until(process_.world().now() + took);
}

std::string EtcdServer::answer(const std::string& method, const std::string& request) {
  if (method == "WatchMore") {
    watch_more(decode<NamedWatchRequest>(request));
    return "";
  }
  std::string reply = answer_call(*store_, method, request, process_.world().now());
  if (method == "LeaseGrant") lease_granted_.notify_all();
  return reply;
}

void EtcdServer::publish_since(std::int64_t revision, const Sender& sender) {
  if (store_->revision() == revision) return;
  for (const Event& change : store_->events(revision + 1, no_end, no_end)) {
    TopoWritten event;
    event.path = change.kv().key();
    event.revision = change.kv().mod_revision();
    event.deleted = change.type() == Event::DELETE;
    event.by = sender.host();
    event.lock = sender.lock();
    process_.emit(event);
  }
  written_.notify_all();
}

Task<> EtcdServer::handle_stream(std::string method, std::string request,
                                 std::shared_ptr<sim::ServerStream> stream) {
  if (method == "WatchNamed") {
    auto named = decode<NamedWatchRequest>(request);
    co_await watch(named.stream(), named.request(), std::move(stream));
  } else if (method == "Watch") {
    co_await watch("", decode<WatchRequest>(request), std::move(stream));
  } else {
    throw Error(Errc::unsupported, fmt::format("etcdserver: unknown method {}", method));
  }
}

Task<> EtcdServer::watch(std::string name, WatchRequest request,
                         std::shared_ptr<sim::ServerStream> stream) {
  const Counted counted(watches_);
  OpenWatches open(*store_);
  const Named named(named_watches_, name, &open);
  for (const WatchResponse& reply : open.watches.take(request)) {
    co_await stream->send(reply.SerializeAsString());
  }
  const std::uint64_t cancelled = watches_cancelled_;
  TimePoint next_progress = process_.world().now() + progress_period;
  // Bound: the client's interest; `send` and `wait` throw when it has gone.
  while (cancelled == watches_cancelled_ && (!name.empty() || !open.watches.is_over())) {
    WatchStream::Replies replies = std::exchange(open.answers, {});
    std::ranges::move(open.watches.news(), std::back_inserter(replies));
    if (replies.empty() && process_.world().now() >= next_progress) {
      replies = open.watches.progress();
      next_progress += progress_period;
    } else if (replies.empty()) {
      co_await wait_for_news(open.watches.wants_progress(), next_progress);
    }
    for (const WatchResponse& reply : replies) co_await stream->send(reply.SerializeAsString());
  }
  for (const WatchResponse& reply : open.watches.cancel_all()) {
    co_await stream->send(reply.SerializeAsString());
  }
}

Task<> EtcdServer::wait_for_news(bool wants_progress, TimePoint next_progress) {
  if (!wants_progress) {
    co_await written_.wait();
    co_return;
  }
  auto in_time = co_await capture(until(next_progress, written_.wait()));
  if (!in_time && in_time.error().code() != Errc::timed_out) throw in_time.error();
}

void EtcdServer::watch_more(const NamedWatchRequest& request) {
  auto found = named_watches_.find(request.stream());
  if (found == named_watches_.end()) return;
  OpenWatches& open = *found->second;
  std::ranges::move(open.watches.take(request.request()), std::back_inserter(open.answers));
  written_.notify_all();
}

sim::Process::Factory etcd_program(std::shared_ptr<Store> store, sim::HostDisk* disk,
                                   std::shared_ptr<Disturbances> disturbances) {
  return [store, disk, disturbances](sim::Process& process) {
    sim::Disk* content = disk ? &disk->mount(process) : nullptr;
    return std::make_unique<EtcdServer>(process, store, content, disturbances);
  };
}

}  // namespace shardlab::fakes::etcd

#include "fakes/etcd/server.h"

#include <fmt/format.h>

#include "fakes/etcd/events.h"
#include "fakes/etcd/methods.h"
#include "fakes/etcd/refusals.h"
#include "fakes/etcd/trace_changes.h"
#include "fakes/etcd/wire.h"
#include "sim/world.h"

namespace shardlab::fakes::etcd {
namespace {

/// The log begins again here. Source: etcd 3.4 wal/wal.go SegmentSizeBytes.
constexpr std::uint64_t log_segment = 64 * 1024 * 1024;

}  // namespace

EtcdServer::EtcdServer(sim::Process& process, std::shared_ptr<Store> store, sim::Disk* disk,
                       std::shared_ptr<Disturbances> disturbances)
    : process_(process),
      store_(std::move(store)),
      watches_(process, *store_),
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
  if (disturbances_ && disturbances_->take(Disturbance::lose_answer)) throw lost_answer();
  co_await sleep_until(world.now() + half);
  co_return reply;
}

bool EtcdServer::compact() {
  if (store_->compact_revision() == store_->revision()) return false;
  CompactionRequest request;
  request.set_revision(store_->revision());
  store_->compact(request);
  watches_.tell();
  return true;
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
    watches_.more(decode<NamedWatchRequest>(request));
    return "";
  }
  std::string reply = answer_call(*store_, method, request, process_.world().now());
  if (method == "LeaseGrant") lease_granted_.notify_all();
  return reply;
}

void EtcdServer::publish_since(std::int64_t revision, const Sender& sender) {
  if (store_->revision() == revision) return;
  trace_changes(process_, *store_, revision, sender);
  watches_.tell();
}

Task<> EtcdServer::handle_stream(std::string method, std::string request,
                                 std::shared_ptr<sim::ServerStream> stream) {
  return watches_.serve(std::move(method), std::move(request), std::move(stream));
}

sim::Process::Factory etcd_program(std::shared_ptr<Store> store, sim::HostDisk* disk,
                                   std::shared_ptr<Disturbances> disturbances) {
  return [store, disk, disturbances](sim::Process& process) {
    sim::Disk* content = disk ? &disk->mount(process) : nullptr;
    return std::make_unique<EtcdServer>(process, store, content, disturbances);
  };
}

}  // namespace shardlab::fakes::etcd

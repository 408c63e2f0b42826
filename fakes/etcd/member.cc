#include "fakes/etcd/member.h"

#include <algorithm>
#include <utility>

#include "core/base/children.h"
#include "fakes/etcd/events.h"
#include "fakes/etcd/methods.h"
#include "fakes/etcd/refusals.h"
#include "fakes/etcd/server.h"
#include "fakes/etcd/trace_changes.h"
#include "fakes/etcd/wire.h"
#include "sim/world.h"

namespace shardlab::fakes::etcd {
namespace {

/// Source: etcd 3.4 etcdserver/config.go ReqTimeout: 5 s and two elections.
constexpr Duration request_timeout = 7s;

/// A member that applies what the first one applied so long ago was cut off or down.
constexpr Duration silence = 1s;

/// Gone from the map with this object.
template <class Map>
class Entered {
 public:
  Entered(Map& map, typename Map::key_type key, typename Map::mapped_type value)
      : map_(map), key_(key) {
    map_[key] = std::move(value);
  }
  ~Entered() { map_.erase(key_); }
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;

 private:
  Map& map_;
  typename Map::key_type key_;
};

}  // namespace

EtcdMember::EtcdMember(sim::Process& process, MemberOptions options, sim::Disk& disk)
    : process_(process), options_(std::move(options)), disk_(disk), watches_(process, store_) {}

TimePoint EtcdMember::now() const { return process_.world().now(); }

Task<> EtcdMember::run() {
  auto state = disk_.recover();
  if (!state) {
    EtcdAborted event;
    event.error = "wal: input/output error";
    process_.emit(event);
    co_return;
  }
  node_.emplace(process_, options_.number, options_.ips, disk_, std::move(*state), *this);
  process_.listen(port, *this);
  co_await node_->run();
}

// What clients ask.

Task<std::string> EtcdMember::handle(std::string method, std::string request) {
  Disturbances* disturbed = options_.disturbances.get();
  const Duration delay(disturbed ? disturbed->amount(Disturbance::slow_answer) : 0);
  if (delay > Duration(0)) {
    disturbed->count(Disturbance::slow_answer);
    co_await sleep_until(now() + delay);
  }
  if (is_logged(method)) {
    auto reply = co_await write(std::move(method), std::move(request));
    if (disturbed && disturbed->take(Disturbance::lose_answer)) throw lost_answer();
    co_return reply;
  }
  if (method == "WatchMore") {
    watches_.more(decode<NamedWatchRequest>(request));
    co_return "";
  }
  if (method == "Range") {
    auto reply = co_await read(std::move(request));
    co_return reply;
  }
  if (method == "LeaseKeepAlive" || method == "LeaseTimeToLive") {
    auto reply = co_await ask_lessor(std::move(method), std::move(request));
    co_return reply;
  }
  if (!node_->has_leader()) throw Error(refusal::no_leader);
  co_return answer_call(store_, method, request, now());
}

Task<> EtcdMember::handle_stream(std::string method, std::string request,
                                 std::shared_ptr<sim::ServerStream> stream) {
  return watches_.serve(std::move(method), std::move(request), std::move(stream));
}

RaftEntry EtcdMember::new_entry(std::string method, std::string request) {
  constexpr int number_bits = 4, counter_bits = 32;
  RaftEntry entry;
  entry.set_method(std::move(method));
  entry.set_request(std::move(request));
  const std::int64_t incarnation = process_.incarnation();
  entry.set_id(((incarnation << number_bits | options_.number) << counter_bits) + ++proposals_);
  return entry;
}

Task<std::string> EtcdMember::write(std::string method, std::string request) {
  if (request.size() > max_request_bytes) throw Error(refusal::too_large);
  const TimePoint deadline = now() + request_timeout;
  RaftEntry entry = new_entry(std::move(method), std::move(request));
  const auto pending = std::make_shared<Pending>();
  const Entered entered(pending_, entry.id(), pending);
  co_await node_->propose(std::move(entry), deadline);
  bool is_applied = co_await pending->applied.wait_until(deadline);
  if (!is_applied) throw Error(refusal::timed_out);
  if (!*pending->reply) throw pending->reply->error();
  co_return **pending->reply;
}

Task<std::string> EtcdMember::read(std::string request) {
  const auto range = decode<RangeRequest>(request);
  if (!range.serializable()) co_await node_->catch_up(now() + request_timeout);
  co_return answer_call(store_, "Range", request, now());
}

Task<std::string> EtcdMember::ask_lessor(std::string method, std::string request) {
  if (node_->is_leader()) co_return answer_as_leader(method, request);
  auto reply =
      co_await node_->ask_leader(std::move(method), std::move(request), now() + request_timeout);
  co_return reply;
}

std::string EtcdMember::answer_as_leader(const std::string& method, const std::string& request) {
  return answer_call(store_, method, request, now());
}

// The log.

void EtcdMember::apply(std::int64_t index, const RaftEntry& entry) {
  const auto late_by = options_.agreed->applied(index, entry, now());
  catch_up_watches(late_by.value_or(Duration(0)));
  if (entry.method().empty()) return;
  const std::int64_t revision = store_.revision();
  const std::int64_t compacted = store_.compact_revision();
  Result<std::string> reply = answer_entry(store_, entry, now());
  if (!late_by) publish_since(revision, entry);
  if (store_.revision() != revision || store_.compact_revision() != compacted) watches_.tell();
  if (entry.method() == "LeaseGrant") leases_changed_.notify_all();
  const auto waiting = pending_.find(entry.id());
  if (waiting == pending_.end()) return;
  waiting->second->reply = std::move(reply);
  waiting->second->applied.set();
}

/// Tells when watches have heard nothing of what the others know already, and do now.
void EtcdMember::catch_up_watches(Duration late_by) {
  const bool was_behind = std::exchange(is_behind_, late_by >= silence);
  if (was_behind || !is_behind_ || watches_.streams() == 0) return;
  EtcdWatchesCaughtUp event;
  event.streams = static_cast<std::int64_t>(watches_.streams());
  process_.emit(event);
}

void EtcdMember::publish_since(std::int64_t revision, const RaftEntry& entry) {
  if (entry.expired()) {
    LeaseExpired event;
    event.lease = decode<LeaseRevokeRequest>(entry.request()).id();
    process_.emit(event);
  }
  trace_changes(process_, store_, revision, sender_of(entry.method(), entry.request()));
}

// Leases, and what is done from outside.

void EtcdMember::lead(std::int64_t term) {
  EtcdLeaderElected event;
  event.term = term;
  event.before = options_.agreed->elected(term, process_.host().name());
  process_.emit(event);
  store_.renew_all_leases(now() + Raft::election_timeout);
  revoking_.clear();
  process_.background().spawn(expire_leases(term));
}

void EtcdMember::stop_leading() { leases_changed_.notify_all(); }

Task<> EtcdMember::expire_leases(std::int64_t term) {
  const TimePoint started = now();
  // Bound: the term.
  while (node_->leads(term)) {
    const auto expiry = store_.next_expiry();
    if (!expiry) {
      co_await leases_changed_.wait();
      continue;
    }
    const TimePoint due = std::max(*expiry, now() + 1ns);
    const auto periods = (due - started + expiry_period - 1ns) / expiry_period;
    bool is_changed = co_await leases_changed_.wait_until(started + periods * expiry_period);
    if (is_changed) continue;
    for (const std::int64_t lease : store_.expired_leases(now())) {
      if (revoking_.insert(lease).second) revoke(lease);
    }
  }
}

void EtcdMember::revoke(std::int64_t lease) {
  LeaseRevokeRequest request;
  request.set_id(lease);
  RaftEntry entry = new_entry("LeaseRevoke", request.SerializeAsString());
  entry.set_expired(true);
  process_.background().spawn(try_to_propose(std::move(entry)));
}

Task<> EtcdMember::try_to_propose(RaftEntry entry) {
  co_await capture(node_->propose(std::move(entry), now() + request_timeout));
}

std::size_t EtcdMember::expire_all_leases() {
  if (!node_ || !node_->has_leader()) return 0;
  for (const std::int64_t lease : store_.expired_leases(TimePoint::max())) revoke(lease);
  return store_.leases();
}

bool EtcdMember::compact() {
  if (!node_ || !node_->has_leader()) return false;
  if (store_.compact_revision() == store_.revision()) return false;
  CompactionRequest request;
  request.set_revision(store_.revision());
  RaftEntry entry = new_entry("Compact", request.SerializeAsString());
  process_.background().spawn(try_to_propose(std::move(entry)));
  return true;
}

sim::Process::Factory etcd_member_program(MemberOptions options, sim::HostDisk& disk) {
  return [options, &disk](sim::Process& process) {
    return std::make_unique<EtcdMember>(process, options, disk.mount(process));
  };
}

}  // namespace shardlab::fakes::etcd

#include "fakes/etcd/client.h"

#include <algorithm>

#include "fakes/etcd/events.h"
#include "fakes/etcd/refusals.h"
#include "fakes/etcd/wire.h"
#include "sim/world.h"

namespace shardlab::fakes::etcd {
namespace {

constexpr int read_tries = 3;
constexpr Duration pause_between_tries = 100ms;

bool is_passing(Errc code) {
  return code == Errc::unavailable || code == Errc::outcome_unknown || code == Errc::timed_out;
}

/// A read has no effect, so nothing about it can be unknown.
[[noreturn]] void throw_as_read(const Error& error) {
  if (error.code() != Errc::outcome_unknown) throw error;
  throw Error(Errc::unavailable, error.message());
}

}  // namespace

Endpoints::Endpoints(sim::Process& process, const std::string& addresses) : process_(&process) {
  for (std::size_t from = 0; from <= addresses.size();) {
    const std::size_t end = std::min(addresses.find(',', from), addresses.size());
    addresses_.push_back(addresses.substr(from, end - from));
    from = end + 1;
  }
  if (!are_several()) return;
  current_ = process.world().choices().draw("etcd.endpoint", addresses_.size());
}

void Endpoints::turn_from(const std::string& address) {
  if (!are_several() || address != current()) return;
  current_ = (current_ + 1) % addresses_.size();
  EtcdClientMoved event;
  event.from = address;
  event.to = current();
  process_->emit(event);
}

Task<WatchResponse> KeyWatch::next() {
  // Bound: the reply that says `created` has no events and comes once.
  for (;;) {
    auto message = co_await capture(stream_->next());
    if (!message) endpoints_->turn_from(address_);
    if (!message) throw Error(Errc::unavailable, message.error().message());
    if (!*message) throw Error(Errc::unavailable, "the server ended the watch");
    auto response = decode<WatchResponse>(**message);
    if (response.canceled() && response.compact_revision() == 0) {
      throw Error(Errc::unavailable, "the server cancelled the watch");
    }
    if (response.canceled()) {
      throw Error(refusal::compacted);
    }
    if (response.events_size() > 0) co_return response;
  }
}

Watches::Watches(sim::Process& process, std::string address, std::string name,
                 Duration request_timeout)
    : process_(&process),
      address_(std::move(address)),
      name_(std::move(name)),
      request_timeout_(request_timeout) {}

Task<> Watches::send(WatchRequest request) {
  NamedWatchRequest named;
  named.set_stream(name_);
  *named.mutable_request() = std::move(request);
  sim::Network& network = process_->world().network();
  if (!stream_) {
    stream_ = network.open(*process_, address_, "WatchNamed", named.SerializeAsString());
    co_return;
  }
  co_await network.call(*process_, address_, "WatchMore", named.SerializeAsString(),
                        request_timeout_);
}

Task<WatchResponse> Watches::next() {
  auto message = co_await capture(stream_->next());
  if (!message) throw Error(Errc::unavailable, message.error().message());
  if (!*message) throw Error(Errc::unavailable, "the server ended the watches");
  co_return decode<WatchResponse>(**message);
}

Client::Client(sim::Process& process, const std::string& addresses, Duration request_timeout)
    : process_(&process),
      endpoints_(std::make_shared<Endpoints>(process, addresses)),
      request_timeout_(request_timeout) {}

TimePoint Client::now() const { return process_->world().now(); }

Client Client::with_timeout(Duration request_timeout) const {
  return Client(*process_, endpoints_, request_timeout);
}

Task<std::string> Client::call(std::string address, std::string method, std::string request,
                               Duration timeout) {
  return process_->world().network().call(*process_, std::move(address), std::move(method),
                                          std::move(request), timeout);
}

Task<std::string> Client::read(std::string method, std::string request) {
  if (endpoints_->are_several()) {
    auto answer = co_await read_from_any(std::move(method), std::move(request));
    co_return answer;
  }
  for (int tries = 1;; ++tries) {
    auto reply = co_await capture(call(endpoints_->current(), method, request, request_timeout_));
    if (reply) co_return std::move(*reply);
    const Error& error = reply.error();
    if (!is_passing(error.code())) throw error;
    if (tries == read_tries) throw_as_read(error);
    co_await sleep_until(now() + pause_between_tries);
  }
}

Task<std::string> Client::read_from_any(std::string method, std::string request) {
  const TimePoint deadline = now() + request_timeout_;
  // Bound: the deadline.
  for (;;) {
    const std::string address = endpoints_->current();
    const Duration timeout = std::min(request_timeout_ / read_tries, deadline - now());
    auto reply = co_await capture(call(address, method, request, timeout));
    if (reply) co_return std::move(*reply);
    const Error& error = reply.error();
    if (!is_passing(error.code())) throw error;
    endpoints_->turn_from(address);
    if (now() + pause_between_tries >= deadline) throw_as_read(error);
    co_await sleep_until(now() + pause_between_tries);
  }
}

Task<std::string> Client::write(std::string method, std::string request) {
  const TimePoint deadline = now() + request_timeout_;
  // Bound: the deadline.
  for (;;) {
    const std::string address = endpoints_->current();
    auto reply = co_await capture(call(address, method, request, deadline - now()));
    if (reply) co_return std::move(*reply);
    const Error& error = reply.error();
    if (is_passing(error.code())) endpoints_->turn_from(address);
    if (error.code() == Errc::timed_out) throw Error(Errc::outcome_unknown, error.message());
    const bool may_go_on = error.code() == Errc::unavailable && endpoints_->are_several();
    if (!may_go_on || now() + pause_between_tries >= deadline) throw error;
    co_await sleep_until(now() + pause_between_tries);
  }
}

Task<RangeResponse> Client::range(RangeRequest request) {
  auto reply = co_await read("Range", request.SerializeAsString());
  co_return decode<RangeResponse>(reply);
}

Task<PutResponse> Client::put(PutRequest request) {
  auto reply = co_await write("Put", request.SerializeAsString());
  co_return decode<PutResponse>(reply);
}

Task<DeleteRangeResponse> Client::delete_range(DeleteRangeRequest request) {
  auto reply = co_await write("DeleteRange", request.SerializeAsString());
  co_return decode<DeleteRangeResponse>(reply);
}

Task<TxnResponse> Client::txn(TxnRequest request) {
  auto reply = co_await write("Txn", request.SerializeAsString());
  co_return decode<TxnResponse>(reply);
}

Task<CompactionResponse> Client::compact(CompactionRequest request) {
  auto reply = co_await write("Compact", request.SerializeAsString());
  co_return decode<CompactionResponse>(reply);
}

Task<LeaseGrantResponse> Client::lease_grant(Duration ttl) {
  LeaseGrantRequest request;
  request.set_ttl(std::chrono::ceil<std::chrono::seconds>(ttl).count());
  auto reply = co_await read("LeaseGrant", request.SerializeAsString());
  co_return decode<LeaseGrantResponse>(reply);
}

Task<bool> Client::lease_keep_alive(std::int64_t lease) {
  LeaseKeepAliveRequest request;
  request.set_id(lease);
  if (endpoints_->are_several()) {
    auto kept = co_await read("LeaseKeepAlive", request.SerializeAsString());
    co_return decode<LeaseKeepAliveResponse>(kept).ttl() > 0;
  }
  auto reply = co_await call(endpoints_->current(), "LeaseKeepAlive", request.SerializeAsString(),
                             request_timeout_);
  co_return decode<LeaseKeepAliveResponse>(reply).ttl() > 0;
}

Task<> Client::lease_revoke(std::int64_t lease) {
  LeaseRevokeRequest request;
  request.set_id(lease);
  co_await write("LeaseRevoke", request.SerializeAsString());
}

Task<LeaseTimeToLiveResponse> Client::lease_time_to_live(LeaseTimeToLiveRequest request) {
  auto reply = co_await read("LeaseTimeToLive", request.SerializeAsString());
  co_return decode<LeaseTimeToLiveResponse>(reply);
}

Task<LeaseLeasesResponse> Client::lease_leases() {
  auto reply = co_await read("LeaseLeases", "");
  co_return decode<LeaseLeasesResponse>(reply);
}

Watches Client::watches(std::string name) const {
  return Watches(*process_, endpoints_->current(), std::move(name), request_timeout_);
}

KeyWatch Client::watch(std::string key, std::int64_t start_revision) const {
  WatchRequest request;
  request.mutable_create_request()->set_key(std::move(key));
  request.mutable_create_request()->set_start_revision(start_revision);
  const std::string address = endpoints_->current();
  return KeyWatch(
      endpoints_, address,
      process_->world().network().open(*process_, address, "Watch", request.SerializeAsString()));
}

}  // namespace shardlab::fakes::etcd

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/coroutine.h"
#include "fakes/etcd/etcd.pb.h"
#include "sim/host.h"
#include "sim/network.h"

namespace shardlab::fakes::etcd {

/// What happens to one key after a revision.
class KeyWatch {
 public:
  explicit KeyWatch(std::unique_ptr<sim::ClientStream> stream) : stream_(std::move(stream)) {}
  /// The next reply with events. Throws Error: unavailable when the stream is lost,
  /// failed_precondition when its history is compacted: read the key again.
  Task<WatchResponse> next();

 private:
  std::unique_ptr<sim::ClientStream> stream_;
};

/// Any number of watches, on a stream of their own.
class Watches {
 public:
  Watches(sim::Process& process, std::string address, std::string name, Duration request_timeout);
  /// The first request opens the stream. What is answered comes out of `next`.
  Task<> send(WatchRequest request);
  /// The next reply, of whatever kind. Throws Error: unavailable when the stream is lost.
  Task<WatchResponse> next();

 private:
  sim::Process* process_;
  std::string address_;
  std::string name_;
  Duration request_timeout_;
  std::unique_ptr<sim::ClientStream> stream_;
};

/// etcd's calls from one process to one address, typed. A small value: copy it freely; the process
/// must outlive its use.
///
/// Reads are tried up to three times. They throw Error: unavailable or timed_out.
/// Writes are sent once. They throw Error: unavailable (no effect), outcome_unknown (the reply did
/// not come), or the store's own errors.
class Client {
 public:
  Client(sim::Process& process, std::string address, Duration request_timeout);

  sim::Process& process() const { return *process_; }
  TimePoint now() const;
  /// The same, but every try ends after `request_timeout`.
  Client with_timeout(Duration request_timeout) const;

  Task<RangeResponse> range(RangeRequest request);
  Task<PutResponse> put(PutRequest request);
  Task<DeleteRangeResponse> delete_range(DeleteRangeRequest request);
  Task<TxnResponse> txn(TxnRequest request);
  Task<CompactionResponse> compact(CompactionRequest request);
  /// Tried like a read: a lease too many holds nothing and ends by itself.
  Task<LeaseGrantResponse> lease_grant(Duration ttl);
  /// One try. False when there is no such lease any more.
  Task<bool> lease_keep_alive(std::int64_t lease);
  Task<> lease_revoke(std::int64_t lease);
  Task<LeaseTimeToLiveResponse> lease_time_to_live(LeaseTimeToLiveRequest request);
  Task<LeaseLeasesResponse> lease_leases();
  KeyWatch watch(std::string key, std::int64_t start_revision) const;
  /// `name` tells the server's open streams apart: no other may have it.
  Watches watches(std::string name) const;

 private:
  Task<std::string> call(std::string method, std::string request);
  Task<std::string> read(std::string method, std::string request);
  Task<std::string> write(std::string method, std::string request);

  sim::Process* process_;
  std::string address_;
  Duration request_timeout_;
};

}  // namespace shardlab::fakes::etcd

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/coroutine.h"
#include "fakes/etcd/etcd.pb.h"
#include "sim/host.h"
#include "sim/network.h"

namespace shardlab::fakes::etcd {

/// The members of a cluster as a client knows them, and to which it turns: one until that cannot be
/// reached or has no leader, then the next. Shared by copies of the client.
class Endpoints {
 public:
  /// `"10.64.0.3:2379"`, or several with commas between. Of several one is drawn
  /// (`etcd.endpoint`).
  Endpoints(sim::Process& process, const std::string& addresses);

  const std::string& current() const { return addresses_[current_]; }
  bool are_several() const { return addresses_.size() > 1; }
  /// `address` did not do. Moves on unless that has happened meanwhile.
  void turn_from(const std::string& address);

 private:
  sim::Process* process_;
  std::vector<std::string> addresses_;
  std::size_t current_ = 0;
};

/// What happens to one key after a revision.
class KeyWatch {
 public:
  KeyWatch(std::shared_ptr<Endpoints> endpoints, std::string address,
           std::unique_ptr<sim::ClientStream> stream)
      : endpoints_(std::move(endpoints)),
        address_(std::move(address)),
        stream_(std::move(stream)) {}
  /// The next reply with events. Throws Error: unavailable when the stream is lost,
  /// failed_precondition when its history is compacted: read the key again.
  Task<WatchResponse> next();

 private:
  std::shared_ptr<Endpoints> endpoints_;
  std::string address_;
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

/// etcd's calls from one process to one server or to the members of a cluster, typed. A small
/// value: copy it freely; the process must outlive its use.
///
/// Reads are tried up to three times. They throw Error: unavailable or timed_out.
/// Writes are sent once. They throw Error: unavailable (no effect), outcome_unknown (the reply did
/// not come), or the store's own errors.
///
/// Of several members the next one is asked when one cannot be reached or has no leader, for as
/// long as a request may take in all; a read also when one does not answer for a third of that. A
/// write whose fate is unknown is never sent again.
class Client {
 public:
  /// `addresses`: see Endpoints.
  Client(sim::Process& process, const std::string& addresses, Duration request_timeout);

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
  /// One try at a server that is alone. False when there is no such lease any more.
  Task<bool> lease_keep_alive(std::int64_t lease);
  Task<> lease_revoke(std::int64_t lease);
  Task<LeaseTimeToLiveResponse> lease_time_to_live(LeaseTimeToLiveRequest request);
  Task<LeaseLeasesResponse> lease_leases();
  KeyWatch watch(std::string key, std::int64_t start_revision) const;
  /// `name` tells the server's open streams apart: no other may have it.
  Watches watches(std::string name) const;

 private:
  Client(sim::Process& process, std::shared_ptr<Endpoints> endpoints, Duration request_timeout)
      : process_(&process), endpoints_(std::move(endpoints)), request_timeout_(request_timeout) {}

  Task<std::string> call(std::string address, std::string method, std::string request,
                         Duration timeout);
  Task<std::string> read(std::string method, std::string request);
  Task<std::string> read_from_any(std::string method, std::string request);
  Task<std::string> write(std::string method, std::string request);

  sim::Process* process_;
  std::shared_ptr<Endpoints> endpoints_;
  Duration request_timeout_;
};

}  // namespace shardlab::fakes::etcd

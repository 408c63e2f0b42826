#pragma once

#include <memory>
#include <string>

#include "fakes/disturbances.h"
#include "fakes/etcd/etcd_program.h"
#include "fakes/etcd/store.h"
#include "fakes/etcd/watch_service.h"
#include "sim/disk.h"
#include "sim/host.h"
#include "sim/network.h"

namespace shardlab::fakes::etcd {

inline constexpr std::uint16_t port = 2379;
/// Source: etcd 3.4 embed/config.go DefaultMaxRequestBytes.
inline constexpr std::size_t max_request_bytes = 3 * 512 * 1024;
/// Expired leases are looked for at this pace. Source: etcd 3.4 lease/lessor.go runLoop.
inline constexpr Duration expiry_period = 500ms;

/// A simulated etcd as a process: answers on port 2379 of its host, sends watchers what changes,
/// ends leases that nobody keeps alive. What it acknowledged is in the store, which outlives a
/// crash; at a restart every lease has its full time again.
///
/// Methods: `Range Put DeleteRange Txn Compact LeaseGrant LeaseKeepAlive LeaseRevoke
/// LeaseTimeToLive LeaseLeases` take and give the messages of etcd.proto.
/// `Watch` is a server stream of `WatchResponse`: its opening `WatchRequest` makes the first watch,
/// and it ends with that watch. A stream that is opened as `WatchNamed`, with a
/// `NamedWatchRequest`, stays open; later requests come by the method `WatchMore`, and their
/// answers on the stream.
/// A write takes one disk write's time; a crash in between leaves it done or undone. With a disk of
/// its own it also writes each request to a log and syncs it, takes as long as that takes, and ends
/// when that fails (`EtcdAborted`), as etcd does; the log is not read again.
/// Errors: the store's; unsupported for another method, corrupt for another message.
class EtcdServer final : public EtcdProgram, public sim::RpcService {
 public:
  /// `disk` may be null, and must outlive the server; so may `disturbances`.
  EtcdServer(sim::Process& process, std::shared_ptr<Store> store, sim::Disk* disk = nullptr,
             std::shared_ptr<Disturbances> disturbances = nullptr);

  Task<> run() override;
  Task<std::string> handle(std::string method, std::string request) override;
  Task<> handle_stream(std::string method, std::string request,
                       std::shared_ptr<sim::ServerStream> stream) override;

  const Store& store() const { return *store_; }

  bool is_leader() const override { return true; }
  std::size_t expire_all_leases() override;
  bool compact() override;
  WatchService& watches() override { return watches_; }

 private:
  /// Makes the request durable; does not return when the disk fails.
  Task<> write_log(std::string request);
  std::string answer(const std::string& method, const std::string& request);
  std::size_t expire_leases(TimePoint now);
  /// Tells the trace and the watchers what came after `revision`, by whom.
  void publish_since(std::int64_t revision, const Sender& sender = Sender());

  sim::Process& process_;
  std::shared_ptr<Store> store_;
  WatchService watches_;
  TimePoint started_;
  Condition lease_granted_;
  sim::Disk* disk_;
  std::uint64_t log_end_ = 0;
  bool aborted_ = false;
  Condition never_;
  std::shared_ptr<Disturbances> disturbances_;
};

/// For `sim::Host::add_process`: an etcd server on this store in every incarnation, with a log on
/// that disk of its host when there is one.
sim::Process::Factory etcd_program(std::shared_ptr<Store> store, sim::HostDisk* disk = nullptr,
                                   std::shared_ptr<Disturbances> disturbances = nullptr);

}  // namespace shardlab::fakes::etcd

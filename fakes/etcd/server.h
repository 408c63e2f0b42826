#pragma once

#include <map>
#include <memory>
#include <string>

#include "fakes/disturbances.h"
#include "fakes/etcd/store.h"
#include "fakes/etcd/watch_stream.h"
#include "sim/disk.h"
#include "sim/host.h"
#include "sim/network.h"

namespace shardlab::fakes::etcd {

inline constexpr std::uint16_t port = 2379;

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
class EtcdServer final : public sim::Program, public sim::RpcService {
 public:
  /// `disk` may be null, and must outlive the server; so may `disturbances`.
  EtcdServer(sim::Process& process, std::shared_ptr<Store> store, sim::Disk* disk = nullptr,
             std::shared_ptr<Disturbances> disturbances = nullptr);

  Task<> run() override;
  Task<std::string> handle(std::string method, std::string request) override;
  Task<> handle_stream(std::string method, std::string request,
                       std::shared_ptr<sim::ServerStream> stream) override;

  const Store& store() const { return *store_; }

  /// Ends all leases now, as if nobody had kept them alive; gives how many there were.
  std::size_t expire_all_leases();

  /// Cancels all watches, as a server does that sheds load; gives how many there were.
  std::size_t cancel_all_watches();

 private:
  /// Makes the request durable; does not return when the disk fails.
  Task<> write_log(std::string request);
  std::string answer(const std::string& method, const std::string& request);
  std::size_t expire_leases(TimePoint now);
  /// Tells the trace and the watchers what came after `revision`, by whom.
  void publish_since(std::int64_t revision, const Sender& sender = Sender());
  struct OpenWatches {
    explicit OpenWatches(const Store& store) : watches(store) {}
    WatchStream watches;
    WatchStream::Replies answers;  ///< to later requests, to be sent before the next news
  };
  /// A stream of this name; none has an empty name.
  Task<> watch(std::string name, WatchRequest request, std::shared_ptr<sim::ServerStream> stream);
  /// Until there is something to tell, or the next notice of progress is due.
  Task<> wait_for_news(bool wants_progress, TimePoint next_progress);
  void watch_more(const NamedWatchRequest& request);

  sim::Process& process_;
  std::shared_ptr<Store> store_;
  TimePoint started_;
  Condition written_;
  Condition lease_granted_;
  sim::Disk* disk_;
  std::uint64_t log_end_ = 0;
  bool aborted_ = false;
  Condition never_;
  std::shared_ptr<Disturbances> disturbances_;
  std::size_t watches_ = 0;
  std::uint64_t watches_cancelled_ = 0;  ///< so often all of them
  std::map<std::string, OpenWatches*> named_watches_;
};

/// For `sim::Host::add_process`: an etcd server on this store in every incarnation, with a log on
/// that disk of its host when there is one.
sim::Process::Factory etcd_program(std::shared_ptr<Store> store, sim::HostDisk* disk = nullptr,
                                   std::shared_ptr<Disturbances> disturbances = nullptr);

}  // namespace shardlab::fakes::etcd

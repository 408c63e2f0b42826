#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fakes/disturbances.h"
#include "fakes/etcd/agreed_log.h"
#include "fakes/etcd/etcd_program.h"
#include "fakes/etcd/raft_node.h"
#include "fakes/etcd/store.h"
#include "fakes/etcd/watch_service.h"

namespace shardlab::fakes::etcd {

struct MemberOptions {
  int number = 0;                ///< from 0
  std::vector<std::string> ips;  ///< of all members, in the order of their numbers
  std::shared_ptr<AgreedLog> agreed;
  std::shared_ptr<Disturbances> disturbances;
};

/// One of several members of a simulated etcd: to clients what `EtcdServer` is, on the same port.
/// What it knows it has from its log, and the log from its disk; it shares nothing with the others.
///
/// Writes go through the log and are answered when they are applied here. A Range waits until this
/// member has applied what was committed when it came; a serializable one sees what is here, and so
/// do watches: those of a member that is cut off are silent. The leader alone ends leases; one that
/// is new gives each its full time again. A member that knows no leader refuses all but
/// serializable reads at once, as etcd does to clients that require a leader.
///
/// Errors: the store's; unavailable `etcdserver: no leader`, `etcdserver: leader changed` (surely
/// without effect); timed_out `etcdserver: request timed out`.
/// Source: etcd 3.4 etcdserver/v3_server.go, api/v3rpc/interceptor.go, lease/lessor.go Promote.
class EtcdMember final : public EtcdProgram, public RaftOwner, public sim::RpcService {
 public:
  /// The disk must outlive it.
  EtcdMember(sim::Process& process, MemberOptions options, sim::Disk& disk);

  Task<> run() override;
  Task<std::string> handle(std::string method, std::string request) override;
  Task<> handle_stream(std::string method, std::string request,
                       std::shared_ptr<sim::ServerStream> stream) override;

  bool is_leader() const override { return node_ && node_->is_leader(); }
  std::size_t expire_all_leases() override;
  bool compact() override;
  WatchService& watches() override { return watches_; }
  const Store& store() const { return store_; }

  void apply(std::int64_t index, const RaftEntry& entry) override;
  void lead(std::int64_t term) override;
  void stop_leading() override;
  std::string answer_as_leader(const std::string& method, const std::string& request) override;

 private:
  /// A client's write that waits to be applied.
  struct Pending {
    shardlab::Event applied;
    std::optional<Result<std::string>> reply;
  };

  TimePoint now() const;
  RaftEntry new_entry(std::string method, std::string request);
  Task<std::string> write(std::string method, std::string request);
  Task<std::string> read(std::string request);
  Task<std::string> ask_lessor(std::string method, std::string request);
  Task<> expire_leases(std::int64_t term);
  /// Proposes without waiting for what comes of it.
  Task<> try_to_propose(RaftEntry entry);
  void revoke(std::int64_t lease);
  void catch_up_watches(Duration late_by);
  void publish_since(std::int64_t revision, const RaftEntry& entry);

  sim::Process& process_;
  MemberOptions options_;
  RaftDisk disk_;
  Store store_;
  WatchService watches_;
  std::optional<RaftNode> node_;  ///< from when the disk is read
  std::int64_t proposals_ = 0;
  std::map<std::int64_t, std::shared_ptr<Pending>> pending_;  ///< by the entry's id
  std::set<std::int64_t> revoking_;                           ///< leases, in this leader's term
  Condition leases_changed_;
  bool is_behind_ = false;
};

/// For `sim::Host::add_process`: that member in every incarnation, its log on that disk.
sim::Process::Factory etcd_member_program(MemberOptions options, sim::HostDisk& disk);

}  // namespace shardlab::fakes::etcd

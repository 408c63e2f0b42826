#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fakes/etcd/raft.pb.h"
#include "fakes/etcd/store.h"

namespace shardlab::fakes::etcd {

/// What a cluster has agreed on so far, as none of its members can see it. Whoever builds the
/// cluster keeps it; members tell it what they apply and that they lead, in the moment in which
/// they do. It never answers a client. A cluster that disagrees is a BugError.
class AgreedLog {
 public:
  AgreedLog() : store_(std::make_shared<Store>()) {}

  /// A member applies the entry at this place of the log. Gives how much later than the first one
  /// that got there; nothing for the first.
  std::optional<Duration> applied(std::int64_t index, const RaftEntry& entry, TimePoint now);
  /// A member leads from now on. Gives the host of the leader before it, or nothing.
  std::string elected(std::int64_t term, const std::string& host);

  /// What the log applied so far amounts to; its leases have no meaning.
  const std::shared_ptr<Store>& store() const { return store_; }
  /// The host of the last one that was elected; empty before the first.
  const std::string& leader() const { return leader_; }

 private:
  struct Place {
    std::int64_t term;
    std::int64_t id;
    TimePoint at;
  };
  std::shared_ptr<Store> store_;
  std::vector<Place> places_;                    ///< `places_[0]` is index 1
  std::map<std::int64_t, std::string> leaders_;  ///< hosts by term
  std::string leader_;
};

}  // namespace shardlab::fakes::etcd

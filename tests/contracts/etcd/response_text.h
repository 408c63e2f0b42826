#pragma once

#include <string>

#include "fakes/etcd/etcd.pb.h"

namespace shardlab::fakes::etcd {

/// Whole replies in lines; nothing of a reply is left out but the ids of cluster and member and the
/// term. Revisions are printed as the session counts them: less the shift, `@` before the one in
/// the header. A key is `a=1 c2 m3 v2 l7`: value, create and mod revision, version, lease.
class ResponseText {
 public:
  explicit ResponseText(std::int64_t shift) : shift_(shift) {}

  std::string of(const RangeResponse& response) const;
  std::string of(const PutResponse& response) const;
  std::string of(const DeleteRangeResponse& response) const;
  std::string of(const TxnResponse& response) const;
  std::string of(const CompactionResponse& response) const;
  std::string of(const LeaseGrantResponse& response) const;
  std::string of(const LeaseKeepAliveResponse& response) const;
  std::string of(const LeaseRevokeResponse& response) const;
  /// The time left is `full` (up to two seconds below what was granted), `less` or a number below
  /// zero; keys in order: a real server gives them as they come.
  std::string of(const LeaseTimeToLiveResponse& response) const;
  /// In order of their ids: leases granted at the same moment have no other.
  std::string of(const LeaseLeasesResponse& response) const;
  std::string of(const WatchResponse& response) const;

 private:
  std::int64_t shown(std::int64_t revision) const {
    return revision > 0 ? revision - shift_ : revision;
  }
  template <class Response>
  std::string at(const Response& response) const;
  std::string of(const KeyValue& kv) const;
  std::string of(const Event& event) const;
  std::string of(const ResponseOp& op) const;

  std::int64_t shift_;
};

}  // namespace shardlab::fakes::etcd

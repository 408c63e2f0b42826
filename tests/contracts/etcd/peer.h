#pragma once

#include <optional>
#include <string>

#include "core/base/time.h"
#include "fakes/etcd/etcd.pb.h"

namespace shardlab::fakes::etcd {

struct Answer {
  std::string refusal;  ///< `"OUT_OF_RANGE: etcdserver: mvcc: ..."`; empty when there is a reply
  std::string reply;    ///< an encoded message
};

/// An etcd under contract: the stand-in's store, the stand-in as a server, or a real server.
/// One call at a time; one watch stream.
class Peer {
 public:
  virtual ~Peer() = default;

  /// Forgets what was: no keys, no leases, no watches. Gives the revision there is, which the
  /// session calls 1; it is not compacted.
  virtual std::int64_t begin() = 0;
  /// `"Put"` with an encoded PutRequest, and so on: the methods of `EtcdServer`.
  virtual Answer call(const std::string& method, const std::string& request) = 0;
  /// Sends a request on the watch stream.
  virtual void send(const WatchRequest& request) = 0;
  /// The next reply on the watch stream; none when none comes within that time.
  virtual std::optional<WatchResponse> next_reply(Duration patience) = 0;
  /// Lets time go by.
  virtual void pass(Duration time) = 0;
  /// How often an idle watch is told the revision if it wants to know; none where there is only
  /// data and no server.
  virtual std::optional<Duration> notice_period() const = 0;
};

}  // namespace shardlab::fakes::etcd

#pragma once

#include <map>
#include <vector>

#include "fakes/etcd/store.h"

namespace shardlab::fakes::etcd {

/// The watches of one watch stream: takes requests, gives replies in the order in which they are
/// to be sent. It has no clock and sends nothing itself.
///
/// All changes that a watch has to tell at one time come in one reply; with `fragment` a reply that
/// is too large is cut in pieces, each but the last marked.
/// Source: etcd 3.4 etcdserver/api/v3rpc/watch.go, mvcc/watchable_store.go.
class WatchStream {
 public:
  /// Source: v3rpc/watch.go: MaxRequestBytes and 512 KiB for what gRPC adds.
  static constexpr std::size_t max_reply_bytes = 2 * 1024 * 1024;
  using Replies = std::vector<WatchResponse>;

  /// The store must outlive it.
  explicit WatchStream(const Store& store) : store_(store) {}

  /// What is answered at once: a watch that stands or is refused, an end that was asked for, the
  /// current revision. The end of an unknown watch is not answered.
  Replies take(const WatchRequest& request);
  /// A watch has something to tell, or has lost it.
  bool has_news() const;
  /// What the watches have not told yet. A watch whose next revision is compacted ends, but its id
  /// stays taken until the client cancels it.
  Replies news();
  /// The revision, for every watch that wants notices and had no news since the last call.
  Replies progress();
  /// Ends all watches.
  Replies cancel_all();

  /// No watch will have news any more.
  bool is_over() const;
  bool wants_progress() const;

 private:
  struct Watch {
    WatchCreateRequest request;
    std::int64_t next = 0;  ///< the first revision it has not told
    bool was_idle = true;
    bool has_ended = false;
  };

  WatchResponse create(WatchCreateRequest request);
  WatchResponse reply(std::int64_t id) const;
  WatchResponse changes(std::int64_t id, Watch& watch) const;
  bool wants(const Watch& watch, const Event& event) const;

  const Store& store_;
  std::map<std::int64_t, Watch> watches_;
  std::int64_t next_id_ = 0;
};

}  // namespace shardlab::fakes::etcd

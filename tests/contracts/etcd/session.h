#pragma once

#include <deque>
#include <map>
#include <string>

#include "tests/contracts/etcd/peer.h"
#include "tests/contracts/etcd/response_text.h"
#include "tests/contracts/etcd/script.h"

namespace shardlab::fakes::etcd {

/// Runs lines of a script on a peer that begins anew, and gives the answers as text.
/// Besides the requests of `Script` it knows
///
///     reply ID       waits for the next reply of that watch, -1 for those of none
///     silent ID      no reply of that watch comes within a moment
///     cancel ID      ends a watch (its reply comes with `reply ID`)
///     progress       asks for the revision on the watch stream
///     wait SECONDS, wait notice (until the next notice of progress)
///
/// `watch` itself gives the reply that the watch stands.
class Session {
 public:
  explicit Session(Peer& peer);
  std::string run(const std::string& line);

  /// The next reply of the watch, or "no reply".
  std::string reply(std::int64_t watch);
  /// The watches of all replies that are there now, a watch as often as it has replies.
  std::vector<std::int64_t> arrived();

 private:
  template <class Response, class Request>
  std::string call(const std::string& method, const Request& request);
  std::string lease_command(Script& script);
  std::string watch_command(Script& script);
  std::string create_watch(Script& script);
  std::optional<WatchResponse> take_reply(std::int64_t watch, Duration patience);

  Peer& peer_;
  std::int64_t shift_;
  ResponseText text_;
  std::map<std::int64_t, std::deque<WatchResponse>> replies_;
};

}  // namespace shardlab::fakes::etcd

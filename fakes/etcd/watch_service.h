#pragma once

#include <map>
#include <memory>
#include <string>

#include "fakes/etcd/watch_stream.h"
#include "sim/host.h"
#include "sim/rpc.h"

namespace shardlab::fakes::etcd {

/// The watch streams that clients have open at one server.
///
/// A stream that is opened as `Watch` ends with its watch. One that is opened as `WatchNamed`, with
/// a `NamedWatchRequest`, stays open; later requests come by `more`, their answers on the stream.
class WatchService {
 public:
  WatchService(sim::Process& process, const Store& store) : process_(process), store_(store) {}

  /// Until the client has gone, or the stream is over.
  /// Throws Error: unsupported for another method, corrupt for another message.
  Task<> serve(std::string method, std::string request, std::shared_ptr<sim::ServerStream> stream);
  void more(const NamedWatchRequest& request);
  /// The store has changed.
  void tell() { written_.notify_all(); }
  /// Cancels all watches; gives how many streams there were.
  std::size_t cancel_all();
  std::size_t streams() const { return streams_; }

  /// While it is silent nobody is told anything, and nobody is told why.
  void set_silent(bool is_silent);
  /// How often there was something that was not told.
  std::uint64_t kept_back() const { return kept_back_; }

 private:
  struct OpenWatches {
    explicit OpenWatches(const Store& store) : watches(store) {}
    WatchStream watches;
    WatchStream::Replies answers;  ///< to later requests, to be sent before the next news
  };
  /// A stream of this name; none has an empty name.
  Task<> watch(std::string name, WatchRequest request, std::shared_ptr<sim::ServerStream> stream);
  /// Until there is something to tell, or the next notice of progress is due.
  Task<> wait_for_news(bool wants_progress, TimePoint next_progress);
  WatchStream::Replies news(OpenWatches& open);

  sim::Process& process_;
  const Store& store_;
  Condition written_;
  std::size_t streams_ = 0;
  std::uint64_t cancelled_ = 0;  ///< so often all of them
  bool is_silent_ = false;
  std::uint64_t kept_back_ = 0;
  std::map<std::string, OpenWatches*> named_;
};

}  // namespace shardlab::fakes::etcd

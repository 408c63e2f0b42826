#include "fakes/etcd/watch_service.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/children.h"
#include "fakes/etcd/events.h"
#include "fakes/etcd/wire.h"
#include "sim/world.h"

namespace shardlab::fakes::etcd {
namespace {

/// Source: etcd 3.4 etcdserver/api/v3rpc/watch.go progressReportInterval.
constexpr Duration progress_period = 10min;

/// One more as long as it lives.
class Counted {
 public:
  explicit Counted(std::size_t& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::size_t& count_;
};

/// Under this name as long as it lives, unless the name is empty.
template <class T>
class Named {
 public:
  Named(std::map<std::string, T*>& names, std::string name, T* named)
      : names_(names), name_(std::move(name)) {
    if (!name_.empty()) names_[name_] = named;
  }
  ~Named() { names_.erase(name_); }
  Named(const Named&) = delete;
  Named& operator=(const Named&) = delete;

 private:
  std::map<std::string, T*>& names_;
  std::string name_;
};

}  // namespace

std::size_t WatchService::cancel_all() {
  ++cancelled_;
  written_.notify_all();
  return streams_;
}

void WatchService::set_silent(bool is_silent) {
  const bool was_silent = std::exchange(is_silent_, is_silent);
  if (!was_silent || is_silent || kept_back_ == 0) return;
  if (streams_ > 0) {
    EtcdWatchesCaughtUp event;
    event.streams = static_cast<std::int64_t>(streams_);
    process_.emit(event);
  }
  written_.notify_all();
}

Task<> WatchService::serve(std::string method, std::string request,
                           std::shared_ptr<sim::ServerStream> stream) {
  if (method == "WatchNamed") {
    auto named = decode<NamedWatchRequest>(request);
    co_await watch(named.stream(), named.request(), std::move(stream));
  } else if (method == "Watch") {
    co_await watch("", decode<WatchRequest>(request), std::move(stream));
  } else {
    throw Error(Errc::unsupported, fmt::format("etcdserver: unknown method {}", method));
  }
}

/// What is to be sent now; while the service is silent nothing is, and it stays to be told.
WatchStream::Replies WatchService::news(OpenWatches& open) {
  if (is_silent_) {
    if (open.watches.has_news()) ++kept_back_;
    return {};
  }
  WatchStream::Replies replies = std::exchange(open.answers, {});
  for (WatchResponse& reply : open.watches.news()) {
    if (reply.compact_revision() > 0) {
      EtcdWatchCompacted event;
      event.revision = reply.compact_revision();
      process_.emit(event);
    }
    replies.push_back(std::move(reply));
  }
  return replies;
}

Task<> WatchService::watch(std::string name, WatchRequest request,
                           std::shared_ptr<sim::ServerStream> stream) {
  const Counted counted(streams_);
  OpenWatches open(store_);
  const Named named(named_, name, &open);
  for (const WatchResponse& reply : open.watches.take(request)) {
    co_await stream->send(reply.SerializeAsString());
  }
  const std::uint64_t cancelled = cancelled_;
  TimePoint next_progress = process_.world().now() + progress_period;
  // Bound: the client's interest; `send` and `wait` throw when it has gone.
  while (cancelled == cancelled_ && (!name.empty() || !open.watches.is_over())) {
    WatchStream::Replies replies = news(open);
    if (replies.empty() && process_.world().now() >= next_progress) {
      replies = open.watches.progress();
      next_progress += progress_period;
    } else if (replies.empty()) {
      co_await wait_for_news(open.watches.wants_progress(), next_progress);
    }
    for (const WatchResponse& reply : replies) co_await stream->send(reply.SerializeAsString());
  }
  for (const WatchResponse& reply : open.watches.cancel_all()) {
    co_await stream->send(reply.SerializeAsString());
  }
}

Task<> WatchService::wait_for_news(bool wants_progress, TimePoint next_progress) {
  if (!wants_progress) {
    co_await written_.wait();
    co_return;
  }
  auto in_time = co_await capture(until(next_progress, written_.wait()));
  if (!in_time && in_time.error().code() != Errc::timed_out) throw in_time.error();
}

void WatchService::more(const NamedWatchRequest& request) {
  auto found = named_.find(request.stream());
  if (found == named_.end()) return;
  OpenWatches& open = *found->second;
  std::ranges::move(open.watches.take(request.request()), std::back_inserter(open.answers));
  written_.notify_all();
}

}  // namespace shardlab::fakes::etcd

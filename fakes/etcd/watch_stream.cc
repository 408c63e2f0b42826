#include "fakes/etcd/watch_stream.h"

#include <algorithm>

#include "fakes/etcd/key_range.h"

namespace shardlab::fakes::etcd {
namespace {

/// Appends the reply, in pieces where it is too large.
void append(WatchResponse reply, bool in_pieces, WatchStream::Replies& replies) {
  if (!in_pieces || reply.events_size() < 2 ||
      reply.ByteSizeLong() < WatchStream::max_reply_bytes) {
    replies.push_back(std::move(reply));
    return;
  }
  WatchResponse empty = reply;
  empty.clear_events();
  empty.set_fragment(true);
  WatchResponse piece = empty;
  for (Event& event : *reply.mutable_events()) {
    const std::size_t larger = piece.ByteSizeLong() + event.ByteSizeLong();
    if (piece.events_size() > 0 && larger >= WatchStream::max_reply_bytes) {
      replies.push_back(std::exchange(piece, empty));
    }
    *piece.add_events() = std::move(event);
  }
  piece.set_fragment(false);
  replies.push_back(std::move(piece));
}

}  // namespace

WatchResponse WatchStream::reply(std::int64_t id) const {
  WatchResponse response;
  response.mutable_header()->set_revision(store_.revision());
  response.set_watch_id(id);
  return response;
}

WatchStream::Replies WatchStream::take(const WatchRequest& request) {
  if (request.has_create_request()) return {create(request.create_request())};
  if (request.has_progress_request()) return {reply(-1)};
  const std::int64_t id = request.cancel_request().watch_id();
  if (!request.has_cancel_request() || watches_.erase(id) == 0) return {};
  WatchResponse canceled = reply(id);
  canceled.set_canceled(true);
  return {canceled};
}

WatchResponse WatchStream::create(WatchCreateRequest request) {
  if (request.key().empty()) request.set_key(no_end);
  WatchResponse created = reply(request.watch_id());
  created.set_created(true);
  const std::string& end = request.range_end();
  if (!end.empty() && end != no_end && end <= request.key()) {
    created.set_cancel_reason("mvcc: watcher range is empty");
  } else if (request.watch_id() != 0 && watches_.contains(request.watch_id())) {
    created.set_cancel_reason("mvcc: duplicate watch ID provided on the WatchStream");
  }
  if (!created.cancel_reason().empty()) {
    created.set_canceled(true);
    created.set_watch_id(-1);
    return created;
  }
  if (request.watch_id() == 0) {
    while (watches_.contains(next_id_)) ++next_id_;
    created.set_watch_id(next_id_++);
  }
  Watch& watch = watches_[created.watch_id()];
  watch.next = request.start_revision() == 0 ? store_.revision() + 1 : request.start_revision();
  watch.request = std::move(request);
  return created;
}

bool WatchStream::wants(const Watch& watch, const Event& event) const {
  const auto unwanted =
      event.type() == Event::PUT ? WatchCreateRequest::NOPUT : WatchCreateRequest::NODELETE;
  return std::ranges::find(watch.request.filters(), unwanted) == watch.request.filters().end();
}

WatchResponse WatchStream::changes(std::int64_t id, Watch& watch) const {
  WatchResponse response = reply(id);
  const WatchCreateRequest& request = watch.request;
  for (Event& event : store_.events(watch.next, request.key(), request.range_end())) {
    if (!wants(watch, event)) continue;
    if (request.prev_kv()) {
      if (auto before = store_.before(event)) *event.mutable_prev_kv() = std::move(*before);
    }
    *response.add_events() = std::move(event);
  }
  watch.next = store_.revision() + 1;
  return response;
}

bool WatchStream::is_over() const {
  return std::ranges::all_of(watches_, [](const auto& entry) { return entry.second.has_ended; });
}

bool WatchStream::has_news() const {
  return std::ranges::any_of(watches_, [this](const auto& entry) {
    const Watch& watch = entry.second;
    if (watch.has_ended || watch.next > store_.revision()) return false;
    if (watch.next < store_.compact_revision()) return true;
    const WatchCreateRequest& request = watch.request;
    return std::ranges::any_of(store_.events(watch.next, request.key(), request.range_end()),
                               [&](const Event& event) { return wants(watch, event); });
  });
}

WatchStream::Replies WatchStream::news() {
  Replies replies;
  for (auto& [id, watch] : watches_) {
    if (watch.has_ended) continue;
    if (watch.next < store_.compact_revision()) {
      WatchResponse canceled;
      canceled.mutable_header();
      canceled.set_watch_id(id);
      canceled.set_canceled(true);
      canceled.set_compact_revision(store_.compact_revision());
      replies.push_back(std::move(canceled));
      watch.has_ended = true;
    } else if (watch.next <= store_.revision()) {
      WatchResponse news = changes(id, watch);
      if (news.events_size() == 0) continue;
      watch.was_idle = false;
      append(std::move(news), watch.request.fragment(), replies);
    }
  }
  return replies;
}

bool WatchStream::wants_progress() const {
  return std::ranges::any_of(
      watches_, [](const auto& entry) { return entry.second.request.progress_notify(); });
}

WatchStream::Replies WatchStream::progress() {
  Replies replies;
  for (auto& [id, watch] : watches_) {
    if (!watch.request.progress_notify() || watch.has_ended) continue;
    if (std::exchange(watch.was_idle, true)) replies.push_back(reply(id));
  }
  return replies;
}

WatchStream::Replies WatchStream::cancel_all() {
  Replies replies;
  for (const auto& [id, watch] : watches_) {
    if (watch.has_ended) continue;
    replies.push_back(reply(id));
    replies.back().set_canceled(true);
  }
  watches_.clear();
  return replies;
}

}  // namespace shardlab::fakes::etcd

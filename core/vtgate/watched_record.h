#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/key/error_of.h"
#include "core/ports/clock.h"
#include "core/ports/topo_conn.h"

namespace shardlab::vtgate {

/// Before a lost watch is opened again. Source: Vitess `-srv_topo_cache_refresh`.
inline constexpr Duration watch_retry_delay = 1s;

/// The last good value of one topology file, kept current by a watch.
/// Source: Vitess go/vt/srvtopo/watch.go.
template <class T>
class WatchedRecord {
 public:
  using Open = std::function<Task<std::unique_ptr<TopoWatch>>()>;
  /// Null keeps the value there is. Throws Error: corrupt.
  using Decode = std::function<std::shared_ptr<const T>(const std::string&)>;
  enum class WhenDeleted { keep, forget };

  WatchedRecord(Open open, Decode decode, WhenDeleted when_deleted)
      : open_(std::move(open)), decode_(std::move(decode)), when_deleted_(when_deleted) {}

  /// Watches until it is cancelled; tells each time why it has to begin anew.
  Task<> run(Clock& clock, std::function<void(const Error&)> lost) {
    for (;;) {
      auto end = co_await capture(follow());
      error_ = error_of(end);
      lost(*error_);
      const bool deleted = error_->code() == Errc::not_found;
      if (deleted && when_deleted_ == WhenDeleted::forget) value_.reset();
      changed_.notify_all();
      co_await clock.sleep(watch_retry_delay);
    }
  }

  /// Waits until there is a value or a reason why not; neither when `deadline` came first.
  Task<> wait_until_known(TimePoint deadline) {
    bool in_time = true;
    while (!value_ && !error_ && in_time) in_time = co_await changed_.wait_until(deadline);
  }

  const std::shared_ptr<const T>& value() const { return value_; }
  /// Why the watch is broken; none while it works.
  const std::optional<Error>& error() const { return error_; }

 private:
  Task<> follow() {
    auto watch = co_await open_();
    for (;;) {
      auto file = co_await watch->next();
      auto value = decode_(file.contents);
      if (value) value_ = std::move(value);
      error_.reset();
      changed_.notify_all();
    }
  }

  Open open_;
  Decode decode_;
  WhenDeleted when_deleted_;
  std::shared_ptr<const T> value_;
  std::optional<Error> error_;
  Condition changed_;
};

}  // namespace shardlab::vtgate

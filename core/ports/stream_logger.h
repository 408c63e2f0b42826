#pragma once

#include <deque>
#include <memory>

#include "core/base/children.h"
#include "core/base/logger.h"
#include "core/ports/clock.h"
#include "core/ports/rpc.h"
#include "core/proto/vtctldata.pb.h"

namespace shardlab {

/// Sends what an operation logs to the client that started it, while it runs.
class StreamLogger final : public Logger {
 public:
  StreamLogger(Clock& clock, std::shared_ptr<RpcSink> sink)
      : clock_(clock), sink_(std::move(sink)) {}

  void log(Level level, std::string_view file, int line, std::string text) override {
    vtctldata::LoggerEvent event;
    event.set_level(static_cast<vtctldata::LoggerEvent::Level>(level));
    event.set_time_ns(to_ns(clock_.now()));
    event.set_file(std::string(file));
    event.set_line(line);
    event.set_value(std::move(text));
    waiting_.push_back(event.SerializeAsString());
    changed_.notify_all();
  }

  /// Runs the operation and sends its lines in the meantime. Throws what the operation failed with.
  Task<> run(Task<> operation) {
    std::vector<Task<>> both;
    both.push_back(run_operation(std::move(operation)));
    both.push_back(send_lines());
    co_await join_all(std::move(both));
    if (failure_) throw *failure_;
  }

 private:
  Task<> run_operation(Task<> operation) {
    auto done = co_await capture(std::move(operation));
    if (!done) failure_ = done.error();
    ended_ = true;
    changed_.notify_all();
  }

  Task<> send_lines() {
    while (!ended_ || !waiting_.empty()) {
      while (!waiting_.empty()) {
        std::string line = std::move(waiting_.front());
        waiting_.pop_front();
        co_await sink_->send(std::move(line));
      }
      if (!ended_) co_await changed_.wait();
    }
  }

  Clock& clock_;
  std::shared_ptr<RpcSink> sink_;
  std::deque<std::string> waiting_;
  bool ended_ = false;
  std::optional<Error> failure_;
  Condition changed_;
};

}  // namespace shardlab

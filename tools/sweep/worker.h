#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>

namespace shardlab::tools {

using RealTime = std::chrono::steady_clock::time_point;

/// What worker processes do.
struct WorkerTask {
  /// Runs in the worker. What it throws is an answer, too.
  std::function<std::string(std::uint64_t job)> work;
  /// No job is begun from then on.
  std::optional<RealTime> deadline{};
  /// A job that takes longer ends its worker; 0: it may take any time.
  unsigned most_seconds = 0;
};

/// What a worker says about a job.
struct Answer {
  enum class Kind : char { done, threw, not_begun };
  std::uint64_t job = 0;
  Kind kind = Kind::done;
  std::string text;  ///< done: what the work gave; threw: the exception's message
};

/// How a worker process came to its end.
struct WorkerEnd {
  std::string how;           ///< `"was killed by signal 6 (Aborted)"`
  std::int64_t peak_kb = 0;  ///< the most memory it held
};

/// From what `wait` says: `"ended with status 1"`, `"was killed by signal 6 (Aborted)"`.
std::string how_it_ended(int status);

/// A fork of this program that does one job after another, in the order they are given.
/// It ends with this object, and with this process, whatever ends that.
class Worker {
 public:
  /// Throws std::system_error when the system gives no process.
  explicit Worker(const WorkerTask& task);
  /// Kills the process when it is still there.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Readable when there is an answer, or when the process has ended.
  int descriptor() const { return socket_; }
  void give(std::uint64_t job);
  /// Jobs without an answer; the first is the one it is at.
  const std::deque<std::uint64_t>& open() const { return open_; }
  /// Nothing when the process has ended without one.
  std::optional<Answer> receive();
  /// Ends the process if need be. Once only.
  WorkerEnd end();

 private:
  pid_t process_ = -1;
  int socket_ = -1;
  std::deque<std::uint64_t> open_;
};

}  // namespace shardlab::tools

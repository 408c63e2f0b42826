#pragma once

#include <string>

#include "core/worker/cleaner.h"

namespace shardlab::worker {

/// One vtworker command: runs once, tells its state while it runs.
class Job {
 public:
  virtual ~Job() = default;
  /// Throws what failed, after cleaning up.
  virtual Task<> run() = 0;
  /// `"cloning the data (offline)"`, `"done"`.
  virtual std::string state() const = 0;
  /// The lines of the status text behind `Working on:` and `State:`.
  virtual std::vector<std::string> status_lines() const = 0;
  /// `"test_keyspace/0"`.
  virtual std::string subject() const = 0;
};

}  // namespace shardlab::worker

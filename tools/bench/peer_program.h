#pragma once

#include <string>

#include "tools/bench/sample.h"

namespace shardlab::bench {

/// A peer that is a program of its own, because its headers do not go with ours. It is called
/// `PATH N EVENTS` and prints the nanoseconds that an event took.
class PeerProgram {
 public:
  explicit PeerProgram(std::string path);

  /// Empty while the program works; after that, why not.
  const std::string& failure() const { return failure_; }
  /// Has no meaning once there is a failure.
  double ns_per_event(Work work);

 private:
  std::string path_;
  std::string failure_;
};

}  // namespace shardlab::bench

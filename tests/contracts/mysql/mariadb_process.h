#pragma once

#include <string>
#include <sys/types.h>

#include "tests/temporary_folder.h"

namespace shardlab::contracts {

/// A MariaDB server of its own: data, logs and socket lie in a folder that goes with it, nothing
/// listens on the network, and it ends with the test, however that ends.
///
/// Row binlog with full images and metadata, GTIDs, strict mode, `utf8mb4_bin`. Users: `root`, and
/// `app` with the privileges of an application; neither has a password.
class MariadbProcess {
 public:
  /// Throws std::runtime_error with the end of its log when it does not start.
  MariadbProcess();
  ~MariadbProcess();
  MariadbProcess(const MariadbProcess&) = delete;
  MariadbProcess& operator=(const MariadbProcess&) = delete;

  std::string socket() const { return folder_.file("socket"); }

 private:
  void start();
  void wait_until_it_listens();

  TemporaryFolder folder_;
  pid_t pid_ = 0;
};

}  // namespace shardlab::contracts

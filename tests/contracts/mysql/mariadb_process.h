#pragma once

#include <string>
#include <sys/types.h>

#include "tests/temporary_folder.h"

namespace shardlab::contracts {

/// A port of 127.0.0.1 that nobody listened on just now.
int free_loopback_port();

/// A MariaDB server of its own: data, logs and socket lie in a folder that goes with it, nothing
/// listens on the network unless it was given a port of 127.0.0.1, and it ends with the test,
/// however that ends.
///
/// Row binlog with full images and metadata, GTIDs, strict mode, `utf8mb4_bin`. Users: `root`,
/// `app` with the privileges of an application, and `repl` for replicas; none has a password.
class MariadbProcess {
 public:
  /// Throws std::runtime_error with the end of its log when it does not start.
  explicit MariadbProcess(unsigned server_id = 1, int port = 0);
  ~MariadbProcess();
  MariadbProcess(const MariadbProcess&) = delete;
  MariadbProcess& operator=(const MariadbProcess&) = delete;

  std::string socket() const { return folder_.file("socket"); }
  int port() const { return port_; }

 private:
  void start();
  void wait_until_it_listens();

  unsigned server_id_;
  int port_;
  TemporaryFolder folder_;
  pid_t pid_ = 0;
};

}  // namespace shardlab::contracts

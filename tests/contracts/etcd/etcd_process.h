#pragma once

#include <string>
#include <sys/types.h>

#include "tests/temporary_folder.h"

namespace shardlab::fakes::etcd {

/// A real etcd of one member on free loopback ports, with its data in a folder of its own. It ends
/// with this object, or with the test program, whichever is first.
class EtcdProcess {
 public:
  /// Waits until it listens. Throws std::runtime_error with what it printed.
  EtcdProcess();
  ~EtcdProcess();
  EtcdProcess(const EtcdProcess&) = delete;
  EtcdProcess& operator=(const EtcdProcess&) = delete;

  const std::string& address() const { return address_; }  ///< `"127.0.0.1:41234"`

 private:
  void start();
  bool is_running() const;
  bool listens() const;
  void end();

  TemporaryFolder folder_;
  std::string address_;
  pid_t pid_ = -1;
};

}  // namespace shardlab::fakes::etcd

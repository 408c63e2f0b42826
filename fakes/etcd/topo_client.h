#pragma once

#include <memory>
#include <string>

#include "core/ports/topo_conn.h"
#include "sim/host.h"

namespace shardlab::fakes::etcd {

struct TopoClientOptions {
  TopoClientOptions() = default;
  Duration lock_ttl = 30s;         ///< etcd takes whole seconds, at least two
  Duration request_timeout = 10s;  ///< of one try; reads are tried three times
};

/// Topology connections of one process to simulated etcd servers: a file is the key
/// `ROOT/PATH`, its version the key's mod revision (`"42"`), a directory what keys have in common.
///
/// Errors: `node doesn't exist: ROOT/PATH`, `node already exists: ...`, `bad node version: ...`.
/// Source: Vitess go/vt/topo/etcd2topo. Other than there, an update with a version of a missing
/// file says not_found, and directory entries are sorted by name without repetition.
class TopoClient final : public TopoFactory {
 public:
  /// The process must outlive the connections.
  explicit TopoClient(sim::Process& process, TopoClientOptions options = TopoClientOptions());
  std::unique_ptr<TopoConn> connect(std::string address, std::string root) override;

 private:
  sim::Process& process_;
  TopoClientOptions options_;
};

}  // namespace shardlab::fakes::etcd

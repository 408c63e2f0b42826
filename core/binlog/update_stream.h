#pragma once

#include <memory>
#include <string>

#include "core/binlog/key_range_filter.h"
#include "core/ports/env.h"
#include "core/ports/rpc_router.h"
#include "core/proto/binlogdata.pb.h"
#include "core/topo/server.h"

namespace shardlab::binlog {

struct UpdateStreamOptions {
  std::string mysql_address;
  std::string database;  ///< changes of other databases are left out
  std::string keyspace;
};

/// The source side of filtered replication: streams the local binary log, transaction by
/// transaction, filtered by key range. Empty transactions are sent too, so that positions advance.
/// It is on for MASTER, REPLICA and RDONLY tablets, whether or not they serve queries.
/// Source: Vitess go/vt/binlog/updatestreamctl.go, binlog_streamer.go.
class UpdateStream {
 public:
  UpdateStream(Env env, topo::Server& topo, UpdateStreamOptions options);

  void register_methods(RpcRouter& router);
  /// Switched off, running streams end and new ones are refused.
  void set_enabled(bool enabled);
  bool is_enabled() const { return enabled_; }

 private:
  Task<> stream_key_range(binlogdata::StreamKeyRangeRequest request, std::shared_ptr<RpcSink> sink);
  Task<KeyRangeFilter> make_filter(std::optional<key::KeyRange> range);
  /// Reads the columns of the tables in the transaction that the filter does not know yet.
  Task<> learn_columns(KeyRangeFilter& filter, BinlogTransaction& transaction,
                       // tidy: allow(await-by-value) all three belong to the stream that waits
                       std::map<std::string, std::vector<Field>>& fields);

  binlogdata::StreamKeyRangeResponse make_response(
      BinlogTransaction transaction, const KeyRangeFilter& filter,
      const std::map<std::string, std::vector<Field>>& fields) const;

  Env env_;
  topo::Server& topo_;
  UpdateStreamOptions options_;
  bool enabled_ = false;
  std::uint64_t generation_ = 0;
};

}  // namespace shardlab::binlog

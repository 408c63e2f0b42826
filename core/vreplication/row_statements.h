#pragma once

#include <string>
#include <vector>

#include "core/proto/binlogdata.pb.h"

namespace shardlab::vreplication {

/// The statements that repeat a source transaction's changes: INSERT with all columns, UPDATE and
/// DELETE by the whole before image. Throws Error: corrupt.
/// Source: Vitess go/vt/binlog/binlog_streamer.go `appendInserts`, `appendUpdates`,
/// `appendDeletes`.
std::vector<std::string> row_statements(const std::string& database,
                                        const binlogdata::StreamKeyRangeResponse& transaction);

}  // namespace shardlab::vreplication

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/query_result.h"
#include "core/proto/binlogdata.pb.h"

namespace shardlab::vreplication {

/// One row of `_vt.vreplication`: a stream that a destination primary applies.
/// Source: Vitess go/vt/binlog/binlogplayer (March 2021).
struct StreamRecord {
  StreamRecord() = default;
  std::int32_t id = 0;
  std::string workflow;  ///< `"SplitClone"`
  binlogdata::BinlogSource source;
  std::string position;       ///< `"MariaDB/0-100-2031"`
  std::string stop_position;  ///< empty: none
  std::string state;          ///< `"Running"`, `"Stopped"`, `"Error"`
  std::string message;
};

inline constexpr std::string_view running = "Running";
inline constexpr std::string_view stopped = "Stopped";

/// The statements that create the table, in order.
std::vector<std::string> create_statements();
/// The record of a row selected with `select_stream` or `select_all`. Throws Error: corrupt.
StreamRecord parse_record(const QueryResult& result, std::size_t row);

std::string select_stream(std::int32_t id);
std::string select_all(const std::string& database);
/// Inserts a stream; the id is given by the server.
std::string insert_stream(const std::string& workflow, const binlogdata::BinlogSource& source,
                          const std::string& position, std::string_view state,
                          const std::string& database, std::int64_t now_s);
std::string update_position(std::int32_t id, const std::string& position, std::int64_t now_s,
                            std::int64_t transaction_s);
std::string start_stream(std::int32_t id);
/// Runs until exactly that position, then stops by itself.
std::string start_stream_until(std::int32_t id, const std::string& position);
std::string stop_stream(std::int32_t id, const std::string& message);
std::string delete_stream(std::int32_t id);
std::string delete_workflow(const std::string& workflow, const std::string& database);

}  // namespace shardlab::vreplication

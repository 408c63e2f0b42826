#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/ports/rpc.h"
#include "core/proto/query.pb.h"
#include "core/proto/topodata.pb.h"
#include "core/worker/chunk.h"
#include "core/worker/row_differ.h"

namespace shardlab::worker {

/// A table as the workers see it: columns in reading order, key first.
struct WorkerTable {
  WorkerTable() = default;
  std::string name;
  std::vector<std::string> columns;
  std::vector<Type> types;
  std::vector<std::string> primary_key;
  std::uint64_t row_estimate = 0;

  std::vector<Type> key_types() const {
    return std::vector<Type>(types.begin(), types.begin() + static_cast<long>(primary_key.size()));
  }
};

/// Streams one chunk of a table from one tablet in key order. A broken stream is opened again once,
/// on the same tablet, behind the last row: another tablet would stand at another position. Source:
/// Vitess go/vt/worker/restartable_result_reader.go.
class RowReader {
 public:
  RowReader(Rpc& rpc, topodata::Tablet tablet, query::Target target, WorkerTable table,
            Chunk chunk);

  /// The next rows; empty at the end. Throws Error after the one retry.
  Task<std::vector<Row>> next();
  const topodata::Tablet& tablet() const { return tablet_; }

 private:
  Task<std::vector<Row>> read();
  void open();

  Rpc& rpc_;
  topodata::Tablet tablet_;
  query::Target target_;
  WorkerTable table_;
  Chunk chunk_;
  std::unique_ptr<RpcStream> stream_;
  std::vector<Field> fields_;
  std::optional<Row> last_row_;
  bool retried_ = false;
};

/// Several readers as one, in key order. Source: Vitess go/vt/worker/result_merger.go.
class MergedReader {
 public:
  MergedReader(std::vector<std::unique_ptr<RowReader>> readers, std::vector<Type> key_types);
  /// The next rows; empty at the end.
  Task<std::vector<Row>> next();

 private:
  struct Input {
    std::unique_ptr<RowReader> reader;
    std::vector<Row> rows;
    std::size_t at = 0;
    bool ended = false;
  };
  Task<> refill(Input& input);
  Input* smallest();

  std::vector<Input> inputs_;
  std::vector<Type> key_types_;
};

}  // namespace shardlab::worker

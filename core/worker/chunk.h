#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/value.h"

namespace shardlab::worker {

/// A part of a table by its first key column: from `start` (inclusive) to `end` (exclusive), NULL
/// meaning open. Source: Vitess go/vt/worker/chunk.go.
struct Chunk {
  Value start;
  Value end;
  int number = 1;  ///< from 1
  int total = 1;
  friend bool operator==(const Chunk&, const Chunk&) = default;
};

/// `" 3/10"`: padded so that the chunks of a table align.
std::string to_string(const Chunk& chunk);

/// What is known of a table before it is cut.
struct ChunkEstimate {
  std::uint64_t row_count = 0;  ///< the storage engine's estimate, possibly wrong
  bool has_primary_key = false;
  Type type = Type::null_type;  ///< of the first key column
  Value min;                    ///< of the first key column
  Value max;
  int chunk_count = 1;
  std::uint64_t min_rows_per_chunk = 1;
};

/// Cuts a table into even chunks of its first key column. The first start and the last end are
/// open, so that rows outside of the sampled bounds are covered. One chunk when cutting does not
/// pay or cannot be done: no key, few rows, a key that is no integer or float, too narrow bounds.
std::vector<Chunk> generate_chunks(const ChunkEstimate& estimate);

/// The table a chunk is read from; columns as `ordered_columns` gives them.
struct ChunkTable {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::string> primary_key;
};

/// The query that reads a chunk in key order; with a `last_row` the rest of it behind that row, of
/// which only the key columns are looked at:
/// ``SELECT `a`,`b` FROM `t` WHERE `a`>=1 AND (`a`,`b`)>(1,2) AND `a`<26 ORDER BY `a`,`b` ``.
std::string chunk_query(const ChunkTable& table, const Chunk& chunk,
                        const std::optional<Row>& last_row = std::nullopt);

}  // namespace shardlab::worker

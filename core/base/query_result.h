#pragma once

#include <cstdint>
#include <vector>

#include "core/base/row_list.h"
#include "core/base/value.h"

namespace shardlab {

/// What a statement gives back.
struct QueryResult {
  QueryResult() = default;
  std::vector<Field> fields;
  RowList rows;
  std::uint64_t rows_affected = 0;
  std::uint64_t insert_id = 0;  ///< given by AUTO_INCREMENT, 0 when none was
};

}  // namespace shardlab

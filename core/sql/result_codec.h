#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/query_result.h"

namespace shardlab::sql {

// The bytes of a `query.QueryResult`, written and read without a message for every row. What
// answers a statement carries them as a field of its own.

/// Byte for byte what `to_proto(result).SerializeAsString()` gives.
std::string encode(const QueryResult& result);

/// Throws Error: corrupt, also when lengths, bytes and number of fields of a row do not fit.
QueryResult decode_result(std::string_view bytes);
/// The rows of a streamed result, whose fields came before. Throws Error: corrupt.
RowList decode_rows(std::string_view bytes, std::vector<Field> fields);

}  // namespace shardlab::sql

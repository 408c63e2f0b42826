#pragma once

#include <vector>

#include "core/base/query_result.h"
#include "core/proto/query.pb.h"

namespace shardlab::sql {

// Results as they travel between processes. A value's type is not sent with it: it is that of its
// field, or NULL. Source: Vitess go/sqltypes/proto3.go.

/// What stands for the length of NULL in a `query.Row`.
inline constexpr std::int64_t null_length = -1;

query::Field to_proto(const Field& field);
query::Row to_proto(const Row& row);
query::QueryResult to_proto(const QueryResult& result);

Field from_proto(const query::Field& field);
std::vector<Field> fields_from_proto(const query::QueryResult& result);
/// Throws Error: corrupt when lengths, bytes and number of fields do not fit together.
Row from_proto(const query::Row& row, const std::vector<Field>& fields);
/// The rows of a streamed message, whose fields came with the first one. Throws Error: corrupt.
std::vector<Row> rows_from_proto(const query::QueryResult& result,
                                 const std::vector<Field>& fields);
/// Throws Error: corrupt.
QueryResult from_proto(const query::QueryResult& result);

}  // namespace shardlab::sql

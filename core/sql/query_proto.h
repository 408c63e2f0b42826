#pragma once

#include <vector>

#include "core/base/value.h"
#include "core/proto/query.pb.h"

namespace shardlab::sql {

// Results as they travel between processes. A value's type is not sent with it: it is that of its
// field, or NULL. Source: Vitess go/sqltypes/proto3.go.

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

/// For streaming: one more row of a message under construction.
void append_row(query::QueryResult& result, const Row& row);

}  // namespace shardlab::sql

#include "core/sql/query_proto.h"

#include "core/base/error.h"

namespace shardlab::sql {
namespace {

Error corrupt_row() { return Error(Errc::corrupt, "cannot decode a row of a query result"); }

void fill(query::Field& message, const Field& field) {
  message.set_name(field.name);
  message.set_type(static_cast<std::int32_t>(field.type));
}

void fill(query::Row& message, const Row& row) {
  std::string& bytes = *message.mutable_values();
  message.mutable_lengths()->Reserve(static_cast<int>(row.size()));
  for (const Value& value : row) {
    message.add_lengths(value.is_null() ? null_length
                                        : static_cast<std::int64_t>(value.text().size()));
    bytes += value.text();
  }
}

}  // namespace

query::Field to_proto(const Field& field) {
  query::Field message;
  fill(message, field);
  return message;
}

query::Row to_proto(const Row& row) {
  query::Row message;
  fill(message, row);
  return message;
}

query::QueryResult to_proto(const QueryResult& result) {
  query::QueryResult message;
  for (const Field& field : result.fields) fill(*message.add_fields(), field);
  for (const Row& row : result.rows) fill(*message.add_rows(), row);
  message.set_rows_affected(result.rows_affected);
  message.set_insert_id(result.insert_id);
  return message;
}

Field from_proto(const query::Field& field) {
  const std::int32_t type = field.type();
  if (type < 0 || type > static_cast<std::int32_t>(Type::set)) {
    throw Error(Errc::corrupt, "unknown type of result column " + field.name());
  }
  return Field(field.name(), static_cast<Type>(type));
}

std::vector<Field> fields_from_proto(const query::QueryResult& result) {
  std::vector<Field> fields;
  fields.reserve(result.fields_size());
  for (const query::Field& field : result.fields()) fields.push_back(from_proto(field));
  return fields;
}

Row from_proto(const query::Row& row, const std::vector<Field>& fields) {
  if (row.lengths_size() != static_cast<int>(fields.size())) throw corrupt_row();
  const std::string& bytes = row.values();
  Row values;
  values.reserve(fields.size());
  std::size_t offset = 0;
  for (int i = 0; i < row.lengths_size(); ++i) {
    const std::int64_t length = row.lengths(i);
    if (length == null_length) {
      values.emplace_back();
      continue;
    }
    if (length < 0 || static_cast<std::uint64_t>(length) > bytes.size() - offset) {
      throw corrupt_row();
    }
    values.emplace_back(fields[i].type, bytes.substr(offset, length));
    offset += length;
  }
  if (offset != bytes.size()) throw corrupt_row();
  return values;
}

std::vector<Row> rows_from_proto(const query::QueryResult& result,
                                 const std::vector<Field>& fields) {
  std::vector<Row> rows;
  rows.reserve(result.rows_size());
  for (const query::Row& row : result.rows()) rows.push_back(from_proto(row, fields));
  return rows;
}

QueryResult from_proto(const query::QueryResult& result) {
  QueryResult values;
  values.fields = fields_from_proto(result);
  values.rows = rows_from_proto(result, values.fields);
  values.rows_affected = result.rows_affected();
  values.insert_id = result.insert_id();
  return values;
}

}  // namespace shardlab::sql

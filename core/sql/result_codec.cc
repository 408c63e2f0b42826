#include "core/sql/result_codec.h"

#include "core/base/error.h"
#include "core/base/wire_cursor.h"
#include "core/sql/query_proto.h"

namespace shardlab::sql {
namespace {

using Message = query::QueryResult;
constexpr char fields_tag = tag_byte(Message::kFieldsFieldNumber, WireType::bytes);

Error corrupt() { return Error(Errc::corrupt, "cannot decode a query result"); }

Field decode_field(std::string_view bytes) {
  query::Field field;
  if (!field.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) throw corrupt();
  return from_proto(field);
}

void decode_number(std::uint64_t field, std::uint64_t number, QueryResult& result) {
  switch (field) {
    case Message::kRowsAffectedFieldNumber: result.rows_affected = number; break;
    case Message::kInsertIdFieldNumber: result.insert_id = number; break;
    default: throw corrupt();
  }
}

void decode(std::string_view bytes, QueryResult& result) {
  WireCursor cursor(bytes);
  while (cursor.is_at(fields_tag)) {
    result.fields.push_back(decode_field(cursor.bytes_of(fields_tag)));
  }
  result.rows = RowList(result.fields);
  result.rows.take(cursor);
  while (!cursor.at_end()) {
    const WireTag tag = cursor.tag();
    if (tag.type != WireType::varint) throw corrupt();
    decode_number(tag.field, cursor.varint(), result);
  }
}

}  // namespace

std::string encode(const QueryResult& result) {
  Message before;
  for (const Field& field : result.fields) *before.add_fields() = to_proto(field);
  Message after;
  after.set_rows_affected(result.rows_affected);
  after.set_insert_id(result.insert_id);
  std::string bytes;
  bytes.reserve(before.ByteSizeLong() + result.rows.wire().size() + after.ByteSizeLong());
  before.AppendToString(&bytes);
  bytes += result.rows.wire();
  after.AppendToString(&bytes);
  return bytes;
}

QueryResult decode_result(std::string_view bytes) {
  QueryResult result;
  decode(bytes, result);
  return result;
}

RowList decode_rows(std::string_view bytes, std::vector<Field> fields) {
  QueryResult result;
  result.fields = std::move(fields);
  decode(bytes, result);
  return std::move(result.rows);
}

}  // namespace shardlab::sql

#include "core/base/value.h"

#include <array>
#include <utility>

#include "core/base/error.h"

namespace shardlab {
namespace {

constexpr std::array<std::pair<Type, std::string_view>, 28> type_names{{
    {Type::null_type, "NULL_TYPE"}, {Type::int8, "INT8"},
    {Type::uint8, "UINT8"},         {Type::int16, "INT16"},
    {Type::uint16, "UINT16"},       {Type::int24, "INT24"},
    {Type::uint24, "UINT24"},       {Type::int32, "INT32"},
    {Type::uint32, "UINT32"},       {Type::int64, "INT64"},
    {Type::uint64, "UINT64"},       {Type::float32, "FLOAT32"},
    {Type::float64, "FLOAT64"},     {Type::decimal, "DECIMAL"},
    {Type::timestamp, "TIMESTAMP"}, {Type::date, "DATE"},
    {Type::time, "TIME"},           {Type::datetime, "DATETIME"},
    {Type::year, "YEAR"},           {Type::text, "TEXT"},
    {Type::blob, "BLOB"},           {Type::varchar, "VARCHAR"},
    {Type::varbinary, "VARBINARY"}, {Type::char_, "CHAR"},
    {Type::binary, "BINARY"},       {Type::bit, "BIT"},
    {Type::enum_, "ENUM"},          {Type::set, "SET"},
}};

}  // namespace

std::string_view to_string(Type type) {
  for (const auto& [candidate, name] : type_names) {
    if (candidate == type) return name;
  }
  return "NULL_TYPE";
}

Type parse_type(std::string_view name) {
  for (const auto& [type, candidate] : type_names) {
    if (candidate == name) return type;
  }
  throw Error(Errc::invalid_argument, "unknown column type " + std::string(name));
}

bool is_signed_integer(Type type) {
  return type == Type::int8 || type == Type::int16 || type == Type::int24 || type == Type::int32 ||
         type == Type::int64;
}

bool is_unsigned_integer(Type type) {
  return type == Type::uint8 || type == Type::uint16 || type == Type::uint24 ||
         type == Type::uint32 || type == Type::uint64 || type == Type::year;
}

bool is_integer(Type type) { return is_signed_integer(type) || is_unsigned_integer(type); }

bool is_float(Type type) { return type == Type::float32 || type == Type::float64; }

bool is_number(Type type) { return is_integer(type) || is_float(type) || type == Type::decimal; }

bool is_quoted(Type type) { return type >= Type::timestamp && type != Type::year; }

Value Value::of_int(std::int64_t number) { return Value(Type::int64, std::to_string(number)); }

Value Value::of_uint(std::uint64_t number) { return Value(Type::uint64, std::to_string(number)); }

void Value::append_sql_literal(std::string& out) const {
  if (is_null()) {
    out += "NULL";
    return;
  }
  if (!is_quoted(type_)) {
    out += text_;
    return;
  }
  out += '\'';
  for (char c : text_) {
    switch (c) {
      case '\0': out += "\\0"; break;
      case '\'': out += "\\'"; break;
      case '"': out += "\\\""; break;
      case '\b': out += "\\b"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\x1a': out += "\\Z"; break;
      case '\\': out += "\\\\"; break;
      default: out += c;
    }
  }
  out += '\'';
}

std::string Value::sql_literal() const {
  std::string out;
  append_sql_literal(out);
  return out;
}

}  // namespace shardlab

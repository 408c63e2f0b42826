#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shardlab {

/// MySQL column types as Vitess names them (Source: Vitess query.proto `Type`).
enum class Type : std::uint8_t {
  null_type,
  int8,
  uint8,
  int16,
  uint16,
  int24,
  uint24,
  int32,
  uint32,
  int64,
  uint64,
  float32,
  float64,
  decimal,
  timestamp,
  date,
  time,
  datetime,
  year,
  text,
  blob,
  varchar,
  varbinary,
  char_,
  binary,
  bit,
  enum_,
  set,
};

/// `"INT64"`, `"VARCHAR"`, `"NULL_TYPE"`.
std::string_view to_string(Type type);
/// Throws Error: invalid_argument for a name that is none.
Type parse_type(std::string_view name);

bool is_signed_integer(Type type);
bool is_unsigned_integer(Type type);
bool is_integer(Type type);
bool is_float(Type type);
/// Integers, floats, decimals: compared by value and printed without quotes.
bool is_number(Type type);
/// Text, char, blob, binary ...: compared by bytes and printed in quotes.
bool is_quoted(Type type);

/// One column value in MySQL's text form: `{int64, "-5"}`, `{varchar, "hello"}`, NULL.
class Value {
 public:
  Value() = default;  ///< NULL
  Value(Type type, std::string text) : type_(type), text_(std::move(text)) {}

  static Value null() { return Value(); }
  static Value of_int(std::int64_t number);
  static Value of_uint(std::uint64_t number);
  static Value of_text(std::string text) { return Value(Type::varchar, std::move(text)); }

  Type type() const { return type_; }
  bool is_null() const { return type_ == Type::null_type; }
  /// The text of the value, empty for NULL.
  const std::string& text() const { return text_; }

  /// The value as a SQL literal: `5`, `'it\'s'`, `NULL`.
  std::string sql_literal() const;
  void append_sql_literal(std::string& out) const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  Type type_ = Type::null_type;
  std::string text_;
};

using Row = std::vector<Value>;

/// Name and type of a result column.
struct Field {
  Field(std::string name, Type type) : name(std::move(name)), type(type) {}
  std::string name;
  Type type;
  friend bool operator==(const Field&, const Field&) = default;
};

}  // namespace shardlab

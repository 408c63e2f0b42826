#include <array>
#include <fmt/format.h>

#include "core/sql/parser.h"
#include "fakes/mysql/ddl_parser.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

using sql::Token;
using sql::Tokens;

struct IntegerType {
  std::string_view word;
  Type signed_type;
  Type unsigned_type;
  std::uint32_t width;
  std::uint32_t unsigned_width;
};

constexpr std::array<IntegerType, 6> integer_types{{
    {"tinyint", Type::int8, Type::uint8, 4, 3},
    {"smallint", Type::int16, Type::uint16, 6, 5},
    {"mediumint", Type::int24, Type::uint24, 9, 8},
    {"int", Type::int32, Type::uint32, 11, 10},
    {"integer", Type::int32, Type::uint32, 11, 10},
    {"bigint", Type::int64, Type::uint64, 20, 20},
}};

struct OtherType {
  std::string_view word;
  Type type;
  std::uint32_t length;
};

constexpr std::uint32_t longest = 4294967295;

constexpr std::array<OtherType, 14> other_types{{
    {"tinytext", Type::text, 255},
    {"text", Type::text, 65535},
    {"mediumtext", Type::text, 16777215},
    {"longtext", Type::text, longest},
    {"tinyblob", Type::blob, 255},
    {"blob", Type::blob, 65535},
    {"mediumblob", Type::blob, 16777215},
    {"longblob", Type::blob, longest},
    {"char", Type::char_, 1},
    {"varchar", Type::varchar, 0},
    {"binary", Type::binary, 1},
    {"varbinary", Type::varbinary, 0},
    {"date", Type::date, 0},
    {"year", Type::year, 0},
}};

std::uint32_t optional_number(Tokens& tokens, std::uint32_t otherwise) {
  if (!tokens.accept_symbol("(")) return otherwise;
  const auto number = static_cast<std::uint32_t>(tokens.expect_number());
  tokens.expect_symbol(")");
  return number;
}

ColumnType integer_type(Tokens& tokens, const IntegerType& known) {
  const std::uint32_t width = optional_number(tokens, 0);
  const bool is_unsigned = tokens.accept_word("unsigned");
  if (!is_unsigned) tokens.accept_word("signed");
  if (tokens.at_word("zerofill")) throw sql_error(1235, "ZEROFILL is not supported");
  ColumnType type;
  type.type = is_unsigned ? known.unsigned_type : known.signed_type;
  type.width = width > 0 ? width : is_unsigned ? known.unsigned_width : known.width;
  return type;
}

ColumnType decimal_type(Tokens& tokens) {
  ColumnType type{.type = Type::decimal, .length = 10};
  if (tokens.accept_symbol("(")) {
    type.length = static_cast<std::uint32_t>(tokens.expect_number());
    if (tokens.accept_symbol(",")) type.scale = static_cast<std::uint32_t>(tokens.expect_number());
    tokens.expect_symbol(")");
  }
  constexpr std::uint32_t most_digits = 65;
  constexpr std::uint32_t most_after_point = 38;
  if (type.length > most_digits) {
    throw sql_error(1426, "Too big precision specified. Maximum is 65");
  }
  if (type.scale > most_after_point) throw sql_error(1425, "Too big scale. Maximum is 38");
  if (type.scale > type.length) {
    throw sql_error(1427, "For float(M,D), double(M,D) or decimal(M,D), M must be >= D");
  }
  type.is_unsigned = tokens.accept_word("unsigned");
  return type;
}

ColumnType real_type(Tokens& tokens, Type kind) {
  ColumnType type{.type = kind};
  if (tokens.at_symbol("(")) throw sql_error(1235, "FLOAT and DOUBLE with digits: not supported");
  type.is_unsigned = tokens.accept_word("unsigned");
  return type;
}

ColumnType enum_type(Tokens& tokens) {
  ColumnType type{.type = Type::enum_, .collation = Collation::utf8mb4_bin};
  tokens.expect_symbol("(");
  do {
    type.labels.push_back(tokens.expect_string());
  } while (tokens.accept_symbol(","));
  tokens.expect_symbol(")");
  return type;
}

ColumnType bit_type(Tokens& tokens) {
  ColumnType type{.type = Type::bit, .length = optional_number(tokens, 1)};
  if (type.length == 0 || type.length > 64) {
    throw sql_error(1439, "Display width out of range for column (max = 64)");
  }
  return type;
}

ColumnType fractional_seconds(Tokens& tokens, Type kind) {
  ColumnType type{.type = kind};
  type.scale = optional_number(tokens, 0);
  if (type.scale > 6) throw sql_error(1426, "Too big precision specified. Maximum is 6");
  return type;
}

Value parse_default(Tokens& tokens) {
  const sql::Expr expr = sql::parse_expression(tokens);
  if (expr.kind != sql::Expr::Kind::literal) {
    throw sql_error(1235, "DEFAULT must be a literal or CURRENT_TIMESTAMP");
  }
  return expr.value;
}

bool at_now(const Tokens& tokens) {
  return tokens.at_word("current_timestamp") || tokens.at_word("now");
}

void skip_now(Tokens& tokens) {
  tokens.take();
  if (!tokens.accept_symbol("(")) return;
  if (!tokens.at_symbol(")")) tokens.expect_number();
  tokens.expect_symbol(")");
}

/// Takes one attribute; false when there is none left.
bool parse_attribute(Tokens& tokens, ColumnDef& column, bool* primary_key, bool* unique_key) {
  if (tokens.accept_word("not")) {
    tokens.expect_word("null");
    column.not_null = true;
  } else if (tokens.accept_word("default")) {
    column.default_now = at_now(tokens);
    if (column.default_now) {
      skip_now(tokens);
    } else {
      column.default_value = parse_default(tokens);
    }
  } else if (tokens.accept_word("auto_increment")) {
    column.auto_increment = true;
  } else if (tokens.accept_word("primary")) {
    tokens.expect_word("key");
    *primary_key = true;
  } else if (tokens.accept_word("unique")) {
    tokens.accept_word("key");
    *unique_key = true;
  } else if (tokens.accept_word("comment")) {
    tokens.expect_string();
  } else if (tokens.accept_word("collate")) {
    column.type.collation = parse_collation(tokens.expect_name());
    column.own_collation = true;
  } else if (tokens.at_word("charset") || tokens.at_word("character")) {
    if (tokens.take().raw.size() > 7) tokens.expect_word("set");
    column.type.collation = collation_of_charset(tokens.expect_name());
    column.own_collation = true;
  } else {
    return tokens.accept_word("null");
  }
  return true;
}

}  // namespace

ColumnType parse_column_type(Tokens& tokens) {
  for (const IntegerType& known : integer_types) {
    if (tokens.accept_word(known.word)) return integer_type(tokens, known);
  }
  if (tokens.accept_word("bool") || tokens.accept_word("boolean")) {
    return ColumnType{.type = Type::int8, .width = 1};
  }
  if (tokens.accept_word("decimal") || tokens.accept_word("numeric")) return decimal_type(tokens);
  if (tokens.accept_word("float")) return real_type(tokens, Type::float32);
  if (tokens.accept_word("double")) {
    tokens.accept_word("precision");
    return real_type(tokens, Type::float64);
  }
  if (tokens.accept_word("enum")) return enum_type(tokens);
  if (tokens.accept_word("bit")) return bit_type(tokens);
  if (tokens.accept_word("datetime")) return fractional_seconds(tokens, Type::datetime);
  if (tokens.accept_word("timestamp")) return fractional_seconds(tokens, Type::timestamp);
  if (tokens.accept_word("time")) return ColumnType{.type = Type::time};
  for (const OtherType& known : other_types) {
    if (!tokens.accept_word(known.word)) continue;
    ColumnType type{.type = known.type};
    type.length = optional_number(tokens, known.length);
    const bool needs_length = known.type == Type::varchar || known.type == Type::varbinary;
    if (needs_length && type.length == 0) tokens.fail();
    return type;
  }
  if (tokens.peek().kind != Token::Kind::word) tokens.fail();
  throw sql_error(1235, fmt::format("column type {} is not supported", tokens.peek().raw));
}

ColumnDef parse_column(Tokens& tokens, bool* primary_key, bool* unique_key) {
  ColumnDef column;
  column.name = tokens.expect_name();
  column.type = parse_column_type(tokens);
  while (parse_attribute(tokens, column, primary_key, unique_key)) {
  }
  if (column.own_collation && column.type.collation == Collation::binary) {
    throw sql_error(1235, "texts of the character set binary: use VARBINARY or BLOB");
  }
  if (tokens.at_word("on")) throw sql_error(1235, "ON UPDATE is not supported");
  return column;
}

}  // namespace shardlab::fakes::mysql

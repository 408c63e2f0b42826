#include "fakes/mysql/cell.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

constexpr Int128 two_to_63 = static_cast<Int128>(1) << 63;
constexpr Int128 too_big = static_cast<Int128>(1) << 100;  ///< beyond every column

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::uint32_t integer_bits(Type type) {
  switch (type) {
    case Type::int8:
    case Type::uint8: return 8;
    case Type::int16:
    case Type::uint16:
    case Type::year: return 16;
    case Type::int24:
    case Type::uint24: return 24;
    case Type::int32:
    case Type::uint32: return 32;
    default: return 64;
  }
}

Int128 power_of_ten(std::uint32_t exponent) {
  Int128 power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

[[noreturn]] void out_of_range(const CellPlace& place) {
  throw sql_error(
      1264, fmt::format("Out of range value for column '{}' at row {}", place.column, place.row));
}

[[noreturn]] void incorrect(int number, std::string_view kind, const Value& value,
                            const CellPlace& place) {
  throw sql_error(number, fmt::format("Incorrect {} value: '{}' for column '{}' at row {}", kind,
                                      value.text(), place.column, place.row));
}

/// The usual case without the detour over 128 bits: digits that fit; none for everything else.
std::optional<std::int64_t> plain_whole(const ColumnType& type, const std::string& text) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  if (type.type == Type::uint64) {
    std::uint64_t number = 0;
    const auto [stop, error] = std::from_chars(begin, end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    return static_cast<std::int64_t>(number ^ (std::uint64_t{1} << 63));
  }
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (error != std::errc() || stop != end || type.type == Type::decimal) return std::nullopt;
  const StoredRange range = stored_range(type);
  if (number < range.low || number > range.high) return std::nullopt;
  return number;
}

Cell whole_cell(const ColumnType& type, const Value& value, const CellPlace& place) {
  const std::string& text = value.text();
  if (const auto plain = plain_whole(type, text)) return *plain;
  const CutNumber number = cut_number(text, type.scale);
  if (!number.whole_text) {
    incorrect(1366, is_integer(type.type) ? "integer" : "decimal", value, place);
  }
  Int128 rounded = number.floor;
  if (!number.exact) {  // half away from zero, decided on one more digit
    const Int128 finer = cut_number(text, type.scale + 1).floor;
    const Int128 rest = finer - number.floor * 10;
    if (rest > 5 || (rest == 5 && number.floor >= 0)) rounded += 1;
  }
  const StoredRange range = stored_range(type);
  if (rounded < range.low || rounded > range.high) out_of_range(place);
  return to_stored(type, rounded);
}

Cell real_cell(const Value& value, const CellPlace& place) {
  const std::string& text = value.text();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    incorrect(1366, "double", value, place);
  }
  return number;
}

std::size_t characters(const std::string& utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

/// Matches digits against `0`, everything else literally: `0000-00-00 00:00:00`.
bool has_shape(std::string_view text, std::string_view shape) {
  return text.size() == shape.size() &&
         std::equal(text.begin(), text.end(), shape.begin(),
                    [](char c, char s) { return s == '0' ? is_digit(c) : c == s; });
}

Cell temporal_cell(const ColumnType& type, const Value& value, const CellPlace& place) {
  std::string text = value.text();
  if (type.type == Type::time) {
    if (!has_shape(text, "00:00:00")) incorrect(1292, "time", value, place);
    return text;
  }
  const std::string_view kind = type.type == Type::date ? "date" : "datetime";
  if (!has_shape(std::string_view(text).substr(0, 10), "0000-00-00")) {
    incorrect(1292, kind, value, place);
  }
  if (type.type == Type::date) return text.substr(0, 10);
  if (text.size() == 10) text += " 00:00:00";
  if (text.size() > 10 && text[10] == 'T') text[10] = ' ';
  if (!has_shape(std::string_view(text).substr(0, 19), "0000-00-00 00:00:00")) {
    incorrect(1292, kind, value, place);
  }
  std::string fraction = text.size() > 20 ? text.substr(20) : "";
  fraction.resize(type.scale, '0');
  text.resize(19);
  return type.scale == 0 ? text : text + "." + fraction;
}

Cell text_cell(const ColumnType& type, const Value& value, const CellPlace& place) {
  const bool bytes =
      type.type == Type::blob || type.type == Type::varbinary || type.type == Type::binary;
  const std::string& text = value.text();
  // Every character is at least a byte: short texts need no counting.
  if (type.length > 0 && text.size() > type.length && (bytes || characters(text) > type.length)) {
    throw sql_error(
        1406, fmt::format("Data too long for column '{}' at row {}", place.column, place.row));
  }
  std::string stored = text;
  if (type.type == Type::binary) stored.resize(type.length, '\0');
  if (type.type == Type::char_) stored.erase(stored.find_last_not_of(' ') + 1);
  return stored;
}

}  // namespace

bool is_stored_whole(const ColumnType& type) {
  return is_integer(type.type) || type.type == Type::decimal;
}

StoredRange stored_range(const ColumnType& type) {
  if (type.type == Type::decimal) {
    const Int128 high = power_of_ten(type.length) - 1;
    return {-high, high};
  }
  if (type.type == Type::year) return {0, 2155};
  const std::uint32_t bits = integer_bits(type.type);
  const Int128 span = static_cast<Int128>(1) << bits;
  if (is_unsigned_integer(type.type)) return {0, span - 1};
  return {-span / 2, span / 2 - 1};
}

std::int64_t to_stored(const ColumnType& type, Int128 number) {
  return static_cast<std::int64_t>(type.type == Type::uint64 ? number - two_to_63 : number);
}

CutNumber cut_number(std::string_view text, std::uint32_t scale) {
  CutNumber cut;
  std::size_t i = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) ++i;
  const std::size_t first = i;
  Int128 number = 0;
  const auto add_digit = [&](char c) {
    if (number < too_big) number = number * 10 + (c - '0');
  };
  while (i < text.size() && is_digit(text[i])) add_digit(text[i++]);
  std::uint32_t digits_after = 0;
  if (i < text.size() && text[i] == '.') {
    for (++i; i < text.size() && is_digit(text[i]); ++i) {
      if (digits_after < scale) {
        add_digit(text[i]);
        ++digits_after;
      } else if (text[i] != '0') {
        cut.exact = false;
      }
    }
  }
  for (; digits_after < scale; ++digits_after) add_digit('0');
  cut.whole_text = i == text.size() && i > first;
  if (!cut.whole_text && i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    double real = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), real);
    if (error == std::errc() && end == text.data() + text.size() && std::abs(real) < 1e30) {
      return cut_number(fmt::format("{:.6f}", real), scale);
    }
  }
  cut.floor = negative ? -number - (cut.exact ? 0 : 1) : number;
  return cut;
}

std::string print_scaled(Int128 number, std::uint32_t scale) {
  std::string digits;
  const bool negative = number < 0;
  do {
    const int digit = static_cast<int>(number % 10);
    digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
    number /= 10;
  } while (number != 0);
  while (digits.size() <= scale) digits += '0';
  if (scale > 0) digits.insert(scale, 1, '.');
  if (negative) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

Cell to_cell(const ColumnType& type, const Value& value, const CellPlace& place) {
  if (value.is_null()) return {};
  if (is_stored_whole(type)) return whole_cell(type, value, place);
  switch (type.type) {
    case Type::float32:
    case Type::float64: return real_cell(value, place);
    case Type::date:
    case Type::time:
    case Type::datetime:
    case Type::timestamp: return temporal_cell(type, value, place);
    default: return text_cell(type, value, place);
  }
}

WholeText::WholeText(const ColumnType& type, std::int64_t stored) {
  char* const begin = digits_.data();
  char* const end = begin + digits_.size();
  if (type.type == Type::uint64) {
    const auto number = static_cast<std::uint64_t>(stored) ^ (std::uint64_t{1} << 63);
    size_ = static_cast<std::size_t>(std::to_chars(begin, end, number).ptr - begin);
  } else {
    size_ = static_cast<std::size_t>(std::to_chars(begin, end, stored).ptr - begin);
  }
}

Value integer_to_value(const ColumnType& type, std::int64_t stored) {
  if (type.type == Type::decimal) return Value(type.type, print_scaled(stored, type.scale));
  return Value(type.type, std::string(WholeText(type, stored).view()));
}

Value real_to_value(const ColumnType& type, double stored) {
  if (type.type == Type::float32) return Value(type.type, fmt::format("{:.6g}", stored));
  std::string text = fmt::format("{}", stored);
  if (const auto plus = text.find("e+"); plus != std::string::npos) text.erase(plus + 1, 1);
  return Value(type.type, std::move(text));
}

Value to_value(const ColumnType& type, const Cell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return integer_to_value(type, *whole);
  if (const auto* real = std::get_if<double>(&cell)) return real_to_value(type, *real);
  if (const auto* bytes = std::get_if<std::string>(&cell)) return Value(type.type, *bytes);
  return Value::null();
}

}  // namespace shardlab::fakes::mysql

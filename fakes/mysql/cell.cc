#include "fakes/mysql/cell.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>

#include "fakes/mysql/sql_error.h"
#include "fakes/mysql/wide_decimal.h"

namespace shardlab::fakes::mysql {
namespace {

constexpr std::uint32_t most_whole_digits = 18;  ///< what fits into a stored 64-bit number
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

/// A number with blanks around it is one; with anything else behind it 1265, without it 1366.
[[noreturn]] void no_number(std::string_view kind, const Value& value, const CellPlace& place) {
  const std::string& text = value.text();
  const std::size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  if (text.size() <= sign || !is_digit(text[sign])) incorrect(1366, kind, value, place);
  throw sql_error(1265,
                  fmt::format("Data truncated for column '{}' at row {}", place.column, place.row));
}

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

Cell whole_cell(const ColumnType& type, const Value& value, const CellPlace& place) {
  if (const auto plain = plain_whole(type, value.text())) return *plain;
  const std::string_view text = without_blanks(value.text());
  const CutNumber number = cut_number(text, type.scale);
  if (!number.whole_text) {
    no_number(is_integer(type.type) ? "integer" : "decimal", value, place);
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

Cell wide_decimal_cell(const ColumnType& type, const Value& value, const CellPlace& place) {
  const std::string_view text = without_blanks(value.text());
  const auto bound = wide_decimal_bound(text, type.length, type.scale);
  if (!bound) no_number("decimal", value, place);
  auto stored = store_wide_decimal(text, type.length, type.scale);
  if (!stored || (type.is_unsigned && text.starts_with('-'))) out_of_range(place);
  return std::move(*stored);
}

Cell real_cell(const ColumnType& type, const Value& value, const CellPlace& place) {
  const std::string_view text = without_blanks(value.text());
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) out_of_range(place);
  if (error != std::errc() || end != text.data() + text.size()) no_number("double", value, place);
  if (type.is_unsigned && number < 0) out_of_range(place);
  if (number == 0 && value.type() == Type::decimal) number = 0;  // a DECIMAL has no negative zero
  if (type.type != Type::float32) return number;
  if (std::abs(number) > static_cast<double>(std::numeric_limits<float>::max())) {
    out_of_range(place);
  }
  return static_cast<double>(static_cast<float>(number));
}

Cell enum_cell(const ColumnType& type, const Value& value, const CellPlace& place) {
  if (const auto number = label_number(type, value.text()); number && !is_number(value.type())) {
    return *number;
  }
  const CutNumber number = cut_number(value.text(), 0);
  if (!number.whole_text || number.floor < 1 ||
      number.floor > static_cast<Int128>(type.labels.size())) {
    throw sql_error(
        1265, fmt::format("Data truncated for column '{}' at row {}", place.column, place.row));
  }
  return static_cast<std::int64_t>(number.floor);
}

/// A text gives its bytes, the last one lowest.
Cell bit_cell(const ColumnType& type, const Value& value, const CellPlace& place) {
  Int128 bits = 0;
  if (is_number(value.type())) {
    bits = cut_number(value.text(), 0).floor;
  } else {
    for (const char byte : value.text()) {
      if (bits < too_big) bits = bits << 8 | static_cast<unsigned char>(byte);
    }
  }
  if (bits < 0 || bits > stored_range(type).high) {
    throw sql_error(
        1406, fmt::format("Data too long for column '{}' at row {}", place.column, place.row));
  }
  return to_stored(type, bits);
}

/// Matches digits against `0`, everything else literally: `0000-00-00 00:00:00`.
bool has_shape(std::string_view text, std::string_view shape) {
  return text.size() == shape.size() &&
         std::equal(text.begin(), text.end(), shape.begin(),
                    [](char c, char s) { return s == '0' ? is_digit(c) : c == s; });
}

/// `2026-1-2 3:04` as `2026-01-02 03:04:00`; a text of another kind stays as it is.
std::string padded_time(std::string_view text, bool has_date) {
  std::string out;
  std::size_t place = 0;
  const auto part = [&](std::size_t width, std::string_view separators) {
    std::size_t end = place;
    while (end < text.size() && is_digit(text[end])) ++end;
    const std::size_t digits = end - place;
    if (digits == 0 || digits > width) return false;
    out.append(width - digits, '0').append(text.substr(place, digits));
    place = end;
    if (place == text.size()) return true;
    if (separators.find(text[place]) == std::string_view::npos) return false;
    out += text[place] == 'T' ? ' ' : text[place];
    ++place;
    return true;
  };
  if (has_date && (!part(4, "-") || !part(2, "-") || !part(2, " T"))) return std::string(text);
  if (place == text.size()) return out;
  if (!part(2, ":") || !part(2, ":")) return std::string(text);
  if (place == text.size()) return out + (out.back() == ':' ? "00" : ":00");
  if (!part(2, ".")) return std::string(text);
  return out + std::string(text.substr(place));
}

int number_at(std::string_view text, std::size_t place) {
  return (text[place] - '0') * 10 + (text[place + 1] - '0');
}

/// Month and day may be 0, as MySQL has it without NO_ZERO_IN_DATE.
bool is_date(std::string_view text) {
  constexpr std::array<int, 13> days{31, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int year = number_at(text, 0) * 100 + number_at(text, 2);
  const int month = number_at(text, 5);
  const int day = number_at(text, 8);
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (month > 12 || day > days[static_cast<std::size_t>(month)]) return false;
  return month != 2 || day < 29 || leap;
}

bool is_time_of_day(std::string_view text) {
  return number_at(text, 0) < 24 && number_at(text, 3) < 60 && number_at(text, 6) < 60;
}

Cell temporal_cell(const ColumnType& type, const Value& value, const CellPlace& place) {
  std::string text = padded_time(value.text(), type.type != Type::time);
  if (type.type == Type::time) {
    if (!has_shape(text, "00:00:00")) incorrect(1292, "time", value, place);
    return text;
  }
  const std::string_view kind = type.type == Type::date ? "date" : "datetime";
  if (!has_shape(std::string_view(text).substr(0, 10), "0000-00-00") || !is_date(text)) {
    incorrect(1292, kind, value, place);
  }
  if (type.type == Type::date) return text.substr(0, 10);
  if (text.size() == 10) text += " 00:00:00";
  if (text.size() > 10 && text[10] == 'T') text[10] = ' ';
  if (!has_shape(std::string_view(text).substr(0, 19), "0000-00-00 00:00:00") ||
      !is_time_of_day(std::string_view(text).substr(11))) {
    incorrect(1292, kind, value, place);
  }
  std::string fraction = text.size() > 20 ? text.substr(20) : "";
  fraction.resize(type.scale, '0');
  text.resize(19);
  return type.scale == 0 ? text : text + "." + fraction;
}

[[noreturn]] void too_long(const CellPlace& place) {
  throw sql_error(1406,
                  fmt::format("Data too long for column '{}' at row {}", place.column, place.row));
}

Cell bytes_cell(const ColumnType& type, const Value& value, const CellPlace& place) {
  std::string stored = value.text();
  if (type.length > 0 && stored.size() > type.length) too_long(place);
  if (type.type == Type::binary) stored.resize(type.length, '\0');
  return stored;
}

/// Cut after so many characters, if only blanks are lost.
void cut_blanks(std::string& text, std::size_t length, const CellPlace& place) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
    if (!begins || count++ < length) continue;
    if (text.find_first_not_of(' ', i) != std::string::npos) too_long(place);
    text.resize(i);
  }
}

Cell text_cell(const ColumnType& type, const Value& value, const CellPlace& place) {
  std::string stored = value.text();
  if (value.type() == Type::float64) {
    double number = 0;
    std::from_chars(stored.data(), stored.data() + stored.size(), number);
    stored = real_to_value(ColumnType{.type = Type::float64}, number).text();
  }
  if (!is_utf8(stored)) incorrect(1366, "string", value, place);
  // Every character is at least a byte: short texts need no counting.
  if (type.length > 0 && stored.size() > type.length) {
    if (type.type == Type::text) too_long(place);
    cut_blanks(stored, type.length, place);
  }
  if (type.type == Type::char_) stored.erase(stored.find_last_not_of(' ') + 1);
  return stored;
}

}  // namespace

std::string comparable_time(const ColumnType& type, std::string_view written) {
  std::string text = padded_time(written, type.type != Type::time);
  if (type.type == Type::time) return has_shape(text, "00:00:00") ? text : "";
  if (text.size() == 10) text += " 00:00:00";
  const std::string_view date = std::string_view(text).substr(0, 10);
  const std::string_view time =
      std::string_view(text).substr(std::min<std::size_t>(11, text.size()));
  const bool is_time = has_shape(date, "0000-00-00") && number_at(date, 5) <= 12 &&
                       number_at(date, 8) <= 31 && has_shape(time.substr(0, 8), "00:00:00") &&
                       is_time_of_day(time);
  if (!is_time) return "";
  const std::string_view fraction = time.substr(8);
  const bool has_fraction = fraction.find_first_not_of(".0") != std::string_view::npos;
  if (type.type == Type::date) {  // a date is less than any later time of its day
    return time.starts_with("00:00:00") && !has_fraction ? text.substr(0, 10) : text;
  }
  // More digits than stored ones have sort behind them, as they should.
  std::string digits(fraction.empty() ? "" : fraction.substr(1));
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.size() < type.scale) digits.resize(type.scale, '0');
  return text.substr(0, 19) + (digits.empty() ? "" : "." + digits);
}

Value bits_as_number(const Value& value) {
  if (value.type() != Type::bit) return value;
  std::uint64_t number = 0;
  for (const char byte : value.text()) number = number << 8 | static_cast<unsigned char>(byte);
  return Value::of_uint(number);
}

bool is_wide_decimal(const ColumnType& type) {
  return type.type == Type::decimal && type.length > most_whole_digits;
}

bool is_stored_whole(const ColumnType& type) {
  return is_integer(type.type) || type.type == Type::bit ||
         (type.type == Type::decimal && type.length <= most_whole_digits);
}

bool is_text(const ColumnType& type) {
  return type.type == Type::varchar || type.type == Type::char_ || type.type == Type::text;
}

std::optional<std::int64_t> label_number(const ColumnType& type, std::string_view label) {
  for (std::size_t i = 0; i < type.labels.size(); ++i) {
    if (compare_texts(type.collation, type.labels[i], label) == 0) {
      return static_cast<std::int64_t>(i) + 1;
    }
  }
  return std::nullopt;
}

StoredRange stored_range(const ColumnType& type) {
  if (type.type == Type::decimal) {
    const Int128 high = power_of_ten(type.length) - 1;
    return {type.is_unsigned ? 0 : -high, high};
  }
  if (type.type == Type::bit) return {0, (static_cast<Int128>(1) << type.length) - 1};
  if (type.type == Type::year) return {0, 2155};
  const std::uint32_t bits = integer_bits(type.type);
  const Int128 span = static_cast<Int128>(1) << bits;
  if (is_unsigned_integer(type.type)) return {0, span - 1};
  return {-span / 2, span / 2 - 1};
}

std::int64_t to_stored(const ColumnType& type, Int128 number) {
  const bool biased = type.type == Type::uint64 || type.type == Type::bit;
  return static_cast<std::int64_t>(biased ? number - two_to_63 : number);
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
  if (type.type == Type::bit) return bit_cell(type, value, place);
  if (value.type() == Type::bit && is_number(type.type)) {
    return to_cell(type, bits_as_number(value), place);
  }
  if (is_stored_whole(type)) return whole_cell(type, value, place);
  switch (type.type) {
    case Type::decimal: return wide_decimal_cell(type, value, place);
    case Type::enum_: return enum_cell(type, value, place);
    case Type::float32:
    case Type::float64: return real_cell(type, value, place);
    case Type::blob:
    case Type::varbinary:
    case Type::binary: return bytes_cell(type, value, place);
    case Type::date:
    case Type::time:
    case Type::datetime:
    case Type::timestamp: return temporal_cell(type, value, place);
    default: return text_cell(type, value, place);
  }
}

Value integer_to_value(const ColumnType& type, std::int64_t stored) {
  if (type.type == Type::decimal) return Value(type.type, print_scaled(stored, type.scale));
  if (type.type == Type::enum_) {
    const auto number = static_cast<std::size_t>(stored);
    return Value(type.type, number == 0 ? "" : type.labels[number - 1]);
  }
  if (type.type == Type::bit) {
    std::string bytes;
    const std::uint64_t bits = static_cast<std::uint64_t>(stored) ^ (std::uint64_t{1} << 63);
    for (std::uint32_t i = (type.length + 7) / 8; i-- > 0;) {
      bytes += static_cast<char>(bits >> (i * 8) & 0xff);
    }
    return Value(type.type, std::move(bytes));
  }
  return Value(type.type, std::string(WholeText(type, stored).view()));
}

/// As MariaDB's `my_gcvt`: plain digits where the point is near them.
Value real_to_value(const ColumnType& type, double stored) {
  constexpr int farthest_point = 15;
  std::string text =
      type.type == Type::float32 ? fmt::format("{:.5e}", stored) : fmt::format("{:e}", stored);
  if (type.type != Type::float32) {  // the shortest digits that give the number back
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), stored,
                                   std::chars_format::scientific);
    text.assign(digits.data(), end.ptr);
  }
  const auto mark = text.find('e');
  if (mark == std::string::npos) return Value(type.type, std::move(text));
  const int exponent = std::stoi(text.substr(mark + 1));
  std::string digits = text.substr(0, mark);
  const std::string sign = digits[0] == '-' ? "-" : "";
  std::erase_if(digits, [](char c) { return !is_digit(c); });
  digits.erase(std::max<std::size_t>(digits.find_last_not_of('0') + 1, 1));
  const int point = exponent + 1;  // so many digits stand before it
  const auto count = static_cast<int>(digits.size());
  if (point <= -farthest_point || point > farthest_point) {
    if (count > 1) digits.insert(1, 1, '.');
    return Value(type.type, fmt::format("{}{}e{}", sign, digits, exponent));
  }
  if (point <= 0) {
    digits.insert(0, "0." + std::string(static_cast<std::size_t>(-point), '0'));
    if (stored == 0) digits = "0";
  } else if (count > point) {
    digits.insert(static_cast<std::size_t>(point), 1, '.');
  } else {
    digits.append(static_cast<std::size_t>(point - count), '0');
  }
  return Value(type.type, sign + digits);
}

Value to_value(const ColumnType& type, const Cell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return integer_to_value(type, *whole);
  if (const auto* real = std::get_if<double>(&cell)) return real_to_value(type, *real);
  if (const auto* bytes = std::get_if<std::string>(&cell)) {
    if (is_wide_decimal(type)) return Value(type.type, wide_decimal_text(*bytes, type.scale));
    return Value(type.type, *bytes);
  }
  return Value::null();
}

}  // namespace shardlab::fakes::mysql

#pragma once

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/value.h"
#include "fakes/mysql/collation.h"

namespace shardlab::fakes::mysql {

/// Wide enough for every signed and unsigned 64-bit number and their sums.
__extension__ using Int128 = __int128;

/// A column type: `bigint(20) unsigned` is {uint64, width 20}, `varchar(10000)` {varchar, length
/// 10000}, `decimal(10,2)` {decimal, length 10, scale 2}, `bit(8)` {bit, length 8}.
struct ColumnType {
  Type type = Type::int64;
  std::uint32_t length = 0;  ///< characters, bytes or digits; 0 without a limit of its own
  std::uint32_t scale = 0;   ///< digits after the point, also of seconds
  std::uint32_t width = 0;   ///< display width of an integer
  bool is_unsigned = false;  ///< of a decimal or float; integers have types of their own
  Collation collation = Collation::binary;  ///< of a text
  std::vector<std::string> labels{};        ///< of an ENUM, the first has number 1
  friend bool operator==(const ColumnType&, const ColumnType&) = default;
};

/// A value as SQLite stores it, in an order that is MySQL's: integers as they are, except BIGINT
/// UNSIGNED v as the signed number v - 2^63, BIT too; decimals as whole numbers of their last
/// digit, wide ones as texts (wide_decimal.h); an ENUM as its number; texts, bytes and times as
/// bytes.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;
using Cells = std::vector<Cell>;

inline bool is_null(const Cell& cell) { return cell.index() == 0; }

/// Where a value that does not fit is reported: column and row of the statement.
struct CellPlace {
  std::string_view column;
  std::size_t row = 1;
};

/// Converts for storing. NULL passes. Throws Error: sql 1264 (out of range), 1406 (too long),
/// 1366 (no number, no UTF-8), 1265 (a number and more, no such label), 1292 (no time).
Cell to_cell(const ColumnType& type, const Value& value, const CellPlace& place);

Value to_value(const ColumnType& type, const Cell& cell);
/// The text form of a stored whole number of an integer column.
class WholeText {
 public:
  WholeText(const ColumnType& type, std::int64_t stored) : digits_(print(type, stored)) {}
  WholeText(const WholeText&) = delete;
  WholeText& operator=(const WholeText&) = delete;
  std::string_view view() const { return {digits_.data(), digits_.size()}; }

 private:
  static fmt::format_int print(const ColumnType& type, std::int64_t stored) {
    constexpr std::uint64_t two_to_63 = std::uint64_t{1} << 63;
    if (type.type != Type::uint64) return fmt::format_int(stored);
    return fmt::format_int(static_cast<std::uint64_t>(stored) ^ two_to_63);
  }

  fmt::format_int digits_;
};

/// The same as a value; also of a decimal, bit or enum column.
Value integer_to_value(const ColumnType& type, std::int64_t stored);
/// `"0.00001"`, `"1e20"`: a FLOAT with six digits, a DOUBLE with as many as it takes.
Value real_to_value(const ColumnType& type, double stored);

/// A number cut to a column's digits: `floor` in units of the last digit, and what was cut.
struct CutNumber {
  Int128 floor = 0;
  bool exact = true;
  bool whole_text = true;  ///< the text was a number from start to end
};

/// `"1.5"` with scale 0 gives {1, inexact}; text without a leading number counts as 0, as in MySQL.
CutNumber cut_number(std::string_view text, std::uint32_t scale);

/// The range of whole numbers a column can hold, in units of its last digit.
struct StoredRange {
  Int128 low = 0;
  Int128 high = 0;
};
StoredRange stored_range(const ColumnType& type);

/// True for columns stored as whole numbers and compared as such: integers, bits, decimals that
/// fit.
bool is_stored_whole(const ColumnType& type);
/// True for decimals that do not.
bool is_wide_decimal(const ColumnType& type);
/// True for texts, which compare by their collation.
bool is_text(const ColumnType& type);

/// Bits of a literal as the number they are; any other value as it is.
Value bits_as_number(const Value& value);

/// What a text sorts like among a column's times: `"2026-1-2 3:04"` becomes that time, a text that
/// is none sorts before all.
std::string comparable_time(const ColumnType& type, std::string_view text);

/// The number of an ENUM's label, however it is written; none when there is no such label.
std::optional<std::int64_t> label_number(const ColumnType& type, std::string_view label);

/// The stored form of a whole number within the column's range.
std::int64_t to_stored(const ColumnType& type, Int128 number);

/// Decimal digits of a whole number in units of the last of `scale` digits: (150, 2) is `1.50`.
std::string print_scaled(Int128 number, std::uint32_t scale);

}  // namespace shardlab::fakes::mysql

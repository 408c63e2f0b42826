#include "tests/contracts/mysql/row_event.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <fmt/format.h>
#include <mysql.h>
#include <stdexcept>

#include "fakes/mysql/cell.h"

namespace shardlab::contracts {
namespace {

class Bytes {
 public:
  explicit Bytes(std::string_view rest) : rest_(rest) {}

  std::string_view take(std::size_t count) {
    if (count > rest_.size()) throw std::runtime_error("a binlog event is too short");
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::uint64_t little(std::size_t count) {
    std::uint64_t number = 0;
    const std::string_view bytes = take(count);
    for (std::size_t i = count; i-- > 0;) number = number << 8 | std::uint8_t(bytes[i]);
    return number;
  }
  std::uint64_t big(std::size_t count) {
    std::uint64_t number = 0;
    for (const char byte : take(count)) number = number << 8 | std::uint8_t(byte);
    return number;
  }
  /// A number of one to nine bytes.
  std::uint64_t packed() {
    const std::uint64_t first = little(1);
    return first < 251 ? first : little(first == 252 ? 2 : first == 253 ? 3 : 8);
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool bit_of(std::string_view bitmap, std::size_t place) {
  return (std::uint8_t(bitmap[place / 8]) >> (place % 8) & 1) != 0;
}

bool is_numeric(std::uint8_t type) {
  switch (type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE:
    case MYSQL_TYPE_NEWDECIMAL: return true;
    default: return false;
  }
}

void read_column_meta(Bytes& meta, TableMap::Column& column) {
  switch (column.type) {
    case MYSQL_TYPE_STRING: {  // CHAR, BINARY, ENUM, SET: the real type, and a length
      const std::uint64_t high = meta.little(1);
      const std::uint64_t low = meta.little(1);
      if (high == MYSQL_TYPE_ENUM || high == MYSQL_TYPE_SET) {
        column.type = static_cast<std::uint8_t>(high);
        column.meta = static_cast<std::uint32_t>(low);
      } else {
        column.meta = static_cast<std::uint32_t>(low | (((high & 0x30) ^ 0x30) << 4));
      }
      break;
    }
    case MYSQL_TYPE_VARCHAR: column.meta = static_cast<std::uint32_t>(meta.little(2)); break;
    case MYSQL_TYPE_NEWDECIMAL:
    case MYSQL_TYPE_BIT: column.meta = static_cast<std::uint32_t>(meta.big(2)); break;
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE:
    case MYSQL_TYPE_BLOB:
    case MYSQL_TYPE_TIMESTAMP2:
    case MYSQL_TYPE_DATETIME2:
    case MYSQL_TYPE_TIME2: column.meta = static_cast<std::uint32_t>(meta.little(1)); break;
    default: break;
  }
}

void read_signs(std::string_view bits, TableMap& map) {
  std::size_t number = 0;
  for (TableMap::Column& column : map.columns) {
    if (!is_numeric(column.type)) continue;
    column.is_unsigned = (std::uint8_t(bits.at(number / 8)) >> (7 - number % 8) & 1) != 0;
    ++number;
  }
}

void read_labels(Bytes labels, std::uint8_t type, TableMap& map) {
  for (TableMap::Column& column : map.columns) {
    if (column.type != type) continue;
    for (std::uint64_t count = labels.packed(); count > 0; --count) {
      const std::uint64_t length = labels.packed();
      column.labels.emplace_back(labels.take(length));
    }
  }
}

Value whole(Bytes& bytes, std::size_t size, bool is_unsigned) {
  const std::uint64_t number = bytes.little(size);
  if (is_unsigned) return Value::of_uint(number);
  const std::size_t unused = 64 - size * 8;
  return Value::of_int(static_cast<std::int64_t>(number << unused) >> unused);
}

/// Digits in groups of nine, big-endian, the first bit turned, all bits of a negative one turned.
Value decimal(Bytes& bytes, std::uint32_t meta) {
  constexpr std::array<std::size_t, 10> sizes{0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
  const std::size_t scale = meta & 0xff;
  const std::size_t whole_digits = (meta >> 8) - scale;
  const std::size_t size =
      whole_digits / 9 * 4 + sizes[whole_digits % 9] + scale / 9 * 4 + sizes[scale % 9];
  std::string raw(bytes.take(size));
  const bool negative = (std::uint8_t(raw[0]) & 0x80) == 0;
  raw[0] = static_cast<char>(raw[0] ^ '\x80');
  if (negative) {
    for (char& byte : raw) byte = static_cast<char>(~byte);
  }
  Bytes groups(raw);
  std::string digits;
  const auto group = [&](std::size_t count) {
    if (count > 0) digits += fmt::format("{:0{}}", groups.big(sizes[count]), count);
  };
  group(whole_digits % 9);
  for (std::size_t i = 0; i < whole_digits / 9; ++i) group(9);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) digits = "0";
  if (scale > 0) digits += '.';
  for (std::size_t i = 0; i < scale / 9; ++i) group(9);
  group(scale % 9);
  return Value(Type::decimal, (negative ? "-" : "") + digits);
}

std::string fraction(Bytes& bytes, std::uint32_t digits) {
  if (digits == 0) return "";
  const std::size_t size = (digits + 1) / 2;
  std::uint64_t number = bytes.big(size);
  if (digits % 2 == 1) number /= 10;
  return fmt::format(".{:0{}}", number, digits);
}

std::string datetime(Bytes& bytes, std::uint32_t digits) {
  const std::uint64_t packed = bytes.big(5) - 0x8000000000;
  const std::uint64_t date = packed >> 17;
  const std::uint64_t months = date >> 5;
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", months / 13, months % 13, date & 31,
                     packed >> 12 & 31, packed >> 6 & 63, packed & 63) +
         fraction(bytes, digits);
}

std::string timestamp(Bytes& bytes, std::uint32_t digits) {
  const auto seconds = static_cast<std::time_t>(bytes.big(4));
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec) +
         fraction(bytes, digits);
}

std::string time_of_day(Bytes& bytes, std::uint32_t digits) {
  const std::uint64_t packed = bytes.big(3) - 0x800000;
  return fmt::format("{:02}:{:02}:{:02}", packed >> 12 & 1023, packed >> 6 & 63, packed & 63) +
         fraction(bytes, digits);
}

std::string date(Bytes& bytes) {
  const std::uint64_t packed = bytes.little(3);
  return fmt::format("{:04}-{:02}-{:02}", packed >> 9, packed >> 5 & 15, packed & 31);
}

template <class Real>
Value real(Bytes& bytes, Type type) {
  Real number{};
  std::memcpy(&number, bytes.take(sizeof number).data(), sizeof number);
  return fakes::mysql::real_to_value(fakes::mysql::ColumnType{.type = type}, number);
}

Value text(std::string_view bytes) { return Value(Type::varchar, std::string(bytes)); }

std::string set_text(std::uint64_t bits, const std::vector<std::string>& labels) {
  std::string all;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if ((bits >> i & 1) != 0) all += (all.empty() ? "" : ",") + labels[i];
  }
  return all;
}

Value read_value(Bytes& bytes, const TableMap::Column& column) {
  switch (column.type) {
    case MYSQL_TYPE_TINY: return whole(bytes, 1, column.is_unsigned);
    case MYSQL_TYPE_SHORT: return whole(bytes, 2, column.is_unsigned);
    case MYSQL_TYPE_INT24: return whole(bytes, 3, column.is_unsigned);
    case MYSQL_TYPE_LONG: return whole(bytes, 4, column.is_unsigned);
    case MYSQL_TYPE_LONGLONG: return whole(bytes, 8, column.is_unsigned);
    case MYSQL_TYPE_YEAR: return Value::of_uint(1900 + bytes.little(1));
    case MYSQL_TYPE_FLOAT: return real<float>(bytes, Type::float32);
    case MYSQL_TYPE_DOUBLE: return real<double>(bytes, Type::float64);
    case MYSQL_TYPE_NEWDECIMAL: return decimal(bytes, column.meta);
    case MYSQL_TYPE_DATE: return text(date(bytes));
    case MYSQL_TYPE_DATETIME2: return text(datetime(bytes, column.meta));
    case MYSQL_TYPE_TIMESTAMP2: return text(timestamp(bytes, column.meta));
    case MYSQL_TYPE_TIME2: return text(time_of_day(bytes, column.meta));
    case MYSQL_TYPE_BIT:
      return text(bytes.take((column.meta & 0xff) + ((column.meta >> 8) + 7) / 8));
    case MYSQL_TYPE_ENUM: {
      const std::uint64_t number = bytes.little(column.meta);
      return text(number == 0 ? "" : column.labels.at(number - 1));
    }
    case MYSQL_TYPE_SET: return text(set_text(bytes.little(column.meta), column.labels));
    case MYSQL_TYPE_BLOB: return text(bytes.take(bytes.little(column.meta)));
    case MYSQL_TYPE_VARCHAR:
    case MYSQL_TYPE_STRING: return text(bytes.take(bytes.little(column.meta > 255 ? 2 : 1)));
    default: throw std::runtime_error(fmt::format("column type {} in the log", column.type));
  }
}

Row read_row(Bytes& bytes, const TableMap& map) {
  const std::string_view nulls = bytes.take((map.columns.size() + 7) / 8);
  Row row;
  for (std::size_t i = 0; i < map.columns.size(); ++i) {
    row.push_back(bit_of(nulls, i) ? Value::null() : read_value(bytes, map.columns[i]));
  }
  return row;
}

}  // namespace

std::uint64_t table_id_of(std::string_view body) { return Bytes(body).little(6); }

TableMap parse_table_map(std::string_view body) {
  Bytes bytes(body);
  bytes.take(8);  // table id, flags
  TableMap map;
  map.database = bytes.take(bytes.little(1));
  bytes.take(1);
  map.table = bytes.take(bytes.little(1));
  bytes.take(1);
  map.columns.resize(bytes.packed());
  for (TableMap::Column& column : map.columns) {
    column.type = static_cast<std::uint8_t>(bytes.little(1));
  }
  const std::uint64_t meta_size = bytes.packed();
  Bytes meta(bytes.take(meta_size));
  for (TableMap::Column& column : map.columns) read_column_meta(meta, column);
  bytes.take((map.columns.size() + 7) / 8);  // which may be NULL
  while (!bytes.at_end()) {
    constexpr std::uint64_t signs = 1;
    constexpr std::uint64_t set_labels = 5;
    constexpr std::uint64_t enum_labels = 6;
    const std::uint64_t kind = bytes.little(1);
    const std::string_view field = bytes.take(bytes.packed());
    if (kind == signs) read_signs(field, map);
    if (kind == set_labels) read_labels(Bytes(field), MYSQL_TYPE_SET, map);
    if (kind == enum_labels) read_labels(Bytes(field), MYSQL_TYPE_ENUM, map);
  }
  return map;
}

std::vector<LoggedChange> parse_rows(std::string_view body, RowEventKind kind,
                                     const TableMap& map) {
  Bytes bytes(body);
  bytes.take(8);  // table id, flags
  const std::size_t bitmap = (bytes.packed() + 7) / 8;
  bytes.take(kind == RowEventKind::update ? 2 * bitmap : bitmap);
  std::vector<LoggedChange> changes;
  while (!bytes.at_end()) {
    LoggedChange change;
    change.table = map.table;
    if (kind != RowEventKind::insert) change.before = read_row(bytes, map);
    if (kind != RowEventKind::remove) change.after = read_row(bytes, map);
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace shardlab::contracts

#include "core/base/row_list.h"

#include <algorithm>

#include "core/base/error.h"

namespace shardlab {
namespace {

constexpr std::int64_t null_length = -1;
constexpr char row_tag = tag_byte(2, WireType::bytes);      // QueryResult.rows
constexpr char lengths_tag = tag_byte(1, WireType::bytes);  // Row.lengths
constexpr char values_tag = tag_byte(2, WireType::bytes);   // Row.values

struct WireRow {
  std::string_view lengths;
  std::string_view values;
};

/// Fields come in order, as everybody writes them.
WireRow parse_row(std::string_view bytes) {
  WireCursor cursor(bytes);
  WireRow row;
  row.lengths = cursor.bytes_of(lengths_tag);
  row.values = cursor.bytes_of(values_tag);
  if (!cursor.at_end()) throw Error(Errc::corrupt, "cannot decode a row of a query result");
  return row;
}

/// Exactly so many values, which take exactly the bytes there are.
bool fits(const WireRow& row, std::size_t values) {
  WireCursor lengths(row.lengths);
  std::size_t left = row.values.size();
  for (; values > 0 && !lengths.at_end(); --values) {
    const std::int64_t length = lengths.zigzag();
    if (length == null_length) continue;
    if (length < 0 || static_cast<std::uint64_t>(length) > left) return false;
    left -= static_cast<std::size_t>(length);
  }
  return values == 0 && lengths.at_end() && left == 0;
}

/// A field of bytes with its tag; nothing when it is empty.
std::size_t field_size(std::string_view bytes) {
  return bytes.empty() ? 0 : 1 + varint_size(bytes.size()) + bytes.size();
}

char* write_varint(char* to, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) *to++ = static_cast<char>(number | 0x80);
  *to++ = static_cast<char>(number);
  return to;
}

char* write_field(char* to, char tag, std::string_view bytes) {
  if (bytes.empty()) return to;
  *to++ = tag;
  to = write_varint(to, bytes.size());
  return std::copy(bytes.begin(), bytes.end(), to);
}

}  // namespace

RowList::RowList(const std::vector<Field>& fields) {
  types_.reserve(fields.size());
  for (const Field& field : fields) types_.push_back(field.type);
}

RowList::RowList(std::initializer_list<Row> rows) {
  for (const Row& row : rows) push_back(row);
}

RowList::RowList(const std::vector<Row>& rows) {
  for (const Row& row : rows) push_back(row);
}

RowList::operator std::vector<Row>() const {
  std::vector<Row> rows;
  rows.reserve(size_);
  for (RowWalk walk(*this); walk.next();) rows.push_back(walk.row());
  return rows;
}

Row RowList::at(std::size_t index) const {
  check(index < size_, "a result has no such row");
  RowWalk walk(*this);
  for (std::size_t i = 0; i <= index; ++i) walk.next();
  return walk.row();
}

void RowList::push_back(const Row& row) {
  if (types_.empty()) types_.resize(row.size(), Type::null_type);
  check(row.size() == types_.size(), "rows of a result have different lengths");
  RowWriter writer(*this);
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i].is_null()) {
      writer.add_null();
      continue;
    }
    if (types_[i] == Type::null_type) types_[i] = row[i].type();
    check(types_[i] == row[i].type(), "values of a result's column have different types");
    writer.add(row[i].text());
  }
  writer.end_row();
}

void RowList::take(WireCursor& message) {
  const std::string_view begin = message.rest();
  for (; message.is_at(row_tag); ++size_) {
    if (fits(parse_row(message.bytes_of(row_tag)), types_.size())) continue;
    throw Error(Errc::corrupt, "cannot decode a row of a query result");
  }
  wire_ += begin.substr(0, begin.size() - message.rest().size());
}

void RowList::append(std::string_view lengths, std::string_view values) {
  const std::size_t size = field_size(lengths) + field_size(values);
  const std::size_t begin = wire_.size();
  wire_.resize(begin + 1 + varint_size(size) + size);
  char* to = wire_.data() + begin;
  *to++ = row_tag;
  to = write_varint(to, size);
  to = write_field(to, lengths_tag, lengths);
  write_field(to, values_tag, values);
  ++size_;
}

bool RowWalk::next() {
  if (rest_.at_end()) return false;
  const WireRow row = parse_row(rest_.bytes_of(row_tag));
  lengths_ = WireCursor(row.lengths);
  values_ = row.values;
  return true;
}

std::optional<std::string_view> RowWalk::value() {
  const std::int64_t length = lengths_.zigzag();
  if (length == null_length) return std::nullopt;
  const std::string_view text = values_.substr(0, static_cast<std::size_t>(length));
  values_.remove_prefix(text.size());
  return text;
}

Row RowWalk::row() {
  Row row;
  row.reserve(types_.size());
  for (const Type type : types_) {
    const auto text = value();
    text ? row.emplace_back(type, std::string(*text)) : row.emplace_back();
  }
  return row;
}

void RowWriter::add_null() { append_varint(lengths_, to_zigzag(null_length)); }

void RowWriter::end_row() {
  rows_.append(lengths_, values_);
  lengths_.clear();
  values_.clear();
}

}  // namespace shardlab

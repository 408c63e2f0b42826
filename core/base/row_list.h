#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/value.h"
#include "core/base/wire_cursor.h"

namespace shardlab {

/// The rows of a result. Most are only handed on, from server to tablet to vtgate to client, so
/// they are kept as they travel: one string, which is the `rows` of a `query.QueryResult`.
///
/// All rows have the same number of values, and all values of a column that are not NULL the same
/// type. Reads like a `std::vector<Row>`, except that rows come by value.
class RowList {
 public:
  class Iterator;

  RowList() = default;
  /// Without rows, of these types.
  explicit RowList(const std::vector<Field>& fields);
  RowList(std::initializer_list<Row> rows);
  RowList(const std::vector<Row>& rows);  // NOLINT: as good as the rows themselves

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// Walks there: for the first rows only.
  Row at(std::size_t index) const;
  Row operator[](std::size_t index) const { return at(index); }
  Iterator begin() const;
  Iterator end() const;
  operator std::vector<Row>() const;  // NOLINT: as good as the rows themselves

  void push_back(const Row& row);
  /// Adds the rows that come next in a message: `rows` fields, one after another. Throws Error:
  /// corrupt when the lengths, bytes and number of values of one do not fit.
  void take(WireCursor& message);
  /// One `rows` field for each row.
  const std::string& wire() const { return wire_; }

  friend bool operator==(const RowList& a, const RowList& b) {
    return std::vector<Row>(a) == std::vector<Row>(b);
  }

 private:
  friend class RowWalk;
  friend class RowWriter;
  void append(std::string_view lengths, std::string_view values);

  std::vector<Type> types_;
  std::string wire_;
  std::size_t size_ = 0;
};

/// Goes from row to row and from value to value without copying them. The list must outlive it.
class RowWalk {
 public:
  explicit RowWalk(const RowList& rows) : types_(rows.types_), rest_(rows.wire_) {}

  /// Goes to the next row; false at the end.
  bool next();
  /// The text of the row's next value; none for NULL.
  std::optional<std::string_view> value();
  Row row();

 private:
  const std::vector<Type>& types_;
  WireCursor rest_;
  WireCursor lengths_{""};
  std::string_view values_;
};

/// Adds rows to a list, value by value.
class RowWriter {
 public:
  explicit RowWriter(RowList& rows) : rows_(rows) {}

  void add(std::string_view text) {
    append_varint(lengths_, std::uint64_t{text.size()} << 1);  // zigzag of what is not negative
    values_ += text;
  }
  void add_null();
  void end_row();

 private:
  RowList& rows_;
  std::string lengths_;
  std::string values_;
};

class RowList::Iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = Row;
  using difference_type = std::ptrdiff_t;
  using pointer = const Row*;
  using reference = const Row&;

  Iterator(const RowList& rows, std::size_t left) : walk_(rows), left_(left) { read(); }

  const Row& operator*() const { return row_; }
  Iterator& operator++() {
    --left_;
    read();
    return *this;
  }
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.left_ == b.left_; }

 private:
  void read() {
    if (left_ > 0 && walk_.next()) row_ = walk_.row();
  }

  RowWalk walk_;
  std::size_t left_;
  Row row_;
};

inline RowList::Iterator RowList::begin() const { return Iterator(*this, size_); }
inline RowList::Iterator RowList::end() const { return Iterator(*this, 0); }

}  // namespace shardlab

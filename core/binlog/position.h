#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/base/error.h"
#include "core/binlog/file_position.h"
#include "core/binlog/mariadb_gtid.h"
#include "core/binlog/mysql56_gtid.h"

namespace shardlab::binlog {

/// One transaction, of whichever flavour. A further flavour is a further alternative.
using Gtid = std::variant<MariadbGtid, Mysql56Gtid, FilePosition>;

/// `"MariaDB/0-41983-11"`, `"MySQL56/00010203-0405-0607-0809-0a0b0c0d0e0f:5"`,
/// `"FilePos/vt-bin.000031:4"`.
std::string to_string(const Gtid& gtid);
/// Errors: invalid_argument `parse error: unknown GTID flavor "X"` or as the flavour says.
Result<Gtid> parse_gtid(std::string_view text);

/// How far a server has come in its replication history: a set of GTIDs and its flavour,
/// `"MariaDB/0-41983-11"`. The zero position, from before any transaction, is the empty text.
/// Filtered replication reads MariaDB's; the other flavours are there to be compared.
/// Source: Vitess go/mysql/replication_position.go.
class Position {
 public:
  /// The zero position.
  Position() = default;
  /// An empty set gives the zero position: MariaDB has no text for it.
  explicit Position(MariadbGtidSet set);
  /// Not the zero position, even when the set is empty.
  explicit Position(Mysql56GtidSet set) : set_(std::move(set)) {}
  explicit Position(FilePosition position) : set_(std::move(position)) {}

  bool is_zero() const { return std::holds_alternative<std::monostate>(set_); }
  /// `"MariaDB"`, `"MySQL56"`, `"FilePos"`, empty for zero.
  std::string_view flavor() const;

  /// Has everything the other position has. A zero position is at least only a zero one, and
  /// nothing else is "at least zero": ask `is_zero` where that matters. Nor are flavours mixed.
  bool at_least(const Position& other) const;
  /// Has it executed this transaction.
  bool contains(const Gtid& gtid) const;

  /// This position advanced by one transaction; zero takes on the flavour of the transaction, and
  /// one of another flavour changes nothing.
  Position with(const Gtid& gtid) const;

  /// For people: `"0-41983-11"`, `"<nil>"` for zero.
  std::string display() const;

  friend bool operator==(const Position&, const Position&) = default;

 private:
  friend std::string to_string(const Position& position);

  std::variant<std::monostate, MariadbGtidSet, Mysql56GtidSet, FilePosition> set_;
};

/// `"MariaDB/0-41983-11"`, empty for zero; `parse_position` reads it back.
std::string to_string(const Position& position);
/// Errors: invalid_argument `parse error: unknown GTIDSet flavor "X"` or as the flavour says.
Result<Position> parse_position(std::string_view text);

}  // namespace shardlab::binlog

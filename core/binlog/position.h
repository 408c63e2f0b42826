#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "core/base/error.h"
#include "core/binlog/mariadb_gtid.h"

namespace shardlab::binlog {

/// One transaction, of whichever flavour. A further flavour is a further alternative.
using Gtid = std::variant<MariadbGtid>;

/// `"MariaDB/0-41983-11"`.
std::string to_string(const Gtid& gtid);
/// Errors: invalid_argument `parse error: unknown GTID flavor "X"` or as the flavour says;
/// unsupported for a flavour of Vitess that is not built in.
Result<Gtid> parse_gtid(std::string_view text);

/// How far a server has come in its replication history: a set of GTIDs and its flavour,
/// `"MariaDB/0-41983-11"`. The zero position, from before any transaction, is the empty text.
/// Source: Vitess go/mysql/replication_position.go.
class Position {
 public:
  /// The zero position.
  Position() = default;
  /// An empty set gives the zero position: MariaDB has no text for it.
  explicit Position(MariadbGtidSet set);

  bool is_zero() const { return std::holds_alternative<std::monostate>(set_); }
  /// `"MariaDB"`, empty for zero.
  std::string_view flavor() const;

  /// Has everything the other position has. A zero position is at least only a zero one, and
  /// nothing else is "at least zero": ask `is_zero` where that matters.
  bool at_least(const Position& other) const;
  /// Has it executed this transaction.
  bool contains(const Gtid& gtid) const;

  /// This position advanced by one transaction; zero takes on the flavour of the transaction.
  Position with(const Gtid& gtid) const;

  /// For people: `"0-41983-11"`, `"<nil>"` for zero.
  std::string display() const;

  friend bool operator==(const Position&, const Position&) = default;

 private:
  friend std::string to_string(const Position& position);

  std::variant<std::monostate, MariadbGtidSet> set_;
};

/// `"MariaDB/0-41983-11"`, empty for zero; `parse_position` reads it back.
std::string to_string(const Position& position);
/// Errors: invalid_argument `parse error: unknown GTIDSet flavor "X"` or as the flavour says;
/// unsupported for a flavour of Vitess that is not built in.
Result<Position> parse_position(std::string_view text);

}  // namespace shardlab::binlog

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/sql/ast.h"
#include "fakes/mysql/table_def.h"

namespace shardlab::fakes::mysql {

/// A WHERE in SQLite's words, with its parameters in order.
struct WhereCondition {
  std::string sql;
  Cells binds;
};

/// Translates a WHERE whose constants are folded. `alias` is the table's alias in the statement.
/// Values outside a column's range compare as they do in MySQL.
/// Throws Error: sql 1054 (unknown column), 1235 (comparisons that are not supported).
WhereCondition translate_condition(const sql::Expr& where, const Table& table,
                                   const std::string& alias);

/// The place of a column in the table. Throws Error: sql 1054.
std::size_t resolve_column(const sql::Expr& expr, const Table& table, const std::string& alias,
                           std::string_view clause);

/// The stored form that equals the value, if the column can hold one.
std::optional<Cell> equal_cell(const ColumnType& type, const Value& value);

/// One way to satisfy a WHERE: a cell for each place of the primary key that it fixes.
using KeyChoice = std::vector<std::optional<Cell>>;

/// What a WHERE says about the primary key: a row it accepts agrees with one of the choices.
struct KeyPins {
  std::vector<KeyChoice> choices;
  bool exact = false;  ///< every row that agrees with a choice is accepted

  /// True when the choices name whole keys and nothing else matters.
  bool names_rows() const;
};

KeyPins find_pins(const sql::Expr* where, const Table& table, const std::string& alias);

}  // namespace shardlab::fakes::mysql

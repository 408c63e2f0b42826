#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/value.h"

namespace shardlab::sql {

/// `messages`, `` `vt_test_keyspace`.`messages` ``; `db` is empty when it is not written.
struct TableName {
  TableName() = default;
  TableName(std::string db, std::string name) : db(std::move(db)), name(std::move(name)) {}
  std::string db;
  std::string name;
  friend bool operator==(const TableName&, const TableName&) = default;
};

enum class Comparison { equal, not_equal, less, less_equal, greater, greater_equal };

/// An expression tree. Which members count depends on `kind`:
///
/// | kind | members |
/// |---|---|
/// | literal | value |
/// | column | name, qualifier (table name, may be empty) |
/// | bind, variable | name (`page` for `:page`; `@@global.read_only`) |
/// | function | name as written, args (`COUNT(*)` has one star) |
/// | tuple | args: `(a, b)` |
/// | compare | comparison, args = {left, right} |
/// | in | args = {left, element, ...}, negated |
/// | is_null | args = {operand}, negated |
/// | between | args = {operand, low, high}, negated |
/// | logic_and, logic_or | args (two or more) |
/// | logic_not | args = {operand} |
/// | add, subtract | args = {left, right} |
struct Expr {
  enum class Kind {
    literal,
    column,
    bind,
    variable,
    function,
    star,
    default_value,
    tuple,
    compare,
    in,
    is_null,
    between,
    logic_and,
    logic_or,
    logic_not,
    add,
    subtract,
  };

  Expr() = default;
  explicit Expr(Kind kind) : kind(kind) {}
  Expr(Kind kind, std::vector<Expr> args) : kind(kind), args(std::move(args)) {}
  /// A literal.
  explicit Expr(Value value) : value(std::move(value)) {}

  static Expr literal(Value value) { return Expr(std::move(value)); }
  static Expr column(std::string name);
  static Expr compare(Comparison comparison, Expr left, Expr right);
  static Expr in(Expr left, std::vector<Expr> elements);

  Kind kind = Kind::literal;
  Comparison comparison = Comparison::equal;
  bool negated = false;
  Value value;
  std::string name;
  std::string qualifier;
  std::vector<Expr> args;

  friend bool operator==(const Expr&, const Expr&) = default;
};

/// One column of a select list; `text` is the expression as written, which names the result column.
struct SelectItem {
  Expr expr;
  std::string alias;
  std::string text;
  /// The name of the result column: alias, column name, or the text as written.
  const std::string& title() const;
  friend bool operator==(const SelectItem&, const SelectItem&) = default;
};

struct OrderBy {
  Expr expr;
  bool descending = false;
  friend bool operator==(const OrderBy&, const OrderBy&) = default;
};

/// `LIMIT count OFFSET offset`; both are literals or binds.
struct Limit {
  Expr count;
  std::optional<Expr> offset;
  friend bool operator==(const Limit&, const Limit&) = default;
};

struct Select {
  std::vector<SelectItem> items;
  std::optional<TableName> from;
  std::string alias;  ///< of the table
  std::optional<Expr> where;
  std::vector<OrderBy> order_by;
  std::optional<Limit> limit;
  bool for_update = false;
  friend bool operator==(const Select&, const Select&) = default;
};

struct Assignment {
  std::string column;
  Expr value;
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

/// INSERT, INSERT IGNORE and REPLACE; the SET form is kept as one row.
struct Insert {
  bool ignore = false;
  bool replace = false;
  TableName table;
  std::vector<std::string> columns;  ///< empty: all columns in table order
  std::vector<std::vector<Expr>> rows;
  std::vector<Assignment> on_duplicate;  ///< ON DUPLICATE KEY UPDATE
  friend bool operator==(const Insert&, const Insert&) = default;
};

struct Update {
  TableName table;
  std::vector<Assignment> assignments;
  std::optional<Expr> where;
  std::vector<OrderBy> order_by;
  std::optional<Limit> limit;
  friend bool operator==(const Update&, const Update&) = default;
};

struct Delete {
  TableName table;
  std::optional<Expr> where;
  std::vector<OrderBy> order_by;
  std::optional<Limit> limit;
  friend bool operator==(const Delete&, const Delete&) = default;
};

using StatementNode = std::variant<Select, Insert, Update, Delete>;

/// A parsed statement and the comments that followed it (`/* vtgate:: keyspace_id:166b */`).
struct Statement {
  StatementNode node;
  std::string comments;
  friend bool operator==(const Statement&, const Statement&) = default;
};

using BindVariables = std::map<std::string, Value>;

/// The table a statement works on; null for a SELECT without one.
const TableName* table_of(const Statement& statement);

/// The WHERE of a statement, or null.
const Expr* where_of(const Statement& statement);

/// Replaces every `:name` by its value. Throws Error: invalid_argument `missing bind var page`.
void bind_variables(Statement& statement, const BindVariables& variables);

}  // namespace shardlab::sql

#include "fakes/mysql/condition.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "core/sql/printer.h"
#include "fakes/mysql/evaluate.h"
#include "fakes/mysql/sql_error.h"
#include "fakes/mysql/wide_decimal.h"

namespace shardlab::fakes::mysql {
namespace {

using sql::Comparison;
using sql::Expr;

bool is_temporal(Type type) {
  return type == Type::date || type == Type::time || type == Type::datetime ||
         type == Type::timestamp;
}

std::string_view symbol(Comparison comparison) {
  switch (comparison) {
    case Comparison::equal: return "=";
    case Comparison::not_equal: return "<>";
    case Comparison::less: return "<";
    case Comparison::less_equal: return "<=";
    case Comparison::greater: return ">";
    case Comparison::greater_equal: return ">=";
  }
  return "=";
}

Comparison mirrored(Comparison comparison) {
  switch (comparison) {
    case Comparison::less: return Comparison::greater;
    case Comparison::less_equal: return Comparison::greater_equal;
    case Comparison::greater: return Comparison::less;
    case Comparison::greater_equal: return Comparison::less_equal;
    default: return comparison;
  }
}

bool holds(Comparison comparison, int order) {
  switch (comparison) {
    case Comparison::equal: return order == 0;
    case Comparison::not_equal: return order != 0;
    case Comparison::less: return order < 0;
    case Comparison::less_equal: return order <= 0;
    case Comparison::greater: return order > 0;
    case Comparison::greater_equal: return order >= 0;
  }
  return false;
}

class Translator {
 public:
  Translator(const Table& table, const std::string& alias) : table_(table), alias_(alias) {}

  std::string translate(const Expr& expr);
  Cells take_binds() { return std::move(binds_); }

 private:
  std::string compare(Comparison comparison, const Expr& left, const Expr& right);
  std::string compare_column(std::size_t column, Comparison comparison, const Value& value);
  std::string compare_columns(Comparison comparison, const Expr& left, const Expr& right);
  std::string compare_whole(std::size_t column, Comparison comparison, const Value& value);
  std::string compare_enum(std::size_t column, Comparison comparison, const Value& value);
  std::string compare_literals(Comparison comparison, const Value& left, const Value& right);
  std::string compare_tuples(Comparison comparison, const Expr& left, const Expr& right);
  std::string in(const Expr& expr);
  std::string between(const Expr& expr);
  std::string join(const std::vector<Expr>& parts, std::size_t begin, std::size_t end,
                   std::string_view word);
  std::string bind(Cell cell);
  std::size_t place(const Expr& expr) {
    return resolve_column(expr, table_, alias_, "where clause");
  }
  [[noreturn]] void refuse(const Expr& expr) {
    throw sql_error(1235, fmt::format("the condition {} is not supported", to_string(expr)));
  }

  const Table& table_;
  const std::string& alias_;
  Cells binds_;
};

std::string Translator::bind(Cell cell) {
  binds_.push_back(std::move(cell));
  return "?";
}

std::string Translator::translate(const Expr& expr) {
  switch (expr.kind) {
    case Expr::Kind::logic_and: return join(expr.args, 0, expr.args.size(), " AND ");
    case Expr::Kind::logic_or: return join(expr.args, 0, expr.args.size(), " OR ");
    case Expr::Kind::logic_not: return "NOT (" + translate(expr.args[0]) + ")";
    case Expr::Kind::compare: return compare(expr.comparison, expr.args[0], expr.args[1]);
    case Expr::Kind::in: return in(expr);
    case Expr::Kind::between: return between(expr);
    case Expr::Kind::is_null: {
      if (expr.args[0].kind != Expr::Kind::column) refuse(expr);
      return fmt::format("c{} IS {}NULL", place(expr.args[0]), expr.negated ? "NOT " : "");
    }
    case Expr::Kind::literal:
      return is_true(expr.value) ? "1" : expr.value.is_null() ? "NULL" : "0";
    case Expr::Kind::column:
      return compare_column(place(expr), Comparison::not_equal, Value::of_int(0));
    default: refuse(expr);
  }
}

/// As a balanced tree: SQLite limits the depth of expressions, not their size.
std::string Translator::join(const std::vector<Expr>& parts, std::size_t begin, std::size_t end,
                             std::string_view word) {
  if (end - begin == 1) return translate(parts[begin]);
  const std::size_t middle = begin + (end - begin) / 2;
  std::string left = join(parts, begin, middle, word);
  return fmt::format("({}{}{})", left, word, join(parts, middle, end, word));
}

std::string Translator::compare(Comparison comparison, const Expr& left, const Expr& right) {
  const auto is_column = [](const Expr& expr) { return expr.kind == Expr::Kind::column; };
  const auto is_literal = [](const Expr& expr) { return expr.kind == Expr::Kind::literal; };
  if (is_column(left) && is_literal(right)) {
    return compare_column(place(left), comparison, right.value);
  }
  if (is_literal(left) && is_column(right)) {
    return compare_column(place(right), mirrored(comparison), left.value);
  }
  if (is_column(left) && is_column(right)) return compare_columns(comparison, left, right);
  if (is_literal(left) && is_literal(right)) {
    return compare_literals(comparison, left.value, right.value);
  }
  if (left.kind == Expr::Kind::tuple && right.kind == Expr::Kind::tuple &&
      left.args.size() == right.args.size()) {
    return compare_tuples(comparison, left, right);
  }
  refuse(Expr::compare(comparison, left, right));
}

std::string Translator::compare_columns(Comparison comparison, const Expr& left,
                                        const Expr& right) {
  const std::size_t first = place(left);
  const std::size_t second = place(right);
  const ColumnType& first_type = table_.columns[first].type;
  const ColumnType& second_type = table_.columns[second].type;
  const auto stored_like = [](const ColumnType& type) {
    if (type.type == Type::enum_) return 3;
    if (is_wide_decimal(type)) return 100'000 + static_cast<int>(type.length * 100 + type.scale);
    if (is_text(type)) return 4;
    if (is_stored_whole(type))
      return 100 + static_cast<int>(type.scale) * 2 + (type.type == Type::uint64);
    return is_float(type.type) ? 1 : 2;
  };
  if (stored_like(first_type) != stored_like(second_type)) {
    refuse(Expr::compare(comparison, left, right));
  }
  return fmt::format("{} {} {}", table_.compared(first), symbol(comparison),
                     table_.compared(second));
}

std::string Translator::compare_column(std::size_t column, Comparison comparison,
                                       const Value& value) {
  if (value.is_null()) return "NULL";
  const ColumnType& type = table_.columns[column].type;
  if (value.type() == Type::bit && is_stored_whole(type)) {
    return compare_whole(column, comparison, bits_as_number(value));
  }
  if (type.type == Type::bit && !is_number(value.type())) {
    throw sql_error(1235, "a BIT is only compared with numbers and bits");
  }
  if (is_stored_whole(type)) return compare_whole(column, comparison, value);
  if (type.type == Type::enum_) return compare_enum(column, comparison, value);
  if (is_wide_decimal(type)) {
    const auto bound = wide_decimal_bound(value.text(), type.length, type.scale);
    if (!bound) refuse(Expr::compare(comparison, Expr::column("decimal"), Expr::literal(value)));
    return fmt::format("c{} {} {}", column, symbol(comparison), bind(*bound));
  }
  if (is_text(type) && is_number(value.type())) {  // the text counts as the number it begins with
    return fmt::format("CAST(CAST(c{} AS TEXT) AS REAL) {} {}", column, symbol(comparison),
                       bind(*equal_cell(ColumnType{.type = Type::float64}, value)));
  }
  if (is_temporal(type.type) && is_number(value.type())) {
    throw sql_error(1235, "comparing times with numbers is not supported; write a text");
  }
  bind(*equal_cell(type, value));
  return fmt::format("{} {} {}", table_.compared(column), symbol(comparison),
                     table_.compared_mark(column));
}

/// A label equals its number; which label is greater is asked of texts in MySQL, and refused here.
std::string Translator::compare_enum(std::size_t column, Comparison comparison,
                                     const Value& value) {
  if (is_number(value.type())) {
    const std::optional<Cell> number = equal_cell(ColumnType{.type = Type::int64}, value);
    return fmt::format("c{} {} {}", column, symbol(comparison), bind(number.value_or(Cell())));
  }
  if (comparison != Comparison::equal && comparison != Comparison::not_equal) {
    throw sql_error(1235, "an ENUM is only compared with = and <>");
  }
  const auto number = label_number(table_.columns[column].type, value.text());
  return fmt::format("c{} {} {}", column, symbol(comparison), bind(number.value_or(-1)));
}

std::string Translator::compare_whole(std::size_t column, Comparison comparison,
                                      const Value& value) {
  const ColumnType& type = table_.columns[column].type;
  const CutNumber number = cut_number(value.text(), type.scale);
  const StoredRange range = stored_range(type);
  const bool below = number.floor < range.low;
  const bool above = number.floor > range.high;
  const bool unequal_anyway =
      !number.exact && (comparison == Comparison::equal || comparison == Comparison::not_equal);
  if (below || above || unequal_anyway) {
    const int order_of_column = below ? 1 : -1;  // column compared with the value
    const bool always =
        unequal_anyway ? comparison == Comparison::not_equal : holds(comparison, order_of_column);
    return fmt::format("c{0}{1}c{0}", column, always ? "=" : "<>");  // NULL stays NULL
  }
  if (!number.exact) {  // floor < value < floor + 1
    if (comparison == Comparison::less) comparison = Comparison::less_equal;
    if (comparison == Comparison::greater_equal) comparison = Comparison::greater;
  }
  return fmt::format("c{} {} {}", column, symbol(comparison), bind(to_stored(type, number.floor)));
}

std::string Translator::compare_literals(Comparison comparison, const Value& left,
                                         const Value& right) {
  if (left.is_null() || right.is_null()) return "NULL";
  int order = left.text().compare(right.text());
  if (is_number(left.type()) || is_number(right.type())) {
    constexpr std::uint32_t scale = 9;
    const Int128 difference =
        cut_number(left.text(), scale).floor - cut_number(right.text(), scale).floor;
    order = difference < 0 ? -1 : difference > 0 ? 1 : 0;
  }
  return holds(comparison, order) ? "1" : "0";
}

/// `(a, b) > (1, 2)`: natively when every element is a column and an exact value, which lets SQLite
/// use the index; else spelled out.
std::string Translator::compare_tuples(Comparison comparison, const Expr& left, const Expr& right) {
  std::string columns;
  std::string marks;
  Cells cells;
  for (std::size_t i = 0; i < left.args.size(); ++i) {
    if (left.args[i].kind != Expr::Kind::column || right.args[i].kind != Expr::Kind::literal) {
      refuse(Expr::compare(comparison, left, right));
    }
    const std::size_t column = place(left.args[i]);
    const auto cell = equal_cell(table_.columns[column].type, right.args[i].value);
    if (!cell) break;
    columns += fmt::format("{}{}", i == 0 ? "" : ",", table_.compared(column));
    marks += fmt::format("{}{}", i == 0 ? "" : ",", table_.compared_mark(column));
    cells.push_back(*cell);
  }
  if (cells.size() == left.args.size()) {
    binds_.insert(binds_.end(), cells.begin(), cells.end());
    return fmt::format("({}) {} ({})", columns, symbol(comparison), marks);
  }
  if (comparison == Comparison::equal || comparison == Comparison::not_equal) {
    std::string all;
    for (std::size_t i = 0; i < left.args.size(); ++i) {
      all += (i == 0 ? "" : " AND ") + compare(Comparison::equal, left.args[i], right.args[i]);
    }
    return (comparison == Comparison::equal ? "(" : "NOT (") + all + ")";
  }
  const bool less = comparison == Comparison::less || comparison == Comparison::less_equal;
  std::string spelled;
  for (std::size_t last = 0; last < left.args.size(); ++last) {
    spelled += last == 0 ? "(" : " OR (";
    for (std::size_t i = 0; i < last; ++i) {
      spelled += compare(Comparison::equal, left.args[i], right.args[i]) + " AND ";
    }
    const bool at_end = last + 1 == left.args.size();
    const Comparison strict = less ? Comparison::less : Comparison::greater;
    spelled += compare(at_end ? comparison : strict, left.args[last], right.args[last]) + ")";
  }
  return "(" + spelled + ")";
}

std::string Translator::in(const Expr& expr) {
  const Expr& left = expr.args[0];
  const bool plain_column =
      left.kind == Expr::Kind::column &&
      std::all_of(expr.args.begin() + 1, expr.args.end(),
                  [](const Expr& element) { return element.kind == Expr::Kind::literal; });
  if (!plain_column) {
    std::vector<Expr> alternatives;
    for (std::size_t i = 1; i < expr.args.size(); ++i) {
      alternatives.push_back(Expr::compare(Comparison::equal, left, expr.args[i]));
    }
    return (expr.negated ? "NOT " : "") +
           ("(" + join(alternatives, 0, alternatives.size(), " OR ") + ")");
  }
  const std::size_t column = place(left);
  const bool numbers_for_text =
      is_text(table_.columns[column].type) &&
      std::any_of(expr.args.begin() + 1, expr.args.end(),
                  [](const Expr& element) { return is_number(element.value.type()); });
  if (numbers_for_text) refuse(expr);
  std::string marks;
  for (std::size_t i = 1; i < expr.args.size(); ++i) {
    auto cell = equal_cell(table_.columns[column].type, expr.args[i].value);
    if (expr.args[i].value.is_null()) cell = Cell();
    if (!cell) continue;
    marks += marks.empty() ? "" : ",";
    bind(std::move(*cell));
    marks += table_.compared_mark(column);
  }
  return fmt::format("{} {}IN ({})", table_.compared(column), expr.negated ? "NOT " : "", marks);
}

std::string Translator::between(const Expr& expr) {
  const std::string low = compare(Comparison::greater_equal, expr.args[0], expr.args[1]);
  const std::string high = compare(Comparison::less_equal, expr.args[0], expr.args[2]);
  return fmt::format("{}({} AND {})", expr.negated ? "NOT " : "", low, high);
}

}  // namespace

std::optional<Cell> equal_cell(const ColumnType& type, const Value& value) {
  if (value.is_null()) return std::nullopt;
  if (is_stored_whole(type)) {
    const CutNumber number = cut_number(bits_as_number(value).text(), type.scale);
    const StoredRange range = stored_range(type);
    if (!number.exact || number.floor < range.low || number.floor > range.high) {
      return std::nullopt;
    }
    return to_stored(type, number.floor);
  }
  if (type.type == Type::enum_) {
    if (const auto number = label_number(type, value.text())) return *number;
    return is_number(value.type()) ? equal_cell(ColumnType{.type = Type::int64}, value)
                                   : std::nullopt;
  }
  if (is_wide_decimal(type)) {
    const auto bound = wide_decimal_bound(value.text(), type.length, type.scale);
    if (!bound) return std::nullopt;
    return Cell(*bound);
  }
  if (is_text(type)) return folded(type.collation, value.text());
  if (is_float(type.type)) {
    double real = 0;
    std::from_chars(value.text().data(), value.text().data() + value.text().size(), real);
    return real;
  }
  if (is_temporal(type.type)) return comparable_time(type, value.text());
  return value.text();
}

std::size_t resolve_column(const Expr& expr, const Table& table, const std::string& alias,
                           std::string_view clause) {
  const std::string& own_name = alias.empty() ? table.name : alias;
  if (!expr.qualifier.empty() && expr.qualifier != own_name) {
    throw sql_error(
        1054, fmt::format("Unknown column '{}.{}' in '{}'", expr.qualifier, expr.name, clause));
  }
  return table.column(expr.name, clause);
}

WhereCondition translate_condition(const Expr& where, const Table& table,
                                   const std::string& alias) {
  Translator translator(table, alias);
  WhereCondition condition;
  condition.sql = translator.translate(where);
  condition.binds = translator.take_binds();
  return condition;
}

}  // namespace shardlab::fakes::mysql

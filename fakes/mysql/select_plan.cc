#include "fakes/mysql/select_plan.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/sql/lexer.h"
#include "core/sql/printer.h"
#include "fakes/mysql/condition.h"
#include "fakes/mysql/evaluate.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

using sql::Expr;
using Output = SelectPlan::Output;

Output::Form form_of(const ColumnType& type) {
  using enum Output::Form;
  if (type.type == Type::enum_ || type.type == Type::bit || is_wide_decimal(type)) return other;
  if (type.type == Type::decimal) return scaled;
  if (is_integer(type.type)) return whole;
  return is_float(type.type) ? real : bytes;
}

class Planner {
 public:
  Planner(const sql::Select& select, const Table& table) : select_(select), table_(table) {}

  SelectPlan plan() {
    for (const sql::SelectItem& item : select_.items) add_item(item);
    if (aggregates_ > 0 && aggregates_ < plan_.outputs.size()) {
      throw sql_error(1140,
                      "Mixing of GROUP columns (MIN(),MAX(),COUNT(),...) with no GROUP "
                      "columns is illegal if there is no GROUP BY clause");
    }
    plan_.sql = fmt::format("SELECT {} FROM {}", list_, table_.from);
    if (select_.where) {
      WhereCondition condition = translate_condition(*select_.where, table_, select_.alias);
      plan_.sql += " WHERE " + condition.sql;
      plan_.binds = std::move(condition.binds);
    }
    if (aggregates_ == 0) {
      plan_.sql += order_and_limit(order_by(), select_.limit, table_, select_.alias, plan_.binds);
    }
    return std::move(plan_);
  }

 private:
  void add(std::string sqlite, std::string title, Type type, Output::Kind kind,
           const ColumnType& stored) {
    Output output;
    output.kind = kind;
    output.form = form_of(stored);
    output.type = stored;
    list_ += (list_.empty() ? "" : ",") + sqlite;
    plan_.fields.emplace_back(std::move(title), type);
    plan_.outputs.push_back(std::move(output));
  }

  void add_count(std::string sqlite, std::string title) {
    add(std::move(sqlite), std::move(title), Type::int64, Output::Kind::count,
        ColumnType{.type = Type::int64});
  }

  void add_column(std::size_t column, std::string title) {
    const ColumnType& type = table_.columns[column].type;
    add(fmt::format("c{}", column), std::move(title), type.type, Output::Kind::column, type);
  }

  void add_item(const sql::SelectItem& item) {
    if (item.expr.kind == Expr::Kind::star) {
      for (std::size_t i = 0; i < table_.columns.size(); ++i) add_column(i, table_.columns[i].name);
    } else if (item.expr.kind == Expr::Kind::column) {
      const std::size_t column = resolve_column(item.expr, table_, select_.alias, "field list");
      add_column(column, item.title());
    } else if (is_aggregate(item.expr)) {
      ++aggregates_;
      add_aggregate(item);
    } else if (item.expr.kind == Expr::Kind::literal) {
      add("1", item.title(), item.expr.value.type(), Output::Kind::literal, ColumnType{});
      plan_.outputs.back().literal = item.expr.value;
    } else {
      throw sql_error(1235, fmt::format("selecting {} is not supported", to_string(item.expr)));
    }
  }

  void add_aggregate(const sql::SelectItem& item) {
    const std::string name = sql::to_lower(item.expr.name);
    const Expr* arg = item.expr.args.empty() ? nullptr : &item.expr.args[0];
    const bool counts_rows =
        arg && (arg->kind == Expr::Kind::star || arg->kind == Expr::Kind::literal);
    if (name == "count" && counts_rows) {
      add_count("COUNT(*)", item.title());
      return;
    }
    if (!arg || item.expr.args.size() != 1 || arg->kind != Expr::Kind::column) {
      throw sql_error(1235, fmt::format("selecting {} is not supported", to_string(item.expr)));
    }
    const std::size_t column = resolve_column(*arg, table_, select_.alias, "field list");
    const ColumnType& type = table_.columns[column].type;
    if (name == "count") {
      add_count(fmt::format("COUNT(c{})", column), item.title());
    } else if (name != "sum" && (type.type == Type::enum_ || type.type == Type::bit)) {
      throw sql_error(1235, fmt::format("MIN and MAX of a {} are not supported", type_text(type)));
    } else if (name != "sum") {
      add(fmt::format("{}({})", name, table_.compared(column)), item.title(), type.type,
          Output::Kind::column, type);
    } else if (is_wide_decimal(type) || type.type == Type::bit || type.type == Type::enum_) {
      throw sql_error(1235, fmt::format("the sum of a {} is not supported", type_text(type)));
    } else if (is_stored_whole(type)) {
      add(fmt::format("sum_whole(c{},{})", column, type.type == Type::uint64 ? 1 : 0), item.title(),
          Type::decimal, Output::Kind::whole_sum, type);
    } else {
      add(fmt::format("SUM(c{})", column), item.title(), Type::float64, Output::Kind::real_sum,
          ColumnType{.type = Type::float64});
    }
  }

  /// ORDER BY may name an alias of the select list.
  std::vector<sql::OrderBy> order_by() const {
    std::vector<sql::OrderBy> resolved = select_.order_by;
    for (sql::OrderBy& order : resolved) {
      for (const sql::SelectItem& item : select_.items) {
        if (item.alias == order.expr.name && item.expr.kind == Expr::Kind::column) {
          order.expr = item.expr;
          break;
        }
      }
    }
    return resolved;
  }

  const sql::Select& select_;
  const Table& table_;
  SelectPlan plan_;
  std::string list_;
  std::size_t aggregates_ = 0;
};

std::int64_t limit_number(const Expr& expr) {
  const CutNumber number = cut_number(expr.value.text(), 0);
  if (expr.kind != Expr::Kind::literal || !number.whole_text || number.floor < 0) {
    throw sql_error(1210, "Incorrect arguments to LIMIT");
  }
  constexpr Int128 most = INT64_MAX;
  return static_cast<std::int64_t>(std::min(number.floor, most));
}

}  // namespace

SelectPlan plan_select(const sql::Select& select, const Table& table) {
  return Planner(select, table).plan();
}

std::string order_and_limit(const std::vector<sql::OrderBy>& order_by,
                            const std::optional<sql::Limit>& limit, const Table& table,
                            const std::string& alias, Cells& binds) {
  std::string sql;
  for (const sql::OrderBy& order : order_by) {
    const std::size_t column = resolve_column(order.expr, table, alias, "order clause");
    sql += fmt::format("{}{}{}", sql.empty() ? " ORDER BY " : ",", table.compared(column),
                       order.descending ? " DESC" : "");
  }
  if (!limit) return sql;
  sql += " LIMIT ? OFFSET ?";
  binds.emplace_back(limit_number(limit->count));
  binds.emplace_back(limit->offset ? limit_number(*limit->offset) : std::int64_t{0});
  return sql;
}

namespace {

void write_cell(const Output& output, const CellRef& cell, RowWriter& writer) {
  if (output.kind == Output::Kind::whole_sum) {
    const CutNumber sum = cut_number(cell.bytes(), 0);
    return writer.add(print_scaled(sum.floor, output.type.scale));
  }
  switch (output.form) {
    case Output::Form::whole: return writer.add(WholeText(output.type, cell.whole()).view());
    case Output::Form::scaled: return writer.add(print_scaled(cell.whole(), output.type.scale));
    case Output::Form::real: return writer.add(real_to_value(output.type, cell.real()).text());
    case Output::Form::bytes: return writer.add(cell.bytes());
    case Output::Form::other: return writer.add(to_value(output.type, cell.copy()).text());
  }
}

}  // namespace

void SelectPlan::write_row(const Query& query, RowWriter& writer) const {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Output& output = outputs[i];
    const CellRef cell = query.at(static_cast<int>(i));
    if (output.kind == Output::Kind::literal) {
      output.literal.is_null() ? writer.add_null() : writer.add(output.literal.text());
    } else if (cell.is_null()) {
      writer.add_null();
    } else {
      write_cell(output, cell, writer);
    }
  }
  writer.end_row();
}

}  // namespace shardlab::fakes::mysql

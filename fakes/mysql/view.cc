#include "fakes/mysql/view.h"

#include <fmt/format.h>

#include "core/sql/lexer.h"
#include "core/sql/printer.h"
#include "fakes/mysql/condition.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

using sql::Expr;

std::string quoted(std::string_view name) { return fmt::format("`{}`", name); }

[[noreturn]] void refuse() {
  throw sql_error(1235, "a view is CREATE VIEW v AS SELECT columns FROM table WHERE condition");
}

/// As MariaDB prints a condition: every column with its table, in backquotes.
std::string condition_text(const Expr& expr, const std::string& table) {
  const auto joined = [&](std::string_view word) {
    std::string text;
    for (const Expr& arg : expr.args) {
      const std::string part = condition_text(arg, table);
      const bool nested = arg.kind == Expr::Kind::logic_or || arg.kind == Expr::Kind::logic_and;
      text += (text.empty() ? "" : fmt::format(" {} ", word)) + (nested ? "(" + part + ")" : part);
    }
    return text;
  };
  switch (expr.kind) {
    case Expr::Kind::column: return quoted(table) + "." + quoted(expr.name);
    case Expr::Kind::logic_and: return joined("and");
    case Expr::Kind::logic_or: return joined("or");
    case Expr::Kind::compare: {
      constexpr std::string_view symbols[] = {"=", "<>", "<", "<=", ">", ">="};
      return joined(symbols[static_cast<std::size_t>(expr.comparison)]);
    }
    case Expr::Kind::is_null:
      return condition_text(expr.args[0], table) + (expr.negated ? " is not null" : " is null");
    case Expr::Kind::literal: return expr.value.sql_literal();
    default: refuse();
  }
}

void rename_columns(Expr& expr, const View& view, std::string_view clause) {
  if (expr.kind == Expr::Kind::column) {
    expr.name = view.column_behind(expr.name, clause);
    expr.qualifier.clear();
  }
  for (Expr& arg : expr.args) rename_columns(arg, view, clause);
}

std::vector<sql::SelectItem> all_columns(const View& view) {
  std::vector<sql::SelectItem> items;
  for (const View::Column& column : view.columns) {
    sql::SelectItem item;
    item.expr = Expr::column(column.of_table);
    item.alias = column.name;
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace

const std::string& View::column_behind(std::string_view column, std::string_view clause) const {
  const std::string wanted = sql::to_lower(column);
  for (const Column& each : columns) {
    if (sql::to_lower(each.name) == wanted) return each.of_table;
  }
  throw sql_error(1054, fmt::format("Unknown column '{}' in '{}'", column, clause));
}

View make_view(sql::TableName name, const sql::Select& select, const TableDef& table) {
  if (!select.order_by.empty() || select.limit || select.for_update) refuse();
  View view;
  view.name = std::move(name);
  view.table = sql::TableName(table.db, table.name);
  for (const sql::SelectItem& item : select.items) {
    if (item.expr.kind == Expr::Kind::star) {
      for (const ColumnDef& column : table.columns) {
        view.columns.push_back({column.name, column.name});
      }
      continue;
    }
    if (item.expr.kind != Expr::Kind::column) refuse();
    const std::size_t place = table.column(item.expr.name, "field list");
    view.columns.push_back({item.title(), table.columns[place].name});
  }
  view.where = select.where;
  if (view.where) condition_text(*view.where, table.name);
  return view;
}

std::string create_view_text(const View& view) {
  const auto at = view.definer.find('@');
  std::string text = fmt::format(
      "CREATE ALGORITHM=UNDEFINED DEFINER={}@{} SQL SECURITY DEFINER VIEW {} AS select ",
      quoted(view.definer.substr(0, at)), quoted(view.definer.substr(at + 1)),
      quoted(view.name.name));
  const std::string table = quoted(view.table.name);
  std::string separator;
  for (const View::Column& column : view.columns) {
    text += fmt::format("{}{}.{} AS {}", separator, table, quoted(column.of_table),
                        quoted(column.name));
    separator = ",";
  }
  text += " from " + (view.table.db == view.name.db ? "" : quoted(view.table.db) + ".") + table;
  if (view.where) text += " where " + condition_text(*view.where, view.table.name);
  return text;
}

sql::Select read_through(const View& view, sql::Select select) {
  std::vector<sql::SelectItem> items;
  for (sql::SelectItem& item : select.items) {
    if (item.expr.kind == Expr::Kind::star) {
      for (sql::SelectItem& column : all_columns(view)) items.push_back(std::move(column));
      continue;
    }
    item.alias = item.title();
    rename_columns(item.expr, view, "field list");
    items.push_back(std::move(item));
  }
  for (sql::OrderBy& order : select.order_by) {
    bool is_alias = false;
    for (const sql::SelectItem& item : items) is_alias |= item.alias == order.expr.name;
    if (!is_alias) rename_columns(order.expr, view, "order clause");
  }
  select.items = std::move(items);
  if (select.where) rename_columns(*select.where, view, "where clause");
  if (select.where && view.where) {
    select.where = Expr(Expr::Kind::logic_and, {std::move(*select.where), *view.where});
  } else if (view.where) {
    select.where = view.where;
  }
  select.from = view.table;
  select.alias.clear();
  return select;
}

}  // namespace shardlab::fakes::mysql

#include "core/sql/ast.h"

#include "core/base/error.h"

namespace shardlab::sql {
namespace {

void bind(Expr& expr, const BindVariables& variables) {
  if (expr.kind == Expr::Kind::bind) {
    const auto found = variables.find(expr.name);
    if (found == variables.end()) {
      throw Error(Errc::invalid_argument, "missing bind var " + expr.name);
    }
    expr = Expr::literal(found->second);
    return;
  }
  for (Expr& arg : expr.args) bind(arg, variables);
}

void bind(std::optional<Expr>& expr, const BindVariables& variables) {
  if (expr) bind(*expr, variables);
}

void bind(std::optional<Limit>& limit, const BindVariables& variables) {
  if (!limit) return;
  bind(limit->count, variables);
  bind(limit->offset, variables);
}

void bind(Select& select, const BindVariables& variables) {
  for (SelectItem& item : select.items) bind(item.expr, variables);
  bind(select.where, variables);
  bind(select.limit, variables);
}

void bind(Insert& insert, const BindVariables& variables) {
  for (auto& row : insert.rows) {
    for (Expr& cell : row) bind(cell, variables);
  }
  for (Assignment& assignment : insert.on_duplicate) bind(assignment.value, variables);
}

void bind(Update& update, const BindVariables& variables) {
  for (Assignment& assignment : update.assignments) bind(assignment.value, variables);
  bind(update.where, variables);
  bind(update.limit, variables);
}

void bind(Delete& statement, const BindVariables& variables) {
  bind(statement.where, variables);
  bind(statement.limit, variables);
}

}  // namespace

Expr Expr::column(std::string name) {
  Expr expr(Kind::column);
  expr.name = std::move(name);
  return expr;
}

Expr Expr::compare(Comparison comparison, Expr left, Expr right) {
  Expr expr(Kind::compare);
  expr.comparison = comparison;
  expr.args.push_back(std::move(left));
  expr.args.push_back(std::move(right));
  return expr;
}

Expr Expr::in(Expr left, std::vector<Expr> elements) {
  Expr expr(Kind::in, std::move(elements));
  expr.args.insert(expr.args.begin(), std::move(left));
  return expr;
}

const std::string& SelectItem::title() const {
  if (!alias.empty()) return alias;
  return expr.kind == Expr::Kind::column ? expr.name : text;
}

const TableName* table_of(const Statement& statement) {
  if (const auto* select = std::get_if<Select>(&statement.node)) {
    return select->from ? &*select->from : nullptr;
  }
  if (const auto* insert = std::get_if<Insert>(&statement.node)) return &insert->table;
  if (const auto* update = std::get_if<Update>(&statement.node)) return &update->table;
  return &std::get<Delete>(statement.node).table;
}

const Expr* where_of(const Statement& statement) {
  return std::visit(
      [](const auto& node) -> const Expr* {
        if constexpr (requires { node.where; }) {
          return node.where ? &*node.where : nullptr;
        } else {
          return nullptr;
        }
      },
      statement.node);
}

void bind_variables(Statement& statement, const BindVariables& variables) {
  std::visit([&](auto& node) { bind(node, variables); }, statement.node);
}

}  // namespace shardlab::sql

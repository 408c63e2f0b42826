#include "core/sql/printer.h"

#include <algorithm>

#include "core/sql/lexer.h"

namespace shardlab::sql {
namespace {

bool is_plain(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string_view symbol(Comparison comparison) {
  switch (comparison) {
    case Comparison::equal: return " = ";
    case Comparison::not_equal: return " != ";
    case Comparison::less: return " < ";
    case Comparison::less_equal: return " <= ";
    case Comparison::greater: return " > ";
    case Comparison::greater_equal: return " >= ";
  }
  return " = ";
}

/// How tightly a node binds; a child that binds no tighter than its place needs parentheses.
int tightness(const Expr& expr) {
  switch (expr.kind) {
    case Expr::Kind::logic_or: return 1;
    case Expr::Kind::logic_and: return 2;
    case Expr::Kind::logic_not: return 3;
    case Expr::Kind::compare:
    case Expr::Kind::in:
    case Expr::Kind::is_null:
    case Expr::Kind::between: return 4;
    case Expr::Kind::add:
    case Expr::Kind::subtract: return 5;
    default: return 6;
  }
}

void print(std::string& out, const Expr& expr);

void print_tighter(std::string& out, const Expr& expr, int than) {
  const bool parentheses = tightness(expr) <= than;
  if (parentheses) out += '(';
  print(out, expr);
  if (parentheses) out += ')';
}

void print_list(std::string& out, const std::vector<Expr>& list, std::size_t from,
                std::string_view separator, int than) {
  for (std::size_t i = from; i < list.size(); ++i) {
    if (i > from) out += separator;
    print_tighter(out, list[i], than);
  }
}

void print_in(std::string& out, const Expr& expr) {
  print_tighter(out, expr.args[0], 4);
  out += expr.negated ? " not in (" : " in (";
  print_list(out, expr.args, 1, ", ", 0);
  out += ')';
}

void print_between(std::string& out, const Expr& expr) {
  print_tighter(out, expr.args[0], 4);
  out += expr.negated ? " not between " : " between ";
  print_tighter(out, expr.args[1], 4);
  out += " and ";
  print_tighter(out, expr.args[2], 4);
}

void print_literal(std::string& out, const Value& value) {
  if (value.type() != Type::varbinary) {
    if (value.is_null()) {
      out += "null";
    } else {
      value.append_sql_literal(out);
    }
    return;
  }
  out += "x'";
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char c : value.text()) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  out += '\'';
}

void print_call(std::string& out, const Expr& expr) {
  out += expr.name;
  out += '(';
  print_list(out, expr.args, 0, ", ", 0);
  out += ')';
}

void print_column(std::string& out, const Expr& expr) {
  if (!expr.qualifier.empty()) out += quote_name(expr.qualifier) + ".";
  out += quote_name(expr.name);
}

void print(std::string& out, const Expr& expr) {
  switch (expr.kind) {
    case Expr::Kind::literal: print_literal(out, expr.value); break;
    case Expr::Kind::column: print_column(out, expr); break;
    case Expr::Kind::bind: out += ":" + expr.name; break;
    case Expr::Kind::variable: out += expr.name; break;
    case Expr::Kind::star: out += '*'; break;
    case Expr::Kind::default_value: out += "default"; break;
    case Expr::Kind::function: print_call(out, expr); break;
    case Expr::Kind::tuple:
      out += '(';
      print_list(out, expr.args, 0, ", ", 0);
      out += ')';
      break;
    case Expr::Kind::compare: print_list(out, expr.args, 0, symbol(expr.comparison), 4); break;
    case Expr::Kind::in: print_in(out, expr); break;
    case Expr::Kind::between: print_between(out, expr); break;
    case Expr::Kind::is_null:
      print_tighter(out, expr.args[0], 4);
      out += expr.negated ? " is not null" : " is null";
      break;
    case Expr::Kind::logic_and: print_list(out, expr.args, 0, " and ", 2); break;
    case Expr::Kind::logic_or: print_list(out, expr.args, 0, " or ", 1); break;
    case Expr::Kind::logic_not:
      out += "not ";
      print_tighter(out, expr.args[0], 2);
      break;
    case Expr::Kind::add:
    case Expr::Kind::subtract:
      print_tighter(out, expr.args[0], 4);
      out += expr.kind == Expr::Kind::add ? " + " : " - ";
      print_tighter(out, expr.args[1], 5);
      break;
  }
}

template <class Node>
void print_tail(std::string& out, const Node& node) {
  if (node.where) {
    out += " where ";
    print(out, *node.where);
  }
  for (std::size_t i = 0; i < node.order_by.size(); ++i) {
    out += i == 0 ? " order by " : ", ";
    print(out, node.order_by[i].expr);
    out += node.order_by[i].descending ? " desc" : " asc";
  }
  if (!node.limit) return;
  out += " limit ";
  if (node.limit->offset) {
    print(out, *node.limit->offset);
    out += ", ";
  }
  print(out, node.limit->count);
}

void print(std::string& out, const Select& select) {
  out += "select ";
  for (std::size_t i = 0; i < select.items.size(); ++i) {
    if (i > 0) out += ", ";
    print(out, select.items[i].expr);
    if (!select.items[i].alias.empty()) out += " as " + quote_name(select.items[i].alias);
  }
  if (select.from) {
    out += " from " + to_string(*select.from);
    if (!select.alias.empty()) out += " as " + quote_name(select.alias);
  } else if (select.where || !select.order_by.empty()) {
    out += " from dual";
  }
  print_tail(out, select);
  if (select.for_update) out += " for update";
}

void print(std::string& out, const std::vector<Assignment>& assignments) {
  for (std::size_t i = 0; i < assignments.size(); ++i) {
    if (i > 0) out += ", ";
    out += quote_name(assignments[i].column) + " = ";
    print(out, assignments[i].value);
  }
}

void print(std::string& out, const Insert& insert) {
  out += insert.replace ? "replace" : insert.ignore ? "insert ignore" : "insert";
  out += " into " + to_string(insert.table);
  for (std::size_t i = 0; i < insert.columns.size(); ++i) {
    out += i == 0 ? "(" : ", ";
    out += quote_name(insert.columns[i]);
  }
  out += insert.columns.empty() ? " values " : ") values ";
  for (std::size_t i = 0; i < insert.rows.size(); ++i) {
    out += i == 0 ? "(" : ", (";
    print_list(out, insert.rows[i], 0, ", ", 0);
    out += ')';
  }
  if (insert.on_duplicate.empty()) return;
  out += " on duplicate key update ";
  print(out, insert.on_duplicate);
}

void print(std::string& out, const Update& update) {
  out += "update " + to_string(update.table) + " set ";
  print(out, update.assignments);
  print_tail(out, update);
}

void print(std::string& out, const Delete& statement) {
  out += "delete from " + to_string(statement.table);
  print_tail(out, statement);
}

}  // namespace

std::string quote_name(std::string_view name) {
  if (is_plain(name) && !is_reserved_word(name)) return std::string(name);
  std::string out = "`";
  for (const char c : name) {
    out += c;
    if (c == '`') out += '`';
  }
  out += '`';
  return out;
}

std::string to_string(const TableName& table) {
  return table.db.empty() ? quote_name(table.name)
                          : quote_name(table.db) + "." + quote_name(table.name);
}

std::string to_string(const Expr& expr) {
  std::string out;
  print(out, expr);
  return out;
}

std::string to_string(const Statement& statement) {
  std::string out;
  std::visit([&](const auto& node) { print(out, node); }, statement.node);
  if (!statement.comments.empty()) out += " " + statement.comments;
  return out;
}

}  // namespace shardlab::sql

#include "core/sql/parser.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "core/base/error.h"
#include "core/sql/expression_parser.h"

namespace shardlab::sql {
namespace {

/// Words that may not be an alias, because a clause or an unsupported construct starts there.
constexpr std::array<std::string_view, 30> clause_words{
    "from", "where", "order", "limit", "for", "group",   "having", "union",  "join",    "inner",
    "left", "right", "cross", "as",    "on",  "using",   "set",    "values", "value",   "select",
    "and",  "or",    "not",   "in",    "is",  "between", "lock",   "into",   "natural", "offset"};

bool is_clause_word(std::string_view word) {
  return std::any_of(clause_words.begin(), clause_words.end(),
                     [&](std::string_view clause) { return is_keyword(word, clause); });
}

std::string parse_alias(Tokens& tokens) {
  if (tokens.accept_word("as")) {
    if (tokens.peek().kind == Token::Kind::string) return tokens.expect_string();
    return tokens.expect_name();
  }
  if (tokens.peek().kind == Token::Kind::quoted_word) return tokens.expect_name();
  if (tokens.peek().kind == Token::Kind::word && !is_clause_word(tokens.peek().raw)) {
    return tokens.expect_name();
  }
  return "";
}

void refuse_other_clauses(const Tokens& tokens) {
  if (tokens.at_symbol(",")) unsupported("several tables");
  for (const std::string_view word : {"join", "inner", "left", "right", "cross", "natural"}) {
    if (tokens.at_word(word)) unsupported("JOIN");
  }
  if (tokens.at_word("group")) unsupported("GROUP BY");
  if (tokens.at_word("having")) unsupported("HAVING");
  if (tokens.at_word("union")) unsupported("UNION");
  if (tokens.at_word("into")) unsupported("SELECT ... INTO");
  if (tokens.at_word("lock")) unsupported("LOCK IN SHARE MODE");
}

std::optional<Expr> parse_where(Tokens& tokens) {
  if (!tokens.accept_word("where")) return std::nullopt;
  return parse_expression(tokens);
}

std::vector<OrderBy> parse_order_by(Tokens& tokens) {
  std::vector<OrderBy> order_by;
  if (!tokens.accept_word("order")) return order_by;
  tokens.expect_word("by");
  do {
    OrderBy order;
    order.expr = parse_expression(tokens);
    if (order.expr.kind != Expr::Kind::column) unsupported("ORDER BY an expression");
    order.descending = tokens.accept_word("desc");
    if (!order.descending) tokens.accept_word("asc");
    order_by.push_back(std::move(order));
  } while (tokens.accept_symbol(","));
  return order_by;
}

Expr parse_limit_number(Tokens& tokens) {
  if (tokens.peek().kind != Token::Kind::number && tokens.peek().kind != Token::Kind::bind) {
    tokens.fail();
  }
  return parse_operand(tokens);
}

std::optional<Limit> parse_limit(Tokens& tokens) {
  if (!tokens.accept_word("limit")) return std::nullopt;
  Limit limit;
  limit.count = parse_limit_number(tokens);
  if (tokens.accept_symbol(",")) {
    limit.offset = std::exchange(limit.count, parse_limit_number(tokens));
  } else if (tokens.accept_word("offset")) {
    limit.offset = parse_limit_number(tokens);
  }
  return limit;
}

SelectItem parse_select_item(Tokens& tokens) {
  SelectItem item;
  if (tokens.accept_symbol("*")) {
    item.expr = Expr(Expr::Kind::star);
    return item;
  }
  const std::size_t begin = tokens.peek().offset;
  item.expr = parse_expression(tokens);
  item.text = std::string(tokens.text_between(begin, tokens.peek().offset));
  item.alias = parse_alias(tokens);
  return item;
}

Select parse_select(Tokens& tokens) {
  tokens.expect_word("select");
  if (tokens.at_word("distinct")) unsupported("DISTINCT");
  Select select;
  do {
    select.items.push_back(parse_select_item(tokens));
  } while (tokens.accept_symbol(","));
  if (!tokens.accept_word("from")) {
    refuse_other_clauses(tokens);
    select.limit = parse_limit(tokens);
    return select;
  }
  if (tokens.at_symbol("(")) unsupported("subquery");
  TableName table = parse_table_name(tokens);
  if (!(table.db.empty() && is_keyword(table.name, "dual"))) select.from = std::move(table);
  select.alias = parse_alias(tokens);
  refuse_other_clauses(tokens);
  select.where = parse_where(tokens);
  refuse_other_clauses(tokens);
  select.order_by = parse_order_by(tokens);
  select.limit = parse_limit(tokens);
  if (tokens.accept_word("for")) {
    tokens.expect_word("update");
    select.for_update = true;
  }
  refuse_other_clauses(tokens);
  return select;
}

std::vector<std::string> parse_name_list(Tokens& tokens) {
  std::vector<std::string> names;
  tokens.expect_symbol("(");
  if (tokens.accept_symbol(")")) return names;
  do {
    std::string name = tokens.expect_name();
    while (tokens.accept_symbol(".")) name = tokens.expect_name();
    names.push_back(std::move(name));
  } while (tokens.accept_symbol(","));
  tokens.expect_symbol(")");
  return names;
}

std::vector<Expr> parse_insert_row(Tokens& tokens, std::size_t columns) {
  std::vector<Expr> row;
  row.reserve(columns);
  tokens.expect_symbol("(");
  if (tokens.accept_symbol(")")) return row;
  do {
    if (auto value = accept_lone_literal(tokens)) {
      row.emplace_back(*std::move(value));
    } else {
      row.push_back(parse_expression(tokens));
    }
  } while (tokens.accept_symbol(","));
  tokens.expect_symbol(")");
  return row;
}

Assignment parse_assignment(Tokens& tokens) {
  Assignment assignment;
  assignment.column = tokens.expect_name();
  while (tokens.accept_symbol(".")) assignment.column = tokens.expect_name();
  tokens.expect_symbol("=");
  assignment.value = parse_expression(tokens);
  return assignment;
}

Insert parse_insert(Tokens& tokens) {
  Insert insert;
  insert.replace = is_keyword(tokens.take().raw, "replace");
  insert.ignore = !insert.replace && tokens.accept_word("ignore");
  tokens.accept_word("into");
  insert.table = parse_table_name(tokens);
  if (tokens.accept_word("set")) {
    insert.rows.emplace_back();
    do {
      Assignment assignment = parse_assignment(tokens);
      insert.columns.push_back(std::move(assignment.column));
      insert.rows.back().push_back(std::move(assignment.value));
    } while (tokens.accept_symbol(","));
  } else {
    if (tokens.at_symbol("(")) insert.columns = parse_name_list(tokens);
    if (tokens.at_word("select")) unsupported("INSERT ... SELECT");
    if (!tokens.accept_word("values")) tokens.expect_word("value");
    do {
      insert.rows.push_back(parse_insert_row(tokens, insert.columns.size()));
    } while (tokens.accept_symbol(","));
  }
  if (!insert.replace && tokens.accept_word("on")) {
    for (const std::string_view word : {"duplicate", "key", "update"}) tokens.expect_word(word);
    do {
      insert.on_duplicate.push_back(parse_assignment(tokens));
    } while (tokens.accept_symbol(","));
  }
  return insert;
}

Update parse_update(Tokens& tokens) {
  tokens.expect_word("update");
  Update update;
  update.table = parse_table_name(tokens);
  refuse_other_clauses(tokens);
  tokens.expect_word("set");
  do {
    update.assignments.push_back(parse_assignment(tokens));
  } while (tokens.accept_symbol(","));
  update.where = parse_where(tokens);
  update.order_by = parse_order_by(tokens);
  update.limit = parse_limit(tokens);
  if (update.limit && update.limit->offset) unsupported("UPDATE with an offset");
  return update;
}

Delete parse_delete(Tokens& tokens) {
  tokens.expect_word("delete");
  if (!tokens.at_word("from")) unsupported("DELETE from several tables");
  tokens.expect_word("from");
  Delete statement;
  statement.table = parse_table_name(tokens);
  refuse_other_clauses(tokens);
  statement.where = parse_where(tokens);
  statement.order_by = parse_order_by(tokens);
  statement.limit = parse_limit(tokens);
  if (statement.limit && statement.limit->offset) unsupported("DELETE with an offset");
  return statement;
}

StatementNode parse_node(Tokens& tokens) {
  if (tokens.at_word("select")) return parse_select(tokens);
  if (tokens.at_word("insert") || tokens.at_word("replace")) return parse_insert(tokens);
  if (tokens.at_word("update")) return parse_update(tokens);
  if (tokens.at_word("delete")) return parse_delete(tokens);
  if (tokens.peek().kind == Token::Kind::word) {
    const auto kind = statement_kind(tokens.peek().raw);
    if (kind != StatementKind::other) unsupported(std::string(tokens.peek().raw));
  }
  if (tokens.at_word("with")) unsupported("WITH");
  if (tokens.at_symbol("(")) unsupported("UNION");
  tokens.fail();
}

}  // namespace

void unsupported(const std::string& what) {
  throw Error(Errc::unsupported,
              fmt::format("unsupported: {}; supported are single-table SELECT, INSERT, UPDATE, "
                          "DELETE",
                          what));
}

StatementKind statement_kind(std::string_view sql) {
  using enum StatementKind;
  constexpr std::array<std::pair<std::string_view, StatementKind>, 17> first_words{
      {{"select", select},
       {"insert", insert},
       {"replace", replace},
       {"update", update},
       {"delete", delete_},
       {"begin", begin},
       {"commit", commit},
       {"rollback", rollback},
       {"set", set},
       {"show", show},
       {"use", use},
       {"create", ddl},
       {"alter", ddl},
       {"drop", ddl},
       {"truncate", ddl},
       {"rename", ddl},
       {"describe", show}}};
  const Tokens tokens(sql);
  for (const auto& [word, kind] : first_words) {
    if (tokens.at_word(word)) return kind;
  }
  const bool transaction =
      tokens.at_word("start") && is_keyword(tokens.peek_second().raw, "transaction");
  return transaction ? begin : other;
}

TableName parse_table_name(Tokens& tokens) {
  TableName table;
  table.name = tokens.expect_name();
  if (tokens.accept_symbol(".")) table.db = std::exchange(table.name, tokens.expect_name());
  return table;
}

Statement parse(std::string_view sql) {
  Tokens tokens(sql);
  Statement statement{parse_node(tokens), trailing_comments(sql)};
  tokens.expect_end();
  return statement;
}

std::string trailing_comments(std::string_view sql) {
  if (sql.find("/*") == std::string_view::npos) return "";
  Tokens tokens(sql);
  std::size_t end_of_last = 0;
  while (!tokens.at_end()) {
    const Token token = tokens.take();
    if (token.raw != ";") end_of_last = token.offset + token.raw.size();
  }
  std::string_view rest = tokens.text_between(end_of_last, sql.size());
  const std::size_t begin = rest.find("/*");
  const std::size_t end = rest.rfind("*/");
  if (begin == std::string_view::npos || end == std::string_view::npos) return "";
  return std::string(rest.substr(begin, end + 2 - begin));
}

std::vector<std::string> split_statements(std::string_view text) {
  std::vector<std::string> statements;
  Tokens tokens(text);
  while (!tokens.at_end()) {
    const std::size_t begin = tokens.peek().offset;
    while (!tokens.at_end() && !tokens.at_symbol(";")) tokens.take();
    const std::string_view statement = tokens.text_between(begin, tokens.peek().offset);
    if (!statement.empty()) statements.emplace_back(statement);
    tokens.accept_symbol(";");
  }
  return statements;
}

}  // namespace shardlab::sql
